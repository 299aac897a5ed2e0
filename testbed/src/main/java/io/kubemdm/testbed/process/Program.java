package io.kubemdm.testbed.process;

import picocli.CommandLine;

/** A program of the testbed, whose errors are one sentence on standard error. */
public final class Program {

    private Program() {}

    /** Executes a command and ends the process with its exit code. */
    public static void run(Object command, String... arguments) {
        System.exit(execute(command, arguments));
    }

    /** Executes a command. @return its exit code; 1 when it fails */
    public static int execute(Object command, String... arguments) {
        CommandLine line = new CommandLine(command);
        line.setExecutionExceptionHandler((failure, failed, parsed) -> {
            System.err.println(failure.getMessage() == null ? failure.toString() : failure.getMessage());
            return 1;
        });
        return line.execute(arguments);
    }
}
