package io.kubemdm.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.agent.store.Documents;
import io.kubemdm.protocol.device.DeviceId;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What the commands say of themselves, and how they refuse. */
class CommandTest {

    @TempDir
    Path root;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return Main.run(new PrintWriter(out), new PrintWriter(err), arguments);
    }

    static List<CommandLine> commands() {
        List<CommandLine> found = new ArrayList<>();
        collect(new CommandLine(new KubemdmAgent()), found);
        return found;
    }

    private static void collect(CommandLine line, List<CommandLine> found) {
        if (!line.getCommandSpec().usageMessage().hidden()) {
            found.add(line);
            line.getSubcommands().values().forEach(each -> collect(each, found));
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void every_line_of_help_fits_100_columns_and_no_description_is_broken_by_hand(CommandLine command) {
        assertThat(command.setUsageHelpWidth(100).getUsageMessage().lines())
                .isNotEmpty()
                .allMatch(line -> line.length() <= 100);
        assertThat(command.getCommandSpec().options())
                .allSatisfy(option -> assertThat(option.description()).hasSize(1));
    }

    @Test
    void the_exit_codes_of_the_help_are_those_there_are() {
        assertThat(commands()
                        .getFirst()
                        .getCommandSpec()
                        .usageMessage()
                        .exitCodeList()
                        .keySet())
                .containsExactlyElementsOf(Arrays.stream(ExitCode.values())
                        .map(code -> Integer.toString(code.number()))
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "run", "token --audience x"})
    void a_device_that_is_not_enrolled_says_so_with_its_own_exit_code_and_what_to_do(String command) {
        List<String> arguments = new ArrayList<>(List.of(command.split(" ", -1)));
        arguments.addAll(List.of("--root", root.toString()));

        assertThat(run(arguments.toArray(String[]::new))).isEqualTo(3);

        assertThat(err.toString()).contains("this device is not enrolled: run 'kubemdm-agent enroll' first");
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "run", "token --audience x"})
    void a_device_that_has_left_says_so_with_its_own_exit_code_and_how_it_comes_back(String command) {
        RootOptions options = RootOptions.below(root);
        Documents.write(
                options.store(options.config()),
                RunCommand.RETIRED,
                new StatusFile.Retired(new DeviceId("acme", "d-left"), Instant.EPOCH));
        List<String> arguments = new ArrayList<>(List.of(command.split(" ", -1)));
        arguments.addAll(List.of("--root", root.toString()));

        assertThat(run(arguments.toArray(String[]::new))).isEqualTo(9);

        assertThat(err.toString()).contains("has left management: 'kubemdm-agent enroll' brings it back");
    }

    @Test
    void the_root_stands_before_or_behind_the_second_word_of_a_command() {
        assertThat(run("approvers", "show", "--root", root.toString()))
                .as(err.toString())
                .isZero();
        assertThat(run("approvers", "--root", root.toString(), "show"))
                .as(err.toString())
                .isZero();
        assertThat(out.toString()).contains("This device has no approvers");

        Path none = Objects.requireNonNull(root.resolve("none"));
        for (String[] each : new String[][] {
            {"approvers", "show", "--root", none.toString()}, {"approvers", "--root", none.toString(), "show"}
        }) {
            assertThat(run(each)).isEqualTo(2);
        }
        assertThat(err.toString()).contains("none is not a directory: create it first");
    }

    @Test
    void a_file_that_is_not_there_is_named_with_its_option() {
        assertThat(run(
                        "enroll",
                        "--server",
                        "https://localhost:1",
                        "--token",
                        "acme/t:s",
                        "--ca",
                        root.resolve("ca.pem").toString(),
                        "--root",
                        root.toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--ca " + root.resolve("ca.pem") + " does not exist");
    }
}
