package io.kubemdm.cli.rollout;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.kubemdm.cli.CliFailure;
import io.kubemdm.cli.ExitCode;
import io.kubemdm.cli.terminal.Output;
import io.kubemdm.crds.Formats;
import io.kubemdm.crds.rollout.Rollout;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kubemdm rollout status}. */
@Command(
        name = "status",
        description = {
            "Show how far a rollout is; --watch follows it to its end.",
            "",
            "On a terminal it is drawn anew with every change; elsewhere every change is a line, with -o json an object."
        },
        exitCodeListHeading = "%nExit codes with --watch (else see 'kubemdm --help'):%n",
        exitCodeList = {
            "0:Completed",
            "10:RolledBack: it failed or was switched off, and no device has the bundle by it",
            "11:it failed and stopped; devices keep what they have",
            "12:it has not ended in time"
        },
        footer = {"", "Example:", "  kubemdm rollout status base-1.4.0 -n acme --watch --timeout 2h"})
public final class RolloutStatusCommand implements Callable<Integer> {

    /** Every device went back. */
    static final int ROLLED_BACK = 10;

    /** It failed and only stopped. */
    static final int STOPPED = 11;

    /** The time was up first. */
    static final int TIME_UP = 12;

    private static final Duration FOR_EVER = Duration.ofDays(3650);

    @Mixin
    private Target target = new Target();

    @Option(
            names = {"-w", "--watch"},
            description = "Follow it until it has ended.")
    private boolean watch;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            description = "How long to follow it, such as 30m or 2h. Default: until it ends.")
    private @Nullable String timeout;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        Duration patience = patience();
        PrintWriter out = spec.commandLine().getOut();
        Ansi ansi = spec.commandLine().getColorScheme().ansi();
        try (KubernetesClient client = target.connect()) {
            Rollout rollout = target.find(client);
            if (!watch) {
                RolloutState state = RolloutState.of(rollout);
                target.print(out, state, to -> RolloutScreen.lines(state, ansi).forEach(to::println));
                return ExitCode.OK.number();
            }
            Output output = target.output();
            boolean drawn = output.people() && ansi.enabled();
            RolloutState last = new RolloutWatch(client)
                    .untilEnded(
                            rollout,
                            patience,
                            drawn
                                    ? new Drawing(out, ansi)
                                    : output.people() ? new Telling(out) : state -> output.line(out, state));
            return last.ended() ? last.exitCode() : TIME_UP;
        }
    }

    private Duration patience() {
        try {
            return timeout == null ? FOR_EVER : Formats.duration(timeout);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new CliFailure(ExitCode.USAGE, "--timeout: " + e.getMessage());
        }
    }
}
