package io.kubemdm.operator.rollout;

import io.kubemdm.operator.rollout.ReachDecision.Reach;
import io.kubemdm.protocol.bundle.PolicyRef;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a rollout has got: its record on {@code mdm.decisions}, written before any device is rung. The bundle is
 * frozen in it at the first admission.
 *
 * @param uid of the Rollout object
 * @param platforms of the bundle, empty means every one
 * @param step index of the open step
 * @param threshold place up to which devices are admitted, null while only steps that name devices are open
 * @param target place up to which the open step will admit, at or after the threshold
 * @param slicedAt when the threshold last moved
 * @param goodSince since when the open step is successful, null when it is not
 * @param enabled whether the kill switch lets it admit
 * @param reason why it stopped, null unless it did
 * @param endedAt when it completed or stopped
 * @param reach whom it is for, null of records that are older than this field
 */
public record ProgressDecision(
        String uid,
        PolicyRef bundle,
        List<String> platforms,
        int heartbeatSeconds,
        boolean retire,
        Stage stage,
        boolean enabled,
        int step,
        @Nullable String threshold,
        @Nullable String target,
        Instant startedAt,
        Instant stepStartedAt,
        Instant slicedAt,
        @Nullable Instant goodSince,
        @Nullable String reason,
        @Nullable Instant endedAt,
        @Nullable Reach reach) {

    /** Where it is in its life. */
    public enum Stage {
        ROLLING,
        /** It failed and only stopped; what is admitted stays. */
        HALTED,
        /** It failed and admits nobody any more. */
        ABORTED,
        COMPLETED
    }

    public ProgressDecision {
        platforms = List.copyOf(platforms);
    }

    ProgressDecision withEnabled(boolean next) {
        return new ProgressDecision(
                uid,
                bundle,
                platforms,
                heartbeatSeconds,
                retire,
                stage,
                next,
                step,
                threshold,
                target,
                startedAt,
                stepStartedAt,
                slicedAt,
                goodSince,
                reason,
                endedAt,
                reach);
    }

    ProgressDecision withReach(Reach next) {
        return new ProgressDecision(
                uid,
                bundle,
                platforms,
                heartbeatSeconds,
                retire,
                stage,
                enabled,
                step,
                threshold,
                target,
                startedAt,
                stepStartedAt,
                slicedAt,
                goodSince,
                reason,
                endedAt,
                next);
    }

    ProgressDecision opened(
            int next, @Nullable String nextThreshold, @Nullable String nextTarget, Reach nextReach, Instant now) {
        return new ProgressDecision(
                uid,
                bundle,
                platforms,
                heartbeatSeconds,
                retire,
                stage,
                enabled,
                next,
                nextThreshold,
                nextTarget,
                startedAt,
                now,
                now,
                null,
                reason,
                endedAt,
                nextReach);
    }

    ProgressDecision sliced(@Nullable String nextThreshold, Instant now) {
        return new ProgressDecision(
                uid,
                bundle,
                platforms,
                heartbeatSeconds,
                retire,
                stage,
                enabled,
                step,
                nextThreshold,
                target,
                startedAt,
                stepStartedAt,
                now,
                null,
                reason,
                endedAt,
                reach);
    }

    ProgressDecision goodSince(@Nullable Instant since) {
        return new ProgressDecision(
                uid,
                bundle,
                platforms,
                heartbeatSeconds,
                retire,
                stage,
                enabled,
                step,
                threshold,
                target,
                startedAt,
                stepStartedAt,
                slicedAt,
                since,
                reason,
                endedAt,
                reach);
    }

    ProgressDecision ended(Stage end, @Nullable String why, Instant now) {
        return new ProgressDecision(
                uid,
                bundle,
                platforms,
                heartbeatSeconds,
                retire,
                end,
                enabled,
                step,
                threshold,
                target,
                startedAt,
                stepStartedAt,
                slicedAt,
                goodSince,
                why,
                now,
                reach);
    }
}
