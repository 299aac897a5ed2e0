package io.kubemdm.testbed.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kubemdm.testbed.process.ChildSpec.Lifeline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildTest {

    @TempDir
    Path dir;

    @Test
    void aChildWithALifelineDiesWithAParentThatIsKilled() throws Exception {
        Path pidFile = dir.resolve("pid");
        Process parent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Parent.class.getName(),
                        dir.toString())
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("parent.log").toFile())
                .start();
        await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(pidFile));
        long pid = Long.parseLong(Files.readString(pidFile));
        assertThat(ProcessHandle.of(pid)).isPresent();

        parent.destroyForcibly().waitFor();

        await().atMost(Duration.ofSeconds(5))
                .until(() ->
                        ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
    }

    @Test
    void aChildOutlivesTheThreadThatAskedForIt() throws Exception {
        var started = new AtomicReference<Child>();
        Thread asking = Thread.ofPlatform().start(() -> started.set(Child.start(spec("sleep", "60"))));
        asking.join();
        try (Child child = started.get()) {
            assertThat(Readiness.await(() -> !child.isAlive(), Duration.ofMillis(300)))
                    .isFalse();
        }
    }

    @Test
    void aChildThatEndsBeforeItIsReadyIsReportedWithItsLastLines() {
        try (Child child = Child.start(spec("sh", "-c", "echo port 80 is taken; exit 3"))) {
            assertThatThrownBy(() -> child.awaitReady(() -> false, Duration.ofSeconds(20)))
                    .hasMessageContaining("ended with 3")
                    .hasMessageContaining("port 80 is taken");
        }
    }

    @Test
    void aProgramThatDoesNotExistIsNamed() {
        try (Child child = Child.start(spec("/no/such/program"))) {
            assertThatThrownBy(() -> child.requireSuccess(Duration.ofSeconds(20)))
                    .hasMessageContaining("/no/such/program");
        }
    }

    @Test
    void aChildSeesNoneOfOurEnvironmentButWhatItIsGiven() throws Exception {
        ChildSpec spec = new ChildSpec(
                "env", List.of("env"), Map.of("GIVEN", "yes"), dir, dir.resolve("env.log"), Lifeline.WITH_PARENT);
        try (Child child = Child.start(spec)) {
            child.requireSuccess(Duration.ofSeconds(20));
        }
        assertThat(Files.readAllLines(dir.resolve("env.log")))
                .contains("GIVEN=yes")
                .allMatch(line -> line.matches("(GIVEN|PATH|HOME|LANG|TMPDIR|_)=.*"));
    }

    private ChildSpec spec(String... command) {
        return new ChildSpec(
                command[0], List.of(command), Map.of(), dir, dir.resolve("child.log"), Lifeline.WITH_PARENT);
    }

    /** A program that starts a child and waits to be killed. */
    static final class Parent {

        private Parent() {}

        public static void main(String[] arguments) throws Exception {
            Path dir = Path.of(arguments[0]);
            Child child = Child.start(new ChildSpec(
                    "sleep", List.of("sleep", "600"), Map.of(), dir, dir.resolve("sleep.log"), Lifeline.WITH_PARENT));
            Files.writeString(dir.resolve("pid.new"), Long.toString(child.pid()));
            Files.move(dir.resolve("pid.new"), dir.resolve("pid"));
            Thread.currentThread().join();
        }
    }
}
