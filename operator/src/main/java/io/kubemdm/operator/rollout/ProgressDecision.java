package io.kubemdm.operator.rollout;

import io.kubemdm.operator.rollout.ReachDecision.Reach;
import io.kubemdm.protocol.bundle.PolicyRef;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How far a rollout has got: its record on {@code mdm.decisions}, written before any device is rung.
 *
 * @param uid of the Rollout object
 * @param bundle what it brings, frozen at the first admission
 * @param reach whom it is for
 * @param step the open step
 * @param startedAt when it admitted its first device
 * @param empty names of steps that had no device to try
 * @param withdrawn why it admits nobody for now, null when it may; unlike an end it can be lifted
 * @param end how it ended, null while it rolls
 */
public record ProgressDecision(
        String uid,
        Frozen bundle,
        Reach reach,
        OpenStep step,
        Instant startedAt,
        List<String> empty,
        @Nullable Withdrawal withdrawn,
        @Nullable End end) {

    public ProgressDecision {
        empty = List.copyOf(empty);
    }

    /**
     * The bundle as it was at the first admission.
     *
     * @param platforms empty means every one
     * @param retire whether its line is removed instead of set
     */
    public record Frozen(PolicyRef ref, List<String> platforms, int heartbeatSeconds, boolean retire) {

        public Frozen {
            platforms = List.copyOf(platforms);
        }
    }

    /**
     * The open step.
     *
     * @param index in the spec's steps
     * @param threshold place up to which devices are admitted, null while only steps that name devices are open
     * @param target place up to which this step will admit, at or after the threshold
     * @param slicedAt when the threshold last moved
     * @param goodSince since when its admission is complete and it is successful, null when it is not
     * @param emptySince since when nobody can try it, null when somebody can
     */
    public record OpenStep(
            int index,
            @Nullable String threshold,
            @Nullable String target,
            Instant openedAt,
            Instant slicedAt,
            @Nullable Instant goodSince,
            @Nullable Instant emptySince) {

        OpenStep sliced(@Nullable String next, Instant now) {
            return new OpenStep(index, next, target, openedAt, now, null, null);
        }

        OpenStep good(@Nullable Instant since) {
            return new OpenStep(index, threshold, target, openedAt, slicedAt, since, null);
        }

        OpenStep empty(Instant since) {
            return new OpenStep(index, threshold, target, openedAt, slicedAt, null, since);
        }

        /** Whether everybody whom it is to admit is admitted. */
        public boolean admittedAll() {
            return target == null || target.equals(threshold);
        }
    }

    /** Since when and why a rollout admits nobody for now. */
    public record Withdrawal(Cause cause, Instant at) {}

    /** Why a rollout admits nobody for now. */
    public enum Cause {
        /** {@code spec.enabled} is false. */
        DISABLED,
        /** The feature flag is off. */
        FLAG_OFF
    }

    /** How it ended. */
    public enum Stage {
        /** It failed and only stopped; what is admitted stays. */
        HALTED,
        /** It failed and admits nobody any more. */
        ABORTED,
        COMPLETED
    }

    /**
     * Its end.
     *
     * @param reason why it stopped, null when it completed
     */
    public record End(Stage stage, @Nullable String reason, Instant at) {}

    /** Since when it admits nobody, null while it does. */
    @Nullable Instant revokedAt() {
        if (end != null && end.stage() == Stage.ABORTED) {
            return end.at();
        }
        return withdrawn == null ? null : withdrawn.at();
    }

    /** When it stopped otherwise than by being done, null when it did not. */
    @Nullable Instant stoppedAt() {
        Instant revoked = revokedAt();
        return revoked != null || end == null || end.stage() == Stage.COMPLETED ? revoked : end.at();
    }

    boolean withdrawn(Cause cause) {
        return withdrawn != null && withdrawn.cause() == cause;
    }

    boolean ended(Stage stage) {
        return end != null && end.stage() == stage;
    }

    ProgressDecision withWithdrawn(@Nullable Withdrawal next) {
        return new ProgressDecision(uid, bundle, reach, step, startedAt, empty, next, end);
    }

    ProgressDecision withEmpty(String name) {
        return empty.contains(name)
                ? this
                : new ProgressDecision(
                        uid,
                        bundle,
                        reach,
                        step,
                        startedAt,
                        Stream.concat(empty.stream(), Stream.of(name)).toList(),
                        withdrawn,
                        end);
    }

    ProgressDecision withReach(Reach next) {
        return new ProgressDecision(uid, bundle, next, step, startedAt, empty, withdrawn, end);
    }

    ProgressDecision withStep(OpenStep next) {
        return new ProgressDecision(uid, bundle, reach, next, startedAt, empty, withdrawn, end);
    }

    ProgressDecision withEnd(End next) {
        return new ProgressDecision(uid, bundle, reach, step, startedAt, empty, withdrawn, next);
    }
}
