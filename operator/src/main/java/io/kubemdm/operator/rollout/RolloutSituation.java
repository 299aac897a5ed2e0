package io.kubemdm.operator.rollout;

import io.kubemdm.crds.Condition;
import io.kubemdm.crds.Formats;
import io.kubemdm.crds.policybundle.PolicyBundle;
import io.kubemdm.crds.rollout.Rollout;
import io.kubemdm.crds.rollout.RolloutSpec;
import io.kubemdm.operator.approval.ChangeDecision;
import io.kubemdm.operator.dispatch.DecisionKey;
import io.kubemdm.operator.fleet.Fleet;
import io.kubemdm.operator.fleet.LiveRollout;
import io.kubemdm.operator.fleet.LiveRollout.Gated;
import io.kubemdm.operator.fleet.PublishedBundle;
import io.kubemdm.operator.fleet.Tally;
import io.kubemdm.operator.rollout.ReachDecision.Reach;
import io.kubemdm.operator.rollout.RolloutDecision.Bundle;
import io.kubemdm.operator.rollout.RolloutDecision.Counts;
import io.kubemdm.operator.rollout.RolloutDecision.Why;
import io.kubemdm.operator.rollout.RolloutReconciler.Parts;
import io.kubemdm.protocol.bundle.PolicyRef;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gathers what a rollout's next move is decided on, from the copies and records the operator has in memory. */
final class RolloutSituation {

    private final Parts parts;

    RolloutSituation(Parts parts) {
        this.parts = parts;
    }

    /** What is on record for this very object, null for nothing. */
    @Nullable ProgressDecision progress(Rollout rollout) {
        ProgressDecision found = parts.decisions()
                .get(
                        DecisionKey.of(
                                Rollout.class,
                                rollout.getMetadata().getNamespace(),
                                rollout.getMetadata().getName()),
                        ProgressDecision.class);
        // One of another uid is of an earlier object of this name.
        return found != null && found.uid().equals(rollout.getMetadata().getUid()) ? found : null;
    }

    /** The rollout as devices see it, null while nothing is known of what it brings. */
    static @Nullable LiveRollout live(Rollout rollout, @Nullable ProgressDecision progress, @Nullable Bundle bundle) {
        if (progress == null && bundle == null) {
            return null;
        }
        Reach reach = progress != null
                ? progress.reach()
                : new Reach(rollout.getSpec().selector(), rollout.getSpec().exclude(), List.of());
        return live(rollout, progress, bundle, reach);
    }

    static LiveRollout live(
            Rollout rollout, @Nullable ProgressDecision progress, @Nullable Bundle bundle, Reach reach) {
        boolean frozen = progress != null;
        PolicyRef ref = frozen ? progress.bundle().ref() : bundle.ref();
        return new LiveRollout(
                rollout.getMetadata().getNamespace(),
                rollout.getMetadata().getName(),
                ref,
                new HashSet<>(frozen ? progress.bundle().platforms() : bundle.platforms()),
                frozen ? progress.bundle().heartbeatSeconds() : bundle.heartbeatSeconds(),
                reach.selector(),
                reach.exclude(),
                frozen ? progress.step().threshold() : null,
                reach.named(),
                new LiveRollout.Patience(
                        Formats.duration(rollout.getSpec().deviceTimeout()),
                        Formats.duration(rollout.getSpec().success().minSuccessTime())),
                frozen ? revokedAt(rollout, progress) : null,
                frozen ? progress.bundle().retire() : rollout.getSpec().retire(),
                bundle != null && bundle.ref().equals(ref) ? bundle.proof() : null,
                gated(rollout.getSpec()));
    }

    private static Gated gated(RolloutSpec spec) {
        return new Gated(spec.featureFlag() == null ? null : spec.featureFlag().key(), spec.maintenanceWindows());
    }

    /**
     * Since when it admits nobody. A kill switch that was thrown while nobody led is not on record yet, and must hold before
     * the first device is looked at.
     */
    private static @Nullable Instant revokedAt(Rollout rollout, ProgressDecision progress) {
        Instant recorded = progress.revokedAt();
        return recorded == null && !rollout.getSpec().enabled() ? Instant.MAX : recorded;
    }

    /** What there is to decide on. */
    RolloutDecision.Input input(Rollout rollout, @Nullable ProgressDecision progress, @Nullable Bundle bundle) {
        String namespace = rollout.getMetadata().getNamespace();
        String name = rollout.getMetadata().getName();
        return new RolloutDecision.Input(
                rollout.getSpec(),
                rollout.getMetadata().getUid(),
                progress,
                bundle,
                problem(rollout),
                conflict(rollout, progress, bundle),
                counts(parts.fleet().tally(namespace, name)),
                count -> parts.fleet().place(namespace, name, count),
                place -> parts.fleet().upTo(namespace, name, place),
                new ReachDecision.Limit(
                        parts.approvals().firstStepPercent(), parts.approvals().firstStepDevices()),
                reach -> further(rollout, progress, bundle, reach),
                () -> unapproved(rollout),
                parts.evidence().analysis(rollout, progress),
                parts.evidence().gates(rollout),
                parts.clock().instant());
    }

    private int further(Rollout rollout, @Nullable ProgressDecision progress, @Nullable Bundle bundle, Reach reach) {
        return progress == null && bundle == null ? 0 : parts.fleet().further(live(rollout, progress, bundle, reach));
    }

    private @Nullable Why unapproved(Rollout rollout) {
        if (parts.approvals().rollouts() == 0) {
            return null;
        }
        ChangeDecision.Waiting waiting =
                parts.votes().count(rollout, parts.approvals().rollouts()).waiting();
        return waiting == null ? null : new Why(waiting.reason(), waiting.message());
    }

    static Counts counts(Tally tally) {
        return new Counts(
                tally.eligible(),
                tally.held(),
                tally.pending(),
                tally.offline(),
                tally.settling(),
                tally.succeeded(),
                tally.failed(),
                tally.rejected(),
                tally.timedOut(),
                tally.regressed(),
                tally.superseded(),
                tally.returning());
    }

    /** One version has one content: what would bring other content under it admits nobody. */
    private @Nullable Why conflict(Rollout rollout, @Nullable ProgressDecision progress, @Nullable Bundle bundle) {
        PolicyBundle object = parts.bundles()
                .find(
                        rollout.getMetadata().getNamespace(),
                        rollout.getSpec().bundleRef().name());
        if (bundle == null && object != null && object.getStatus() != null) {
            for (Condition condition : object.getStatus().conditions()) {
                if (condition.type().equals("Conflicted") && condition.status() == Condition.Status.True) {
                    return conflict(condition.message());
                }
            }
        }
        LiveRollout live = live(rollout, progress, bundle);
        return live == null ? null : conflict(parts.fleet(), live);
    }

    /** The same of other content that was published before. */
    static Why conflict(String message) {
        return new Why("Conflicted", message);
    }

    /** Why another rollout's content stands in the way, null when none does. */
    static @Nullable Why conflict(Fleet fleet, LiveRollout live) {
        String other = fleet.conflict(live);
        return other == null
                ? null
                : new Why(
                        "Conflicted",
                        "Rollout " + other + " brings other content as "
                                + live.bundle().policy() + " "
                                + live.bundle().version() + ": give this one a bundle of a higher version.");
    }

    /** The bundle it names, null when it cannot be fetched. */
    @Nullable Bundle bundle(Rollout rollout) {
        String namespace = rollout.getMetadata().getNamespace();
        String name = rollout.getSpec().bundleRef().name();
        PolicyBundle object = parts.bundles().find(namespace, name);
        PublishedBundle record =
                parts.decisions().get(DecisionKey.of(PolicyBundle.class, namespace, name), PublishedBundle.class);
        return object == null
                        || record == null
                        || !record.uid().equals(object.getMetadata().getUid())
                ? null
                : new Bundle(record.ref(), record.platforms(), record.heartbeatSeconds(), record.proof());
    }

    private Why problem(Rollout rollout) {
        String name = rollout.getSpec().bundleRef().name();
        PolicyBundle object = parts.bundles().find(rollout.getMetadata().getNamespace(), name);
        return object == null
                ? new Why("BundleMissing", "There is no PolicyBundle " + name + ": create it.")
                : new Why("BundleNotReady", "PolicyBundle " + name + " is not ready: see its Ready condition.");
    }
}
