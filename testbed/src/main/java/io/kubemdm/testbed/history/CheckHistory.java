package io.kubemdm.testbed.history;

import io.kubemdm.testbed.history.Judgement.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Judges a history: ends with 0 when nothing is wrong, 1 when something is, 2 when it is no whole history. */
@Command(
        name = "check-history",
        mixinStandardHelpOptions = true,
        description = "Judges the history of a kill matrix: what was lost, done twice, or called completed falsely.")
public final class CheckHistory implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", description = "The history, one JSON object per line.")
    private Path file = Path.of("");

    /** Entry point. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new CheckHistory()).execute(arguments));
    }

    @Override
    public Integer call() {
        Judgement judgement;
        try {
            judgement = Judge.judge(History.read(file));
        } catch (History.Unreadable | IOException e) {
            System.err.println(file + ": " + e.getMessage());
            return 2;
        }
        judgement.sentences().forEach(System.out::println);
        System.out.println("requests=" + judgement.requests() + " lost=" + judgement.count(Fault.Lost) + " twice="
                + judgement.count(Fault.Twice) + " falselyCompleted=" + judgement.count(Fault.FalselyCompleted)
                + " resumed=" + judgement.resumed());
        return judgement.isClean() ? 0 : 1;
    }
}
