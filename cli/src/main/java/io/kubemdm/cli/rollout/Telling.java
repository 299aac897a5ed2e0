package io.kubemdm.cli.rollout;

import io.kubemdm.cli.terminal.Wrapped;
import java.io.PrintWriter;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;

/** Tells a rollout line by line, where it cannot be drawn; a state that reads like the last one is not told. */
final class Telling implements Consumer<RolloutState> {

    private final PrintWriter out;
    private String told = "";

    Telling(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void accept(RolloutState state) {
        String line = line(state);
        if (!line.equals(told)) {
            told = line;
            out.println(LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS) + "  " + line);
            out.flush();
        }
    }

    /** A state in a line. */
    static String line(RolloutState state) {
        return Wrapped.printable(state.phase() + "  step " + state.stepText() + "  "
                + state.counts().succeeded()
                + " of " + state.counts().admitted() + " admitted succeeded, " + state.bad() + " failed, "
                + state.counts().offline() + " offline, " + state.counts().eligible() + " eligible  "
                + state.reason() + ": " + state.message());
    }
}
