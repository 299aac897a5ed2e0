package io.kubemdm.testbed.bench;

import io.kubemdm.agent.identity.EnrollFailed;
import io.kubemdm.crds.wiperequest.WipePhase;
import io.kubemdm.crds.wiperequest.WipeType;
import io.kubemdm.testbed.bench.WipeDesk.Asked;
import io.kubemdm.testbed.counted.CountedDevice;
import io.kubemdm.testbed.fleet.FleetListener;
import io.kubemdm.testbed.history.History;
import io.kubemdm.testbed.history.Judge;
import io.kubemdm.testbed.history.Judgement;
import io.kubemdm.testbed.history.Line;
import io.kubemdm.testbed.process.Readiness;
import io.kubemdm.testbed.region.Region;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Kills each part of a region, and the agent, with wipes in every state, and has the history judged. A round is one kill
 * with one request in each state, each of a device of its own: as many runs as there are states. Every other time that a
 * part is killed, the requests have just been let go on, so that the kill meets them on their way.
 */
public final class KillMatrix {

    /** The devices' own process; the others are parts of the region, by the beginning of their names. */
    static final String AGENT = "agent";

    /** What is killed. */
    static final List<String> VICTIMS =
            List.of(AGENT, "kubemdm-gateway", "kubemdm-operator", "kubemdm-engine", "kafka", "kube-apiserver", "etcd");

    /** In which state. */
    static final List<WipePhase> STATES = List.of(
            WipePhase.PendingApproval,
            WipePhase.Held,
            WipePhase.Queued,
            WipePhase.Delivered,
            WipePhase.Acknowledged,
            WipePhase.Erasing,
            WipePhase.Completed);

    /** Chart values with which nothing is held but a lock: after the first few of them. */
    public static final String VALUES = """
            wipes:
              budgets:
                destructive: {atLeast: 10000, percent: 10, perHour: 10000}
                lock: {atLeast: 4, percent: 1, perHour: 10000}
            """;

    private static final String NAMESPACE = "matrix";
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration LEAVE = Duration.ofSeconds(10);
    private static final int MOMENTS_MILLIS = 300;

    /**
     * What was asked.
     *
     * @param runs at least so many, rounded up to whole rounds
     * @param seed of the victims' order and the moments
     * @param folder for devices and history
     */
    public record Plan(int runs, long seed, Path folder) {}

    /**
     * What was found.
     *
     * @param runs requests that were in their state when something was killed
     * @param notLeft devices that were wiped or retired and stayed enrolled for ten seconds more
     * @param judgement of the history
     * @param history where it is
     */
    public record Outcome(int runs, int notLeft, Judgement judgement, Path history) {}

    private final Region region;
    private final Plan plan;
    private final PrintStream progress;
    private final Random random;
    private final Map<WipePhase, CountedDevice> devices = new EnumMap<>(WipePhase.class);
    private final List<CountedDevice> allDevices = new ArrayList<>();
    private final List<Asked> allAsked = new ArrayList<>();
    private int runs;
    private int notLeft;

    private KillMatrix(Region region, Plan plan, PrintStream progress) {
        this.region = region;
        this.plan = plan;
        this.progress = progress;
        this.random = new Random(plan.seed());
    }

    /** Runs on a region that is up, with a budget as in {@link #VALUES}, and leaves it up. */
    public static Outcome on(Region region, Plan plan, PrintStream progress) throws InterruptedException, IOException {
        return new KillMatrix(region, plan, progress).run();
    }

    private Outcome run() throws InterruptedException, IOException {
        Path file = plan.folder().resolve("history-" + plan.seed() + ".jsonl");
        progress.println("kill-matrix seed=" + plan.seed() + " runs=" + plan.runs() + " history=" + file);
        try (Recorder history = new Recorder(file);
                BenchFleet fleet =
                        new BenchFleet(region, NAMESPACE, FleetListener.NONE, Duration.ofSeconds(10), 0, plan.seed());
                WipeDesk desk = new WipeDesk(region, NAMESPACE, history)) {
            for (int round = 0; runs < plan.runs(); round++) {
                round(fleet, desk, history, round);
            }
            allAsked.forEach(desk::lookAgain);
            allDevices.stream().flatMap(device -> device.notes().stream()).forEach(history::note);
            history.note(new Line.End());
        } finally {
            allDevices.forEach(CountedDevice::close);
        }
        Judgement judgement = Judge.judge(History.read(file));
        judgement.sentences().forEach(progress::println);
        return new Outcome(runs, notLeft, judgement, file);
    }

    private String victim(int round) {
        List<String> order = new ArrayList<>(VICTIMS);
        Collections.shuffle(order, new Random(plan.seed() + round / VICTIMS.size()));
        return order.get(round % VICTIMS.size());
    }

    private void round(BenchFleet fleet, WipeDesk desk, Recorder history, int round) throws InterruptedException {
        long began = System.nanoTime();
        String victim = victim(round);
        boolean underWay = round / VICTIMS.size() % 2 == 1;
        List<MatrixRun> all = new ArrayList<>();
        for (WipePhase state : STATES) {
            List<WipeType> types = MatrixRun.TYPES.get(state);
            WipeType type = types.get((round + round / VICTIMS.size()) % types.size());
            String name = "r" + round + "-" + state.name().toLowerCase(java.util.Locale.ROOT);
            all.add(new MatrixRun(desk, history, device(fleet, state), state, type, name));
        }
        devices.values().forEach(CountedDevice::start);
        require(devices.values().stream().toList(), CountedDevice::isConnected, "connected");
        all.forEach(MatrixRun::begin);
        awaitEach(all, MatrixRun::isThere);
        List<MatrixRun> there = all.stream().filter(MatrixRun::isThere).toList();
        all.stream().filter(run -> !there.contains(run)).forEach(run -> progress.println("not reached: " + run.tell()));
        if (underWay) {
            all.forEach(MatrixRun::release);
            TimeUnit.MILLISECONDS.sleep(random.nextInt(MOMENTS_MILLIS));
            kill(fleet, victim, all, history);
        } else {
            kill(fleet, victim, all, history);
            all.forEach(MatrixRun::release);
        }
        awaitEach(all, run -> {
            run.superviseDevice();
            return run.isOver();
        });
        List<MatrixRun> leaving = all.stream().filter(MatrixRun::takesDevice).toList();
        Readiness.await(
                () -> {
                    leaving.forEach(MatrixRun::superviseDevice);
                    return leaving.stream().noneMatch(MatrixRun::isToLeave);
                },
                LEAVE);
        leaving.stream().filter(MatrixRun::isToLeave).forEach(run -> {
            notLeft++;
            progress.println("has not left: " + run.tell());
        });
        leaving.forEach(run -> {
            devices.remove(run.state());
            run.kill();
        });
        runs += there.size();
        all.forEach(run -> allAsked.addAll(run.asked()));
        all.stream().filter(run -> !run.isOver()).forEach(run -> progress.println("not over: " + run.tell()));
        BenchFleet.await(this::isWhole, LIMIT, "every part runs after the kill of " + victim);
        progress.printf(
                "round %d %s%s: %d runs, %d ms%n",
                round, victim, underWay ? " under way" : "", there.size(), (System.nanoTime() - began) / 1_000_000);
    }

    private CountedDevice device(BenchFleet fleet, WipePhase state) {
        CountedDevice known = devices.get(state);
        if (known != null) {
            return known;
        }
        Path folder = plan.folder().resolve("device-" + allDevices.size());
        BenchFleet.await(() -> enrolled(folder, fleet), LIMIT, "a device enrols in " + folder);
        CountedDevice fresh = allDevices.getLast();
        devices.put(state, fresh);
        return fresh;
    }

    /** Parts that were killed a moment ago may be running and not yet know all they need. */
    private boolean enrolled(Path folder, BenchFleet fleet) {
        try {
            return allDevices.add(CountedDevice.enrol(folder, fleet.request()));
        } catch (EnrollFailed e) {
            if (e.kind() != EnrollFailed.Kind.Unavailable && e.kind() != EnrollFailed.Kind.Unreachable) {
                throw e;
            }
            return false;
        }
    }

    private void kill(BenchFleet fleet, String victim, List<MatrixRun> all, Recorder history) {
        if (victim.equals(AGENT)) {
            all.forEach(MatrixRun::kill);
        } else {
            ProcessHandle process = ProcessHandle.of(fleet.pid(victim)).orElseThrow();
            process.destroyForcibly();
            history.note(new Line.Killed(victim, process.pid()));
        }
    }

    private boolean isWhole() {
        return region.state().orElseThrow().parts().stream()
                .allMatch(part -> part.condition().isGood());
    }

    private static <T> void require(List<T> all, Predicate<T> reached, String what) {
        BenchFleet.await(() -> all.stream().allMatch(reached), LIMIT, "all devices " + what);
    }

    /** Waits until each has got there; who has not within the limit is left behind. */
    private static void awaitEach(List<MatrixRun> all, Predicate<MatrixRun> reached) {
        List<MatrixRun> left = new ArrayList<>(all);
        Readiness.await(
                () -> {
                    left.removeIf(reached);
                    return left.isEmpty();
                },
                LIMIT);
    }
}
