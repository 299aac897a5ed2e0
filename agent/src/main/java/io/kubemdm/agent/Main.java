package io.kubemdm.agent;

import io.kubemdm.agent.store.StoreFailed;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** Starts the command line. */
public final class Main {

    private static final int WIDTH = 100;

    /** By name, in the order of the help text. */
    private static final Map<String, Supplier<Object>> COMMANDS = new LinkedHashMap<>();

    static {
        COMMANDS.put("enroll", EnrollCommand::new);
        COMMANDS.put("run", RunCommand::new);
        COMMANDS.put("status", StatusCommand::new);
        COMMANDS.put("facts", FactsCommand::new);
        COMMANDS.put("token", TokenCommand::new);
        COMMANDS.put("approvers", ApproversCommand::new);
        COMMANDS.put("warm", WarmCommand::new);
    }

    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.setProperty("java.util.logging.SimpleFormatter.format", "%1$tFT%1$tT.%1$tL%1$tz %4$s %3$s %5$s%6$s%n");
        System.exit(run(writer(System.out), writer(System.err), arguments));
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }

    /** Runs one command; for tests. */
    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        return commands(arguments)
                .setUsageHelpWidth(WIDTH)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(out)
                .setErr(err)
                .setExecutionExceptionHandler((e, command, parsed) -> explain(e, err))
                .execute(Objects.requireNonNull(arguments));
    }

    /** The one that is asked for alone, all for help: each costs a start some ten milliseconds to describe. */
    private static CommandLine commands(String... arguments) {
        CommandLine line = new CommandLine(new KubemdmAgent());
        Supplier<Object> asked = arguments.length == 0 ? null : COMMANDS.get(arguments[0]);
        if (asked != null) {
            return line.addSubcommand(asked.get());
        }
        COMMANDS.values().forEach(each -> line.addSubcommand(each.get()));
        return line;
    }

    private static int explain(Exception e, PrintWriter err) {
        switch (e) {
            case AgentFailed failed -> {
                err.println("kubemdm-agent: " + failed.getMessage());
                return failed.code().number();
            }
            case StoreFailed failed -> {
                err.println("kubemdm-agent: " + failed.getMessage());
                return ExitCode.STORAGE.number();
            }
            default -> {
                LoggerFactory.getLogger(Main.class).error("unforeseen", e);
                return ExitCode.FAILED.number();
            }
        }
    }
}
