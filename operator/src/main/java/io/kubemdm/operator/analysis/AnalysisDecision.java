package io.kubemdm.operator.analysis;

import io.kubemdm.crds.Formats;
import io.kubemdm.crds.rollout.Analysis;
import io.kubemdm.operator.analysis.AnalysisRecordDecision.Figures;
import io.kubemdm.operator.analysis.AnalysisRecordDecision.Mix;
import io.kubemdm.operator.analysis.AnalysisRecordDecision.Run;
import io.kubemdm.operator.rollout.HoldDecision.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.DoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What one analysis of an open step says now. A look is bad when {@code failWhen} is true and chance does not explain it
 * at the level this look may spend; true without that is inconclusive, and nothing inconclusive ends a step.
 */
final class AnalysisDecision {

    /** How likely a rollout that changes nothing is failed by all its looks at all its analyses together, at most. */
    static final double FALSE_ALARMS = 0.015;

    /** Looks that share {@link #EARLY} evenly. */
    private static final int EARLY_LOOKS = 3;

    /** What the first looks may spend together; all others the rest. */
    private static final double EARLY = 0.9;

    private AnalysisDecision() {}

    /**
     * What there is to decide on.
     *
     * @param count looks with a result that end it
     * @param failureLimit bad ones that are tolerated
     * @param minimumSample devices needed in each arm
     * @param candidates devices with a value
     * @param controls the same of the control group, null when it is not compared with one
     * @param heard heartbeats that went into them
     * @param spend share of {@link #FALSE_ALARMS} that all looks of this analysis in this step may spend together
     * @param compare looks, at the level that it is given
     */
    record Input(
            int count,
            int failureLimit,
            int minimumSample,
            Duration interval,
            long candidates,
            @Nullable Long controls,
            long heard,
            double spend,
            DoubleFunction<Evidence> compare,
            Instant now) {

        /** One number for all that needs no sample: each answer is a look, and chance is no matter of ours. */
        static Input ofAnswer(Run before, Analysis analysis, Evidence answer, Instant now) {
            return new Input(
                    analysis.count(),
                    analysis.failureLimit(),
                    0,
                    Formats.duration(analysis.interval()),
                    0,
                    null,
                    before.heard() + 1,
                    FALSE_ALARMS,
                    level -> answer,
                    now);
        }
    }

    /**
     * What a look shows.
     *
     * @param bad whether {@code failWhen} is true
     * @param supported whether chance does not explain it at the level given
     * @param last values as text
     * @param problem why nothing can be said, null when something can
     */
    record Evidence(
            boolean bad,
            boolean supported,
            String last,
            @Nullable Figures candidate,
            @Nullable Figures control,
            List<Mix> mix,
            @Nullable String problem) {

        static Evidence none(String problem) {
            return new Evidence(false, false, "", null, null, List.of(), problem);
        }
    }

    /**
     * The level of the look number {@code look}, from 1: nine tenths of {@code spend} evenly on the first three, the last
     * tenth on all others, as 1 / (look · (look − 1)). The levels of any number of looks add up to less than {@code spend},
     * however much the looks depend on one another.
     */
    static double level(double spend, int look) {
        return look <= EARLY_LOOKS
                ? spend * EARLY / EARLY_LOOKS
                : spend * (1 - EARLY) * EARLY_LOOKS / ((double) look * (look - 1));
    }

    /** Whether there is to be looked: it is not over, and the interval is. */
    static boolean isDue(Run run, Duration interval, Instant now) {
        return !isOver(run) && !now.isBefore(run.lookedAt().plus(interval));
    }

    /** Whether it has passed or failed. */
    static boolean isOver(Run run) {
        return run.outcome() == Outcome.PASS || run.outcome() == Outcome.FAIL;
    }

    static Run decide(Run before, Input in) {
        if (!isDue(before, in.interval(), in.now())) {
            return before;
        }
        String missing = missing(before, in);
        return missing == null ? look(before, in) : before.with(Outcome.INCONCLUSIVE, in.now(), missing);
    }

    private static @Nullable String missing(Run before, Input in) {
        Long controls = in.controls();
        if (in.candidates() < in.minimumSample() || (controls != null && controls < in.minimumSample())) {
            return in.candidates() + " candidates"
                    + (controls == null ? "" : " and " + controls + " of the control group")
                    + " have told a value, " + in.minimumSample() + " are needed" + (controls == null ? "" : " of each")
                    + ".";
        }
        return in.heard() <= before.heard() ? "No device has told anything since the last look." : null;
    }

    private static Run look(Run before, Input in) {
        int looks = before.looks() + 1;
        Evidence evidence = in.compare().apply(level(in.spend(), looks));
        if (evidence.problem() != null) {
            return before.with(Outcome.INCONCLUSIVE, in.now(), evidence.problem());
        }
        boolean known = !evidence.bad() || evidence.supported();
        int measured = before.measured() + (known ? 1 : 0);
        int failed = before.failed() + (evidence.bad() && evidence.supported() ? 1 : 0);
        Outcome outcome = outcome(in, known, measured, failed);
        return new Run(
                looks,
                measured,
                failed,
                outcome,
                in.now(),
                in.heard(),
                evidence.last(),
                message(in, outcome, measured, failed, evidence),
                evidence.candidate(),
                evidence.control(),
                evidence.mix());
    }

    private static Outcome outcome(Input in, boolean known, int measured, int failed) {
        if (failed > in.failureLimit()) {
            return Outcome.FAIL;
        }
        if (!known) {
            return Outcome.INCONCLUSIVE;
        }
        return measured >= in.count() ? Outcome.PASS : Outcome.RUNNING;
    }

    private static String message(Input in, Outcome outcome, int measured, int failed, Evidence evidence) {
        return switch (outcome) {
            case PASS -> measured + " measurements, " + failed + " bad.";
            case FAIL ->
                failed + " bad measurements, " + in.failureLimit() + " are tolerated: " + evidence.last() + ".";
            case RUNNING -> measured + " of " + in.count() + " measurements, " + failed + " bad.";
            case INCONCLUSIVE, UNAVAILABLE -> "failWhen is true, but it may be chance: " + evidence.last() + ".";
        };
    }
}
