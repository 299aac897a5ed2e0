package io.kubemdm.agent.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kubemdm.agent.store.PublicFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The machine's real programs, for tests; a test is skipped where one is not installed. */
public final class Tools {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Programs MACHINE = new Programs(new PublicFiles(Path.of("/")));

    private Tools() {}

    /** The path of a program; without it the test is skipped. */
    public static String need(String program) {
        String path = MACHINE.find(program);
        assumeTrue(path != null, program + " is not installed: build/test-tools installs it");
        return String.valueOf(path);
    }

    /** Skips the test where this process may not make namespaces. */
    public static void needRoot() {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root may make namespaces here");
        Subprocess.Ended probe = run(List.of(need("unshare"), "--net", "--mount", "true"), "");
        assumeTrue(probe.isGood(), "this machine allows no namespaces: " + probe.error());
    }

    /** What the program says; it must end with 0. */
    public static String output(List<String> command, String input) {
        Subprocess.Ended ended = run(command, input);
        assertThat(ended.isGood())
                .as("%s: %s %s", command, ended.error(), ended.output())
                .isTrue();
        return ended.output();
    }

    /** How the program ends. */
    public static Subprocess.Ended run(List<String> command, String input) {
        return Subprocess.run(LIMIT, command, input);
    }
}
