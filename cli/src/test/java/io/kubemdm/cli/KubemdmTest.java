package io.kubemdm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class KubemdmTest {

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandExplainsItselfWithinHundredColumns(List<String> path) {
        List<String> arguments = new ArrayList<>(path);
        arguments.add("--help");

        Run help = Run.of(arguments.toArray(String[]::new));

        assertThat(help.exitCode()).isZero();
        assertThat(help.out()).contains("Usage:");
        assertThat(help.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
        assertThat(help.out()).doesNotContain("\u001b[");
    }

    static List<List<String>> commands() {
        List<List<String>> found = new ArrayList<>();
        collect(Kubemdm.commandLine(), List.of(), found);
        return found;
    }

    private static void collect(CommandLine line, List<String> path, List<List<String>> found) {
        found.add(path);
        line.getSubcommands().forEach((name, sub) -> {
            List<String> longer = new ArrayList<>(path);
            longer.add(name);
            collect(sub, longer, found);
        });
    }

    @Test
    void anUnknownOptionIsAUsageError() {
        assertThat(Run.of("devices", "--colour").exitCode()).isEqualTo(2);
    }

    @Test
    void aMissingCommandIsAUsageErrorThatShowsTheCommands() {
        Run bare = Run.of();
        assertThat(bare.exitCode()).isEqualTo(2);
        assertThat(bare.err()).contains("devices", "token", "pki");
    }

    @Test
    void aKubeconfigThatIsNotThereIsNotFound(@TempDir Path temp) {
        Run run = Run.of("devices", "--kubeconfig", temp.resolve("none").toString());
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("does not exist").hasLineCount(1);
    }

    @Test
    void aClusterThatDoesNotAnswerIsSaidInOneLine(@TempDir Path temp) throws Exception {
        Path kubeconfig = temp.resolve("config");
        java.nio.file.Files.writeString(kubeconfig, """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "http://127.0.0.1:1"}}]
                contexts: [{name: c, context: {cluster: c, user: u}}]
                users: [{name: u, user: {token: t}}]
                current-context: c
                """);
        Run run = Run.of("devices", "--kubeconfig", kubeconfig.toString());
        assertThat(run.exitCode()).isEqualTo(6);
        assertThat(run.err()).contains("does not answer: connection refused").hasLineCount(1);
    }

    @Test
    void theVersionIsMachineReadable() {
        assertThat(Run.of("version", "-o", "json").out()).contains("\"kubemdm\"");
        assertThat(Run.of("version", "-o", "yaml").out()).contains("kubemdm:");
    }
}
