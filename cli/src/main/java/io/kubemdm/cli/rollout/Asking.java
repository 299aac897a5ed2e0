package io.kubemdm.cli.rollout;

import io.kubemdm.cli.CliFailure;
import io.kubemdm.cli.ExitCode;
import io.kubemdm.cli.terminal.Question;
import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine.Option;

/** Whether a person is asked before something is changed. */
final class Asking {

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask.")
    private boolean yes;

    /** Asks, unless told not to. */
    void ask(PrintWriter err, String question) throws IOException {
        if (!yes && !Question.agreed(err, question)) {
            throw new CliFailure(ExitCode.FAILED, "nothing was changed");
        }
    }
}
