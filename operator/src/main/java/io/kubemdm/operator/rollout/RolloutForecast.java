package io.kubemdm.operator.rollout;

import io.kubemdm.crds.rollout.Rollout;
import io.kubemdm.operator.approval.ApprovalSettings;
import io.kubemdm.operator.fleet.Fleet;
import io.kubemdm.operator.fleet.FleetDevice;
import io.kubemdm.operator.fleet.LiveRollout;
import io.kubemdm.operator.fleet.PublishedBundle;
import io.kubemdm.operator.rollout.HoldDecision.Gates;
import io.kubemdm.operator.rollout.RolloutDecision.Bundle;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How a rollout would open its steps, by {@link RolloutDecision} itself: it is asked again and again, as the reconciler
 * does, and told each time that every admitted device has succeeded and that nobody holds it.
 *
 * @param hold why nothing would happen yet, as its status would say; null when something would
 * @param orphaned what its status would say of a bundle that is gone, null when it is there or was not needed yet
 * @param steps one for each of the spec, in order
 */
public record RolloutForecast(@Nullable Hold hold, @Nullable Hold orphaned, List<Opened> steps) {

    /** Why it waits: a CamelCase constant and a sentence. */
    public record Hold(String reason, String message) {}

    /**
     * A step once it is open.
     *
     * @param live whom the rollout then admits
     * @param after time from the beginning until all of the step are admitted, every device succeeding at once
     * @param windows why some of them have to wait when it opens, null when no window is shut for any
     */
    public record Opened(
            LiveRollout live, Duration after, @Nullable Hold windows) {}

    /**
     * The rollout.
     *
     * @param rollout with namespace, name and spec
     * @param progress on record for this very object, null for one that has not begun
     * @param bundle what devices would be given
     * @param current what its PolicyBundle is published as, null when it is not
     * @param conflict why the PolicyBundle's version must not be brought, null when it may
     */
    public record Planned(
            Rollout rollout,
            @Nullable ProgressDecision progress,
            PublishedBundle bundle,
            @Nullable PublishedBundle current,
            @Nullable String conflict) {}

    /**
     * What keeps single devices back.
     *
     * @param gates what flag and windows say of the rollout, asked once the fleet has it
     * @param newcomers whom a window delays: devices for which the flag is not off and that were never let in
     */
    public record Barriers(Function<Rollout, Gates> gates, Predicate<FleetDevice> newcomers) {

        /** Nothing does. */
        public static final Barriers NONE = new Barriers(rollout -> Gates.NONE, device -> true);
    }

    /** A rollout as far as devices are concerned, null when it has neither a record nor a bundle. */
    public static @Nullable LiveRollout live(
            Rollout rollout, @Nullable ProgressDecision progress, @Nullable PublishedBundle bundle) {
        return RolloutSituation.live(rollout, progress, published(bundle));
    }

    /**
     * Foretells.
     *
     * @param fleet the namespace's devices; afterwards the rollout is in it as it would be in the end
     */
    public static RolloutForecast of(
            Planned planned, Barriers barriers, Fleet fleet, ApprovalSettings approvals, Instant now) {
        return new Forecasting(planned, barriers, fleet, approvals, now).foretell();
    }

    static @Nullable Bundle published(@Nullable PublishedBundle record) {
        return record == null
                ? null
                : new Bundle(record.ref(), record.platforms(), record.heartbeatSeconds(), record.proof());
    }
}
