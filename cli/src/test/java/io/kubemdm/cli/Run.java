package io.kubemdm.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** One execution of the command line inside the test's process. */
public record Run(int exitCode, String out, String err) {

    /** Executes and captures; no colours, as in a pipe. */
    public static Run of(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Kubemdm.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
        int code = line.execute(arguments);
        return new Run(code, out.toString(), err.toString());
    }
}
