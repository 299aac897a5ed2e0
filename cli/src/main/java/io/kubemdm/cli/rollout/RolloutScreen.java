package io.kubemdm.cli.rollout;

import io.kubemdm.cli.terminal.Table;
import io.kubemdm.cli.terminal.Wrapped;
import io.kubemdm.crds.rollout.RolloutPhase;
import io.kubemdm.crds.rollout.RolloutStatus.AnalysisRun;
import io.kubemdm.crds.rollout.RolloutStatus.Counts;
import io.kubemdm.crds.rollout.RolloutStatus.SampleFailure;
import io.kubemdm.crds.rollout.Step;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi;

/** A rollout as lines for a terminal, at most {@value Table#WIDTH} columns each. */
final class RolloutScreen {

    private static final int BAR = 60;
    private static final int SHOWN_FAILURES = 5;

    private RolloutScreen() {}

    /** The lines; with colours only when {@code ansi} is on. */
    static List<String> lines(RolloutState state, Ansi ansi) {
        List<String> lines = new ArrayList<>();
        lines.add(cut(state.namespace() + "/" + state.name() + "  " + state.bundle()
                + (state.retire() ? " (removes the line)" : "")));
        lines.add(coloured(state) + (state.paused() ? ", paused" : "") + (state.enabled() ? "" : ", switched off"));
        wrapped(lines, state.reason() + ": " + state.message());
        steps(lines, state, ansi);
        Counts counts = state.counts();
        lines.add(bar(state));
        lines.add(cut(counts.admitted() + " of " + counts.eligible() + " eligible admitted: " + counts.succeeded()
                + " succeeded, " + counts.pending() + " applying, " + counts.offline() + " offline"));
        lines.add(cut(counts.failed() + " failed, " + counts.rejected() + " rejected, " + counts.timedOut()
                + " timed out, " + counts.regressed() + " regressed, " + counts.rolledBack() + " went back"));
        analysis(lines, state, ansi);
        failures(lines, state);
        return lines.stream().map(ansi::string).toList();
    }

    private static String coloured(RolloutState state) {
        String colour =
                switch (state.phase()) {
                    case Completed -> "green";
                    case RollingBack, RolledBack, Failed -> "red";
                    case AwaitingApproval, Paused -> "yellow";
                    default -> "bold";
                };
        return "@|" + colour + " " + state.phase() + "|@"
                + (state.waiting() == null
                        ? ""
                        : "  step " + state.waiting() + " waits: kubemdm rollout approve " + state.name());
    }

    private static void steps(List<String> lines, RolloutState state, Ansi ansi) {
        Table table = new Table("STEP", "DEVICES", "SOAK", "APPROVAL", "ANALYSIS", "");
        for (int index = 0; index < state.steps().size(); index++) {
            Step step = state.steps().get(index);
            table.row(
                    step.name(),
                    step.percent() == null ? "by selector" : step.percent() + " %",
                    step.soak(),
                    step.approval().name(),
                    step.analysis().isEmpty() ? "-" : String.join(",", step.analysis()),
                    place(state, index));
        }
        printed(lines, table, ansi);
    }

    private static String place(RolloutState state, int index) {
        if (index > state.step()) {
            return "";
        }
        return index < state.step() || state.phase() == RolloutPhase.Completed ? "done" : "@|bold <- here|@";
    }

    /** Of all eligible: {@code =} succeeded, {@code x} failed, {@code -} admitted without an answer. */
    static String bar(RolloutState state) {
        int eligible = Math.max(1, state.counts().eligible());
        int good = cells(state.counts().succeeded(), eligible);
        int bad = Math.min(BAR - good, cells(state.bad(), eligible));
        int open = Math.clamp(cells(state.counts().admitted(), eligible) - good - bad, 0, BAR - good - bad);
        return "[@|green " + "=".repeat(good) + "|@@|red " + "x".repeat(bad) + "|@" + "-".repeat(open)
                + " ".repeat(BAR - good - bad - open) + "] "
                + Math.min(100, (long) state.counts().admitted() * 100 / eligible) + " % admitted";
    }

    /** Anything is seen, and nothing is a full bar but all. */
    private static int cells(int devices, int eligible) {
        long cells = ((long) devices * BAR + eligible / 2) / eligible;
        return devices <= 0 ? 0 : Math.clamp(cells, 1, devices < eligible ? BAR - 1 : BAR);
    }

    private static void analysis(List<String> lines, RolloutState state, Ansi ansi) {
        if (state.analysis().isEmpty()) {
            return;
        }
        Table table = new Table("ANALYSIS", "RESULT", "MEASURED", "BAD", "CANDIDATE", "CONTROL", "LAST");
        for (AnalysisRun run : state.analysis()) {
            table.row(
                    run.name(),
                    run.result() == null ? "-" : run.result().name(),
                    Integer.toString(run.measured()),
                    run.failed() == 0 ? "0" : "@|red " + run.failed() + "|@",
                    figures(run.candidate()),
                    figures(run.control()),
                    run.last() == null ? "-" : plain(run.last()));
        }
        printed(lines, table, ansi);
    }

    /** {@code 50: mean 3.1, median 3}: devices, then their values. */
    private static String figures(AnalysisRun.@Nullable Figures of) {
        if (of == null) {
            return "-";
        }
        return of.devices()
                + (of.mean() == null ? "" : ": mean " + plain(of.mean()))
                + (of.median() == null ? "" : ", median " + plain(of.median()));
    }

    private static void failures(List<String> lines, RolloutState state) {
        for (SampleFailure failure :
                state.failures().stream().limit(SHOWN_FAILURES).toList()) {
            lines.add(cut(failure.device() + "  " + failure.failureType()
                    + (failure.message() == null ? "" : "  " + plain(failure.message()))));
        }
    }

    private static void printed(List<String> lines, Table table, Ansi ansi) {
        StringWriter text = new StringWriter();
        table.print(new PrintWriter(text), ansi);
        text.toString().lines().map(String::stripTrailing).forEach(lines::add);
    }

    private static void wrapped(List<String> lines, String text) {
        StringWriter wrapped = new StringWriter();
        Wrapped.print(new PrintWriter(wrapped), "", plain(text));
        wrapped.toString().lines().forEach(lines::add);
    }

    /** What a device or a person wrote is no markup and nothing a terminal obeys. */
    private static String plain(String text) {
        return Wrapped.printable(text).replace("@|", "@ |");
    }

    private static String cut(String text) {
        return text.length() <= Table.WIDTH ? text : text.substring(0, Table.WIDTH - 1) + "…";
    }
}
