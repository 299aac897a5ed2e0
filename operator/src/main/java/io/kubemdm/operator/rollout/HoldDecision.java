package io.kubemdm.operator.rollout;

import io.kubemdm.crds.rollout.Step;
import io.kubemdm.operator.rollout.ProgressDecision.Cause;
import io.kubemdm.operator.rollout.ProgressDecision.Withdrawal;
import io.kubemdm.operator.rollout.RolloutDecision.Input;
import io.kubemdm.operator.rollout.RolloutDecision.Why;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Whether the feature flag and the open step's analyses let a rollout go on, hold it, or fail it. */
public final class HoldDecision {

    private HoldDecision() {}

    /**
     * What a rollout's feature flag says as a whole.
     *
     * @param message a sentence for people
     * @param holding why devices are kept back whom an open step reaches
     */
    public record Gates(Flag flag, String message, Holding holding) {

        /** No flag is asked. */
        public static final Gates NONE = new Gates(Flag.OPEN, "No feature flag is asked.");

        /** A flag that keeps nobody back by itself. */
        public Gates(Flag flag, String message) {
            this(flag, message, Holding.NONE);
        }
    }

    /**
     * Why single devices are kept back.
     *
     * @param reason CamelCase constant for the Held condition
     * @param message a sentence for people
     * @param opensAt when a window opens next for one of them, null when none will or none keeps them back
     */
    public record Holding(
            String reason, String message, @Nullable Instant opensAt) {

        /** Nobody is. */
        public static final Holding NONE =
                new Holding("NothingHeld", "No flag and no window keeps a device back.", null);

        boolean holds() {
            return !equals(NONE);
        }
    }

    /** What follows from a flag. */
    public enum Flag {
        /** It may admit. */
        OPEN,
        /** It admits nobody, and who was admitted goes back; it may become open again. */
        OFF,
        /** Nobody knows: nothing further is admitted, and nothing is taken back. */
        UNREACHABLE
    }

    /**
     * What one analysis of the open step says so far.
     *
     * @param measured measurements so far in this step
     * @param failed bad ones among them
     * @param last the last value as text, at most 64 characters, null before the first
     * @param message a sentence for people
     * @param lookAgain when it is measured next, null when something rings
     */
    public record AnalysisVerdict(
            Outcome outcome,
            int measured,
            int failed,
            @Nullable String last,
            String message,
            @Nullable Instant lookAgain) {}

    /** What follows from an analysis. */
    public enum Outcome {
        /** The step may end. */
        PASS,
        /** The rollout fails. */
        FAIL,
        /** Nobody can tell yet: the step holds, and it is measured on. */
        INCONCLUSIVE,
        /** What it is measured by is not configured: the step holds. */
        UNAVAILABLE,
        /** It is not over. */
        RUNNING
    }

    /** A flag that cannot be asked changes nothing: off stays off, open stays open. */
    static @Nullable Withdrawal withdrawn(Input in, ProgressDecision progress) {
        Cause cause = cause(in, progress);
        if (cause == null || progress.withdrawn(cause)) {
            return cause == null ? null : progress.withdrawn();
        }
        // From one cause to the other nobody was let in: what counts is since when.
        return new Withdrawal(
                cause,
                progress.withdrawn() == null ? in.now() : progress.withdrawn().at());
    }

    private static @Nullable Cause cause(Input in, ProgressDecision progress) {
        if (!in.spec().enabled()) {
            return Cause.DISABLED;
        }
        return switch (in.gates().flag()) {
            case OPEN -> null;
            case OFF -> Cause.FLAG_OFF;
            case UNREACHABLE -> progress.withdrawn(Cause.FLAG_OFF) ? Cause.FLAG_OFF : null;
        };
    }

    /** Why a flag that is not open holds. */
    static Why flag(Input in) {
        return new Why(
                in.gates().flag() == Flag.OFF ? "FeatureFlagOff" : "FeatureFlagUnreachable",
                in.gates().message());
    }

    /** Why an analysis fails the rollout, null when none does. */
    static @Nullable Why failed(Input in, Step step) {
        for (String name : step.analysis()) {
            AnalysisVerdict verdict = in.analysis().get(name);
            if (verdict != null && verdict.outcome() == Outcome.FAIL) {
                return new Why("AnalysisFailed", "Analysis " + name + " failed: " + verdict.message());
            }
        }
        return null;
    }

    /** Why the step may not end yet, null when every analysis of it passed. */
    static @Nullable Why unfinished(Input in, Step step) {
        Why running = null;
        for (String name : step.analysis()) {
            AnalysisVerdict verdict = in.analysis().get(name);
            if (verdict == null) {
                return new Why(
                        "AnalysisUnavailable",
                        "Step " + step.name() + " asks for analysis " + name
                                + ", which cannot be measured here: remove it from the step.");
            }
            if (verdict.outcome() == Outcome.UNAVAILABLE) {
                return new Why("AnalysisUnavailable", "Analysis " + name + " cannot be measured: " + verdict.message());
            }
            if (verdict.outcome() == Outcome.INCONCLUSIVE) {
                return new Why("AnalysisInconclusive", "Analysis " + name + " is inconclusive: " + verdict.message());
            }
            if (verdict.outcome() == Outcome.RUNNING) {
                running = new Why("AnalysisRunning", "Analysis " + name + " is running: " + verdict.message());
            }
        }
        return running;
    }

    /** When an analysis of the step is measured next, null when something rings or all are over. */
    static @Nullable Instant next(Input in, Step step) {
        return step.analysis().stream()
                .map(in.analysis()::get)
                .filter(Objects::nonNull)
                .map(AnalysisVerdict::lookAgain)
                .filter(Objects::nonNull)
                .min(Instant::compareTo)
                .orElse(null);
    }
}
