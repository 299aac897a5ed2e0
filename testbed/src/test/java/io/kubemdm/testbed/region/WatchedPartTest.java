package io.kubemdm.testbed.region;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kubemdm.testbed.process.ChildSpec;
import io.kubemdm.testbed.process.ChildSpec.Lifeline;
import io.kubemdm.testbed.process.Marks;
import io.kubemdm.testbed.process.Marks.Marked;
import io.kubemdm.testbed.process.Ports;
import io.kubemdm.testbed.region.RegionState.Condition;
import io.kubemdm.testbed.region.RegionState.PartState;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On real processes that cost nothing: sleep, and a listener of a few lines. */
class WatchedPartTest {

    private static final String LISTENER = """
            import socket, sys, time
            s = socket.socket()
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            s.bind(('127.0.0.1', int(sys.argv[1])))
            s.listen()
            time.sleep(600)
            """;

    @TempDir
    Path dir;

    private final List<WatchedPart> watched = new ArrayList<>();
    private RegionFolder folder = new RegionFolder(Path.of("unset"));

    @BeforeEach
    void lay() throws Exception {
        folder = new RegionFolder(dir);
    }

    @AfterEach
    void end() throws InterruptedException {
        for (WatchedPart part : watched) {
            part.abandon();
        }
        RegionEnd.end(folder);
    }

    @Test
    void aKilledPartIsBackWithinFiveSeconds() throws Exception {
        watch("sleeper", List.of("sleep", "600"), List.of(), "");
        long first = pid("sleeper");

        ProcessHandle.of(first).orElseThrow().destroyForcibly();

        await().atMost(Duration.ofSeconds(5)).until(() -> Marks.of(folder.path()).stream()
                .anyMatch(one -> one.process().pid() != first));
        assertThat(part("sleeper").restarts()).isEqualTo(1);
    }

    @Test
    void whoeverWatchesNextFindsTheSameProcess() throws Exception {
        watch("sleeper", List.of("sleep", "600"), List.of(), "");
        long first = pid("sleeper");

        watch("sleeper", List.of("sleep", "600"), List.of(), "");

        assertThat(pid("sleeper")).isEqualTo(first);
    }

    @Test
    void aProcessThatWasStartedFromSomethingElseIsReplaced() throws Exception {
        watch("sleeper", List.of("sleep", "600"), List.of(), "old files");
        long first = pid("sleeper");

        watch("sleeper", List.of("sleep", "600"), List.of(), "new files");

        await().atMost(Duration.ofSeconds(10))
                .until(() ->
                        ProcessHandle.of(first).filter(ProcessHandle::isAlive).isEmpty());
    }

    @Test
    void aTakenPortIsNamedAndThePartComesUpOnceItIsFree() throws Exception {
        int port = Ports.free(1).getFirst();
        WatchedPart part;
        try (ServerSocket other = new ServerSocket()) {
            other.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            part = part("listener", List.of("python3", "-c", LISTENER, Integer.toString(port)), List.of(port), "")
                    .watch();
            await().atMost(Duration.ofSeconds(5))
                    .untilAsserted(() -> assertThat(part("listener").detail()).contains("port " + port + " is taken"));
        }
        part.ready().get(20, TimeUnit.SECONDS);
    }

    @Test
    void afterTheEndThereIsNoProcessAndNoPortInTwentyRounds() throws Exception {
        int port = Ports.free(1).getFirst();
        for (int round = 0; round < 20; round++) {
            RegionFolder one = new RegionFolder(Files.createDirectories(dir.resolve("round-" + round)));
            Roster roster = new Roster(one.state(), Clock.systemUTC());
            WatchedPart listener = new WatchedPart(
                            one.path(),
                            spec("listener", List.of("python3", "-c", LISTENER, Integer.toString(port))),
                            "",
                            List.of(port),
                            PartProbe.of(() -> !Ports.isFree(port), () -> true),
                            roster)
                    .watch();
            Process supervisor = supervisorOf(one);
            listener.ready().get(20, TimeUnit.SECONDS);

            listener.abandon();
            RegionEnd.end(one);

            assertThat(Marks.of(one.path())).as("round %d", round).isEmpty();
            assertThat(Ports.isFree(port)).as("port after round %d", round).isTrue();
            assertThat(supervisor.isAlive()).as("supervisor of round %d", round).isFalse();
            RegionEnd.clean(one);
            assertThat(one.path()).as("data after round %d", round).doesNotExist();
        }
    }

    /** Stands for the supervisor's process; the watch itself is in this test's own. */
    private Process supervisorOf(RegionFolder one) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("sleep", "600");
        builder.environment().putAll(Marks.environment(one.path(), Supervisor.PART, "-"));
        return builder.start();
    }

    private void watch(String name, List<String> command, List<Integer> ports, String revision) throws Exception {
        part(name, command, ports, revision).watch().ready().get(20, TimeUnit.SECONDS);
    }

    private WatchedPart part(String name, List<String> command, List<Integer> ports, String revision) {
        WatchedPart part = new WatchedPart(
                folder.path(),
                spec(name, command),
                revision,
                ports,
                PartProbe.of(() -> true, () -> true),
                new Roster(folder.state(), Clock.systemUTC()));
        watched.add(part);
        return part;
    }

    private ChildSpec spec(String name, List<String> command) {
        return new ChildSpec(name, command, Map.of(), dir, dir.resolve(name + ".log"), Lifeline.DETACHED);
    }

    private long pid(String name) {
        return Marks.of(folder.path()).stream()
                .filter(one -> one.part().equals(name))
                .map(Marked::process)
                .findFirst()
                .orElseThrow()
                .pid();
    }

    private PartState part(String name) {
        return RegionState.read(folder.state()).orElseThrow().parts().stream()
                .filter(one -> one.name().equals(name))
                .filter(one -> one.condition() != Condition.FAILED)
                .findFirst()
                .orElseThrow();
    }
}
