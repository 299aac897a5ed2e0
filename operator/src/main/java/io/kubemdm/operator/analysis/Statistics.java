package io.kubemdm.operator.analysis;

import io.kubemdm.operator.analysis.AnalysisRecordDecision.Figures;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;
import org.apache.commons.statistics.inference.AlternativeHypothesis;
import org.apache.commons.statistics.inference.ContinuityCorrection;
import org.apache.commons.statistics.inference.MannWhitneyUTest;
import org.apache.commons.statistics.inference.PValueMethod;

/** The tests; a decision record says why these. */
final class Statistics {

    private static final MannWhitneyUTest RANKS =
            MannWhitneyUTest.withDefaults().with(PValueMethod.ASYMPTOTIC).with(ContinuityCorrection.ENABLED);

    private Statistics() {}

    /** Where candidates are that a condition calls bad. */
    enum Side {
        HIGHER(AlternativeHypothesis.GREATER_THAN),
        LOWER(AlternativeHypothesis.LESS_THAN),
        EITHER(AlternativeHypothesis.TWO_SIDED);

        private final AlternativeHypothesis hypothesis;

        Side(AlternativeHypothesis hypothesis) {
            this.hypothesis = hypothesis;
        }
    }

    /**
     * How two arms differ by ranks.
     *
     * @param p probability of such a difference to the side asked for by chance, by Mann and Whitney, ties corrected
     * @param higher probability that a candidate is above one of the control group, ties by half
     */
    record Difference(double p, double higher) {}

    /** Compares two arms; of nothing to compare, nothing differs. */
    static Difference compare(ArmValues candidate, ArmValues control, Side side) {
        if (candidate.n() == 0 || control.n() == 0) {
            return new Difference(1, 0.5);
        }
        var result = RANKS.with(side.hypothesis).test(candidate.values(), control.values());
        double p = result.getPValue();
        return new Difference(
                Double.isFinite(p) ? p : 1, result.getStatistic() / ((double) candidate.n() * control.n()));
    }

    /**
     * The lower or upper limits within which an arm's figures are at a confidence of 1 − {@code level}: the mean by
     * Student, quantiles by their ranks, extremes and number as they are.
     */
    static Figures limit(ArmValues arm, double level, boolean upper) {
        int sign = upper ? 1 : -1;
        int n = arm.n();
        double t = TDistribution.of(Math.max(1, n - 1)).inverseSurvivalProbability(level / 2);
        double z = NormalDistribution.of(0, 1).inverseSurvivalProbability(level / 2);
        return new Figures(
                n,
                arm.mean() + sign * t * arm.stddev() / Math.sqrt(n),
                arm.quantile(rank(0.5, sign * z, n)),
                arm.quantile(rank(0.9, sign * z, n)),
                arm.quantile(rank(0.95, sign * z, n)),
                arm.quantile(0),
                arm.quantile(1),
                arm.stddev());
    }

    private static double rank(double q, double z, int n) {
        return Math.clamp(q + z * Math.sqrt(q * (1 - q) / n), 0, 1);
    }
}
