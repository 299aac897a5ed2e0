package io.kubemdm.operator.rollout;

import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Ignore;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.kubemdm.crds.policybundle.PolicyBundle;
import io.kubemdm.crds.rollout.Rollout;
import io.kubemdm.crds.rollout.RolloutStatus;
import io.kubemdm.operator.approval.ApprovalSettings;
import io.kubemdm.operator.approval.ChangeDecision;
import io.kubemdm.operator.approval.ChangeVotes;
import io.kubemdm.operator.dispatch.DecisionKey;
import io.kubemdm.operator.dispatch.Decisions;
import io.kubemdm.operator.dispatch.Dispatcher;
import io.kubemdm.operator.fleet.Fleet;
import io.kubemdm.operator.fleet.LiveRollout;
import io.kubemdm.operator.fleet.PublishedBundle;
import io.kubemdm.operator.fleet.Standing;
import io.kubemdm.operator.fleet.Tally;
import io.kubemdm.operator.rollout.HoldDecision.Flag;
import io.kubemdm.operator.rollout.HoldDecision.Gates;
import io.kubemdm.operator.rollout.ReachDecision.Reach;
import io.kubemdm.operator.rollout.RolloutDecision.Bundle;
import io.kubemdm.operator.rollout.RolloutDecision.Counts;
import io.kubemdm.operator.rollout.RolloutDecision.Why;
import io.kubemdm.operator.status.StatusWriter;
import io.kubemdm.operator.watch.Bell;
import io.kubemdm.operator.watch.Copy;
import io.kubemdm.operator.watch.Gate;
import io.kubemdm.protocol.approval.BundleProof;
import io.kubemdm.protocol.bundle.PolicyRef;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Moves a rollout on: decides, puts the decision on record, then rings the devices it concerns. */
@Ignore // registered by hand
@ControllerConfiguration(name = "rollout", generationAwareEventProcessing = false)
public final class RolloutReconciler implements Reconciler<Rollout> {

    /** What it works with. */
    public record Parts(
            Dispatcher dispatcher,
            Decisions decisions,
            StatusWriter statuses,
            Copy<PolicyBundle> bundles,
            Fleet fleet,
            Bell<Rollout> bell,
            Gate gate,
            ChangeVotes votes,
            ApprovalSettings approvals,
            Clock clock) {}

    private static final Logger LOG = LoggerFactory.getLogger(RolloutReconciler.class);

    /** Statuses whose counts alone moved are written no oftener. */
    private static final Duration COUNT_INTERVAL = Duration.ofSeconds(1);

    private final Parts parts;
    private final BiConsumer<String, String> ringDevice;
    private final Map<String, Instant> written = new ConcurrentHashMap<>();

    /** By uid, the signatures that its devices were last rung for. */
    private final Map<String, BundleProof> proven = new ConcurrentHashMap<>();

    /** @param ringDevice hears namespace and name of a device whose admission changed */
    public RolloutReconciler(Parts parts, BiConsumer<String, String> ringDevice) {
        this.parts = parts;
        this.ringDevice = ringDevice;
    }

    @Override
    public List<EventSource<?, Rollout>> prepareEventSources(EventSourceContext<Rollout> context) {
        return List.of(parts.bell());
    }

    /** The object is gone: its devices look for another rollout of the line, else their last order stands. */
    public void forget(Rollout rollout) {
        String namespace = rollout.getMetadata().getNamespace();
        String name = rollout.getMetadata().getName();
        DecisionKey key = DecisionKey.of(Rollout.class, namespace, name);
        written.remove(rollout.getMetadata().getUid());
        proven.remove(rollout.getMetadata().getUid());
        if (parts.decisions().get(key, ProgressDecision.class) != null) {
            parts.dispatcher().submit(parts.dispatcher().open().forget(key)).exceptionally(error -> {
                LOG.warn("decision of a deleted rollout stays on record rollout={}", key, error);
                return null;
            });
        }
        parts.fleet().remove(namespace, name).forEach(device -> ringDevice.accept(namespace, device));
    }

    @Override
    public UpdateControl<Rollout> reconcile(Rollout rollout, Context<Rollout> context) {
        parts.gate().pass();
        String namespace = rollout.getMetadata().getNamespace();
        String name = rollout.getMetadata().getName();
        DecisionKey key = DecisionKey.of(Rollout.class, namespace, name);
        ProgressDecision progress = parts.decisions().get(key, ProgressDecision.class);
        if (progress != null && !progress.uid().equals(rollout.getMetadata().getUid())) {
            progress = null; // an earlier object of this name
        }
        Bundle bundle = bundle(rollout);
        admit(rollout, progress, bundle);
        RolloutDecision decision = RolloutDecision.decide(input(rollout, progress, bundle));
        ProgressDecision next = decision.progress();
        if (next != null && !next.equals(progress)) {
            parts.dispatcher().commit(parts.dispatcher().open().decide(key, next));
            LOG.info(
                    "rollout moved rollout={}/{} digest={} step={} threshold={} stage={} withdrawn={}",
                    namespace,
                    name,
                    next.bundle().ref().digest(),
                    next.step().index(),
                    next.step().threshold(),
                    next.end() == null ? "ROLLING" : next.end().stage(),
                    next.withdrawn());
            admit(rollout, next, bundle);
        }
        return show(rollout, decision, bundle);
    }

    private void admit(Rollout rollout, @Nullable ProgressDecision progress, @Nullable Bundle bundle) {
        LiveRollout live = live(rollout, progress, bundle);
        String namespace = rollout.getMetadata().getNamespace();
        List<String> changed = live == null
                ? parts.fleet().remove(namespace, rollout.getMetadata().getName())
                : parts.fleet().put(live);
        changed.forEach(device -> ringDevice.accept(namespace, device));
        if (live != null
                && live.proof() != null
                && !live.proof().equals(proven.put(rollout.getMetadata().getUid(), live.proof()))) {
            // Who refused for want of signatures is told the new ones.
            parts.fleet()
                    .some(namespace, live.name(), Standing.REJECTED, Integer.MAX_VALUE)
                    .forEach(device -> ringDevice.accept(namespace, device.id().name()));
        }
    }

    private static @Nullable LiveRollout live(
            Rollout rollout, @Nullable ProgressDecision progress, @Nullable Bundle bundle) {
        if (progress == null && bundle == null) {
            return null;
        }
        Reach reach = progress != null
                ? progress.reach()
                : new Reach(rollout.getSpec().selector(), rollout.getSpec().exclude(), List.of());
        return live(rollout, progress, bundle, reach);
    }

    private static LiveRollout live(
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
                !frozen || progress.admits(),
                frozen ? progress.bundle().retire() : rollout.getSpec().retire(),
                bundle != null && bundle.ref().equals(ref) ? bundle.proof() : null);
    }

    private RolloutDecision.Input input(Rollout rollout, @Nullable ProgressDecision progress, @Nullable Bundle bundle) {
        String namespace = rollout.getMetadata().getNamespace();
        String name = rollout.getMetadata().getName();
        return new RolloutDecision.Input(
                rollout.getSpec(),
                rollout.getMetadata().getUid(),
                progress,
                bundle,
                problem(rollout),
                counts(parts.fleet().tally(namespace, name)),
                count -> parts.fleet().place(namespace, name, count),
                place -> parts.fleet().upTo(namespace, name, place),
                new ReachDecision.Limit(
                        parts.approvals().firstStepPercent(), parts.approvals().firstStepDevices()),
                reach -> further(rollout, progress, bundle, reach),
                () -> unapproved(rollout),
                Map.of(),
                gates(rollout),
                parts.clock().instant());
    }

    private static Gates gates(Rollout rollout) {
        return rollout.getSpec().featureFlag() == null
                ? Gates.NONE
                : new Gates(Flag.UNREACHABLE, "No feature flag service is configured: remove spec.featureFlag.");
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

    private static Counts counts(Tally tally) {
        return new Counts(
                tally.eligible(),
                tally.reachable(),
                tally.admitted(),
                tally.succeeded(),
                tally.failed(),
                tally.rejected(),
                tally.rolledBack(),
                tally.offline(),
                tally.holding());
    }

    private @Nullable Bundle bundle(Rollout rollout) {
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

    private UpdateControl<Rollout> show(Rollout rollout, RolloutDecision decision, @Nullable Bundle bundle) {
        Instant now = parts.clock().instant();
        RolloutView view = new RolloutView(parts.fleet(), parts.bundles());
        RolloutStatus status = view.status(rollout, decision, bundle, now);
        Instant last = written.getOrDefault(rollout.getMetadata().getUid(), Instant.MIN);
        Instant due = last.equals(Instant.MIN) ? now : last.plus(COUNT_INTERVAL);
        Instant again = decision.lookAgain();
        if (now.isBefore(due) && RolloutView.onlyCountsDiffer(rollout.getStatus(), status)) {
            again = again == null || due.isBefore(again) ? due : again;
        } else if (parts.statuses().write(rollout, status)) {
            written.put(rollout.getMetadata().getUid(), now);
        }
        if (again == null) {
            return UpdateControl.noUpdate();
        }
        long millis = Math.max(1, Duration.between(now, again).toMillis());
        return UpdateControl.<Rollout>noUpdate().rescheduleAfter(Duration.ofMillis(millis));
    }
}
