package io.kubemdm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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

    @ParameterizedTest
    @MethodSource("lines")
    void descriptionsAreParagraphsAndExamplesAreCounted(CommandLine command) {
        CommandLine.Model.CommandSpec spec = command.getCommandSpec();
        assertThat(spec.options()).allSatisfy(option -> assertThat(option.description())
                .as(option.longestName())
                .hasSize(1));
        List<String> footer = List.of(spec.usageMessage().footer());
        // A line that begins deeper goes on with the one before.
        long examples = footer.stream().filter(line -> line.matches("  \\S.*")).count();
        assertThat(footer.contains("Example:")).isEqualTo(examples == 1);
        assertThat(footer.contains("Examples:")).isEqualTo(examples > 1);
    }

    static List<CommandLine> lines() {
        List<CommandLine> found = new ArrayList<>();
        collectLines(Kubemdm.commandLine(), found);
        return found;
    }

    private static void collectLines(CommandLine line, List<CommandLine> found) {
        found.add(line);
        line.getSubcommands().values().forEach(each -> collectLines(each, found));
    }

    @Test
    void theExitCodesOfTheHelpAreThoseThereAre() {
        assertThat(Kubemdm.commandLine()
                        .getCommandSpec()
                        .usageMessage()
                        .exitCodeList()
                        .keySet())
                .containsExactlyElementsOf(Arrays.stream(ExitCode.values())
                        .map(code -> Integer.toString(code.number()))
                        .toList());
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
        assertThat(Run.of("get", "devices", "--colour").exitCode()).isEqualTo(2);
    }

    @Test
    void aMissingCommandIsAUsageErrorThatShowsTheCommands() {
        Run bare = Run.of();
        assertThat(bare.exitCode()).isEqualTo(2);
        assertThat(bare.err())
                .contains("get", "timeline", "wipe", "approve", "audit", "verify", "token", "pki", "completion");
    }

    @Test
    void aKubeconfigThatIsNotThereIsNotFound(@TempDir Path temp) {
        Run run = Run.of("get", "devices", "--kubeconfig", temp.resolve("none").toString());
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("does not exist").hasLineCount(1);
    }

    @Test
    void aContextThatTheKubeconfigDoesNotHaveIsNotFound(@TempDir Path temp) throws Exception {
        Path kubeconfig = temp.resolve("config");
        java.nio.file.Files.writeString(kubeconfig, """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "http://127.0.0.1:1"}}]
                contexts: [{name: c, context: {cluster: c, user: u}}]
                users: [{name: u, user: {token: t}}]
                current-context: c
                """);
        Run run = Run.of("get", "devices", "--kubeconfig", kubeconfig.toString(), "--context", "nowhere");
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err())
                .contains("the kubeconfig has no context named nowhere")
                .hasLineCount(1);
    }

    @Test
    void aClusterThatDoesNotAnswerIsSaidInOneLine(@TempDir Path temp) throws Exception {
        Path kubeconfig = nobody(temp);
        Run run = Run.of("get", "devices", "--kubeconfig", kubeconfig.toString());
        assertThat(run.exitCode()).isEqualTo(6);
        assertThat(run.err()).contains("does not answer: connection refused").hasLineCount(1);
    }

    @Test
    void theVersionIsMachineReadable() {
        assertThat(Run.of("version", "-o", "json").out()).contains("\"kubemdm\"");
        assertThat(Run.of("version", "-o", "yaml").out()).contains("kubemdm:");
    }

    @Test
    void theCompletionKnowsCommandsAndOptions() {
        for (String shell : List.of("bash", "zsh")) {
            Run run = Run.of("completion", shell);
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(run.out()).contains("_picocli_kubemdm_timeline", "--justification", "--selector");
        }
        assertThat(Run.of("completion", "fish").exitCode()).isEqualTo(2);
    }

    @Test
    void aNameIsPrintedOfObjectsOnly() {
        Run run = Run.of("version", "-o", "name");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("-o name");
    }

    @Test
    void aQueryAddressThatWouldLeakTheTokenIsAUsageError(@TempDir Path temp) throws Exception {
        Path kubeconfig = nobody(temp);
        for (String url : List.of("http://localhost:1", "localhost:1", "https://", "::")) {
            Run run = Run.of("timeline", "d-1", "--kubeconfig", kubeconfig.toString(), "--query-url", url);
            assertThat(run.exitCode()).as(url).isEqualTo(2);
            assertThat(run.err()).contains("--query-url");
        }
    }

    @Test
    void aQueryApiThatDoesNotAnswerIsSaid(@TempDir Path temp) throws Exception {
        Path kubeconfig = nobody(temp);
        Run run =
                Run.of("audit", "verify", "--kubeconfig", kubeconfig.toString(), "--query-url", "https://127.0.0.1:1");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("does not answer");
        Run export = Run.of(
                "audit",
                "export",
                "--to",
                temp.resolve("out").toString(),
                "--kubeconfig",
                kubeconfig.toString(),
                "--query-url",
                "https://127.0.0.1:1");
        assertThat(export.exitCode()).isEqualTo(6);
        assertThat(temp.resolve("out")).doesNotExist();
    }

    /** A kubeconfig of a cluster that does not answer. */
    private static Path nobody(Path folder) throws IOException {
        return Files.writeString(folder.resolve("config"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "http://127.0.0.1:1"}}]
                contexts: [{name: c, context: {cluster: c, user: u}}]
                users: [{name: u, user: {token: t}}]
                current-context: c
                """);
    }
}
