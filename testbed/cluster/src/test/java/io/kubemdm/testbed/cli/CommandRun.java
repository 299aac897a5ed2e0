package io.kubemdm.testbed.cli;

import io.kubemdm.cli.Kubemdm;
import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** One execution of {@code kubemdm} inside the test's process. */
public record CommandRun(int exitCode, String out, String err) {

    /** Executes and captures. */
    public static CommandRun of(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Kubemdm.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .execute(arguments);
        return new CommandRun(code, out.toString(), err.toString());
    }
}
