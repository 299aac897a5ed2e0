package io.kubemdm.testbed.region;

import io.kubemdm.testbed.Folders;
import io.kubemdm.testbed.process.Marks;
import io.kubemdm.testbed.process.Marks.Marked;
import io.kubemdm.testbed.process.Readiness;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/**
 * Ends every process of a region: the supervisor at once, so that it starts nothing again, then those who use others
 * before those who are used. Needs no supervisor and no file, only the process table.
 */
final class RegionEnd {

    /** A service's last act may be to write its class archive. */
    private static final Duration GRACE = Duration.ofSeconds(30);

    /** Each tier has ended before the next is asked to. */
    private static final List<Predicate<String>> TIERS = List.of(
            part -> part.startsWith(AgentsAssembly.PREFIX),
            part -> !RegionEnd.isFoundation(part),
            part -> part.equals("kafka") || part.equals("kube-controller-manager"),
            part -> part.equals("kube-apiserver"),
            part -> true);

    private RegionEnd() {}

    private static boolean isFoundation(String part) {
        return part.startsWith("kube-") || part.equals("kafka") || part.equals("etcd");
    }

    /**
     * Ends them all and returns how many there were.
     *
     * @throws IllegalStateException when one of them survives even SIGKILL
     */
    static int end(RegionFolder folder) {
        killSupervisor(folder);
        int ended = 0;
        for (Predicate<String> tier : TIERS) {
            List<Marked> members = Marks.of(folder.path()).stream()
                    .filter(one -> tier.test(one.part()))
                    .toList();
            members.forEach(one -> one.process().destroy());
            Readiness.await(
                    () -> members.stream().noneMatch(one -> one.process().isAlive()), GRACE);
            members.stream().filter(one -> one.process().isAlive()).forEach(one -> one.process()
                    .destroyForcibly());
            ended += members.size();
        }
        killRest(folder);
        return ended;
    }

    /** Ends them all as a power cut does. */
    static void kill(RegionFolder folder) {
        killSupervisor(folder);
        killRest(folder);
    }

    /** Again and again, since something may be being started while we look. */
    private static void killRest(RegionFolder folder) {
        boolean gone = Readiness.await(
                () -> {
                    List<Marked> rest = Marks.of(folder.path());
                    rest.forEach(one -> one.process().destroyForcibly());
                    return rest.isEmpty();
                },
                GRACE);
        if (!gone) {
            throw new IllegalStateException(
                    "processes of " + folder.path() + " do not end: " + Marks.of(folder.path()));
        }
    }

    private static void killSupervisor(RegionFolder folder) {
        List<Marked> supervisors = Marks.of(folder.path()).stream()
                .filter(one -> one.part().equals(Supervisor.PART))
                .toList();
        supervisors.forEach(one -> one.process().destroyForcibly());
        Readiness.await(
                () -> supervisors.stream().noneMatch(one -> one.process().isAlive()), GRACE);
    }

    /** Removes the region's data; nothing of it may run any more. */
    static void clean(RegionFolder folder) {
        Folders.remove(folder.path());
    }
}
