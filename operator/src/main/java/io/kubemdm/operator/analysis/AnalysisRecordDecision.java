package io.kubemdm.operator.analysis;

import io.kubemdm.operator.rollout.HoldDecision.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far the analyses of a rollout's open step are: the record on {@code mdm.decisions}, so that a new leader looks no
 * oftener than the old one had left.
 *
 * @param uid of the Rollout object
 * @param step index of the step
 * @param controlAfter place after which devices were held back when the step opened, null for nobody
 * @param runs by name of the analysis
 */
public record AnalysisRecordDecision(
        String uid, int step, @Nullable String controlAfter, Instant openedAt, Map<String, Run> runs) {

    public AnalysisRecordDecision {
        runs = Map.copyOf(runs);
    }

    /**
     * One analysis in one step.
     *
     * @param looks how often the arms were compared; each costs some of the chance of a false alarm
     * @param measured looks with a result, bad ones included
     * @param failed bad ones
     * @param lookedAt when last looked, or when the step opened
     * @param heard heartbeats that were known then
     * @param last the latest values as text, null before the first look
     * @param message a sentence
     * @param mix devices of both arms by platform and model, most first
     */
    public record Run(
            int looks,
            int measured,
            int failed,
            Outcome outcome,
            Instant lookedAt,
            long heard,
            @Nullable String last,
            String message,
            @Nullable Figures candidate,
            @Nullable Figures control,
            List<Mix> mix) {

        public Run {
            mix = mix == null ? List.of() : List.copyOf(mix);
        }

        static Run first(Instant openedAt, String message) {
            return new Run(0, 0, 0, Outcome.RUNNING, openedAt, 0, null, message, null, null, List.of());
        }

        Run with(Outcome next, Instant at, String why) {
            return new Run(looks, measured, failed, next, at, heard, last, why, candidate, control, mix);
        }

        /** The same, as if it had been looked at {@code at} if that is later. */
        Run notBefore(Instant at) {
            return lookedAt.isBefore(at) ? with(outcome, at, message) : this;
        }
    }

    /** What an arm shows; one value per device. */
    public record Figures(
            long n, double mean, double median, double p90, double p95, double min, double max, double stddev) {}

    /** Devices of one platform and model. */
    public record Mix(String kind, int candidate, int control) {}
}
