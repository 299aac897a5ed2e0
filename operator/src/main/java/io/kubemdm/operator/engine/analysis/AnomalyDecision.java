package io.kubemdm.operator.engine.analysis;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether a fact of a device is far above what is usual for that device, and what is usual after this value. Mean and
 * variance are exponentially weighted over a week. Once enough was learned, each value is limited to three standard
 * deviations, so that an outlier does not become the rule at once. A decision record names the source.
 */
final class AnomalyDecision {

    /** How long a value goes on to count: a week has its weekend in it. */
    static final Duration MEMORY = Duration.ofDays(7);

    /** Nothing is judged before: what is usual on a weekend is not on a Monday. */
    static final Duration LEARNING = Duration.ofDays(3);

    /** Nothing is judged by fewer values. */
    static final int LEAST_VALUES = 24;

    /** Standard deviations from which on a value is far. */
    static final double FAR = 6;

    /** Standard deviations up to which a value is calm. */
    static final double CALM = 3;

    /** So many in a row begin an episode, or end it. */
    static final int IN_A_ROW = 3;

    private static final double LIMIT = 3;
    private static final double GREATEST_GAIN = 0.5;
    private static final double LEAST_RELATIVE_SPREAD = 0.05;

    private AnomalyDecision() {}

    /**
     * What is known of one fact of one device.
     *
     * @param usual mean
     * @param variance of values around it
     * @param values seen so far
     * @param row far values in a row, or within an episode calm ones
     * @param rowSinceMillis when the row began
     * @param episode whether it was told and is not over
     */
    record Baseline(
            double usual,
            double variance,
            int values,
            long firstMillis,
            long lastMillis,
            int row,
            long rowSinceMillis,
            boolean episode) {

        /** Standard deviation, not below what the fact can tell apart and a twentieth of what is usual. */
        double deviation(double resolution) {
            return Math.max(spread(), Math.max(resolution, Math.abs(usual) * LEAST_RELATIVE_SPREAD));
        }

        /** Standard deviation as it was seen. */
        double spread() {
            return Math.sqrt(variance);
        }
    }

    /**
     * What a value leads to.
     *
     * @param score set when an episode begins with this value, null otherwise
     */
    record Outcome(Baseline baseline, @Nullable Double score) {}

    /** @param resolution the least deviation that means anything, in the fact's unit */
    static Outcome next(@Nullable Baseline before, double value, double resolution, long atMillis) {
        if (before == null) {
            return new Outcome(new Baseline(value, 0, 1, atMillis, atMillis, 0, atMillis, false), null);
        }
        long at = Math.max(atMillis, before.lastMillis());
        double score = (value - before.usual()) / before.deviation(resolution);
        boolean judged = before.values() >= LEAST_VALUES && at - before.firstMillis() >= LEARNING.toMillis();
        double limit = judged ? LIMIT * before.deviation(resolution) : Double.MAX_VALUE;
        boolean counts = judged && (before.episode() ? score < CALM : score > FAR);
        int row = counts ? before.row() + 1 : 0;
        long rowSince = row == 1 ? at : before.rowSinceMillis();
        boolean turns = row == IN_A_ROW;
        boolean episode = turns != before.episode();
        Baseline after = learned(before, Math.clamp(value - before.usual(), -limit, limit), at);
        return new Outcome(
                new Baseline(
                        after.usual(),
                        after.variance(),
                        after.values(),
                        after.firstMillis(),
                        at,
                        turns ? 0 : row,
                        rowSince,
                        episode),
                turns && episode ? Double.valueOf(score) : null);
    }

    private static Baseline learned(Baseline before, double off, long at) {
        double elapsed = (double) (at - before.lastMillis()) / MEMORY.toMillis();
        double gain = Math.min(GREATEST_GAIN, Math.max(1.0 / (before.values() + 1), 1 - Math.exp(-elapsed)));
        return new Baseline(
                before.usual() + gain * off,
                (1 - gain) * (before.variance() + gain * off * off),
                Math.min(before.values() + 1, Integer.MAX_VALUE - 1),
                before.firstMillis(),
                at,
                before.row(),
                before.rowSinceMillis(),
                before.episode());
    }
}
