package io.kubemdm.cli.rollout;

import java.io.PrintWriter;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Help.Ansi;

/** Draws a rollout on a terminal, each time over the last. */
final class Drawing implements Consumer<RolloutState> {

    private final PrintWriter out;
    private final Ansi ansi;
    private int lines;

    Drawing(PrintWriter out, Ansi ansi) {
        this.out = out;
        this.ansi = ansi;
    }

    @Override
    public void accept(RolloutState state) {
        if (lines > 0) {
            // ECMA-48: cursor up, erase to the end of the page.
            out.print("\u001b[" + lines + "A\u001b[J");
        }
        List<String> drawn = RolloutScreen.lines(state, ansi);
        drawn.forEach(out::println);
        lines = drawn.size();
        out.flush();
    }
}
