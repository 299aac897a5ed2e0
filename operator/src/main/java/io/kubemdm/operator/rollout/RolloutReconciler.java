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
import io.kubemdm.crds.rollout.RolloutPhase;
import io.kubemdm.crds.rollout.RolloutStatus;
import io.kubemdm.operator.approval.ApprovalSettings;
import io.kubemdm.operator.approval.ChangeVotes;
import io.kubemdm.operator.dispatch.DecisionKey;
import io.kubemdm.operator.dispatch.Decisions;
import io.kubemdm.operator.dispatch.Dispatcher;
import io.kubemdm.operator.fleet.Fleet;
import io.kubemdm.operator.fleet.LiveRollout;
import io.kubemdm.operator.fleet.Standing;
import io.kubemdm.operator.rollout.HoldDecision.Holding;
import io.kubemdm.operator.rollout.RolloutDecision.Bundle;
import io.kubemdm.operator.status.StatusWriter;
import io.kubemdm.operator.watch.Bell;
import io.kubemdm.operator.watch.Copy;
import io.kubemdm.operator.watch.Gate;
import io.kubemdm.protocol.approval.BundleProof;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
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
            RolloutAlarm alarm,
            RolloutEvidence evidence,
            ChangeVotes votes,
            ApprovalSettings approvals,
            Clock clock) {}

    private static final Logger LOG = LoggerFactory.getLogger(RolloutReconciler.class);

    /** A status is written no oftener, whatever moved: what must be known at once is an event. */
    private static final Duration STATUS_INTERVAL = Duration.ofSeconds(1);

    /** Devices whose time is up are looked at no oftener. */
    private static final Duration DUE_INTERVAL = Duration.ofMillis(250);

    private final Parts parts;
    private final RolloutSituation situation;
    private final BiConsumer<String, String> ringDevice;
    private final Map<String, Instant> written = new ConcurrentHashMap<>();

    /** By uid, the signatures that its devices were last rung for. */
    private final Map<String, BundleProof> proven = new ConcurrentHashMap<>();

    /** By uid, the stop that people were last told of; the status in the copy may be behind. */
    private final Map<String, Instant> told = new ConcurrentHashMap<>();

    /** @param ringDevice hears namespace and name of a device whose admission changed */
    public RolloutReconciler(Parts parts, BiConsumer<String, String> ringDevice) {
        this.parts = parts;
        this.situation = new RolloutSituation(parts);
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
        told.remove(rollout.getMetadata().getUid());
        if (parts.decisions().get(key, ProgressDecision.class) != null) {
            parts.dispatcher().submit(parts.dispatcher().open().forget(key)).exceptionally(error -> {
                LOG.warn("decision of a deleted rollout stays on record rollout={}", key, error);
                return null;
            });
        }
        parts.fleet().remove(namespace, name).forEach(device -> ringDevice.accept(namespace, device));
        parts.evidence().forget(rollout);
    }

    @Override
    public UpdateControl<Rollout> reconcile(Rollout rollout, Context<Rollout> context) {
        parts.gate().pass();
        String namespace = rollout.getMetadata().getNamespace();
        String name = rollout.getMetadata().getName();
        DecisionKey key = DecisionKey.of(Rollout.class, namespace, name);
        ProgressDecision progress = situation.progress(rollout);
        Bundle bundle = situation.bundle(rollout);
        admit(rollout, progress, bundle);
        letIn(rollout);
        RolloutDecision decision = RolloutDecision.decide(situation.input(rollout, progress, bundle));
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
            tellIfEmpty(rollout, progress, next);
        }
        tellIfStopped(rollout, decision);
        return show(rollout, decision, bundle);
    }

    /** Takes a rollout as it is on record, without looking at it: for the start, when nobody is to be rung yet. */
    public void recall(Rollout rollout) {
        LiveRollout live = RolloutSituation.live(rollout, situation.progress(rollout), situation.bundle(rollout));
        if (live != null) {
            parts.fleet().put(live);
        }
    }

    private void tellIfEmpty(Rollout rollout, @Nullable ProgressDecision before, ProgressDecision now) {
        now.empty().stream()
                .filter(step -> before == null || !before.empty().contains(step))
                .forEach(step -> parts.alarm()
                        .warn(
                                rollout,
                                "EmptyCohort",
                                "No device could try step " + step + ": it ended without.",
                                parts.clock().instant()));
    }

    /** Told before the status says so, and again when that could not be written: an alert is not lost by a crash. */
    private void tellIfStopped(Rollout rollout, RolloutDecision decision) {
        Instant stopped =
                decision.progress() == null ? null : decision.progress().stoppedAt();
        RolloutPhase shown =
                rollout.getStatus() == null ? null : rollout.getStatus().phase();
        boolean shows =
                shown == RolloutPhase.RollingBack || shown == RolloutPhase.RolledBack || shown == RolloutPhase.Failed;
        String uid = rollout.getMetadata().getUid();
        if (stopped != null && !shows && !stopped.equals(told.get(uid))) {
            parts.alarm().stopped(rollout, decision.reason(), decision.message(), stopped);
            told.put(uid, stopped);
        }
    }

    private void admit(Rollout rollout, @Nullable ProgressDecision progress, @Nullable Bundle bundle) {
        LiveRollout live = RolloutSituation.live(rollout, progress, bundle);
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

    /** When a window has opened, whom it kept back. */
    private void letIn(Rollout rollout) {
        Instant opens = parts.evidence().gates(rollout).holding().opensAt();
        if (opens != null && !opens.isAfter(parts.clock().instant())) {
            String namespace = rollout.getMetadata().getNamespace();
            parts.fleet()
                    .recheck(namespace, rollout.getMetadata().getName())
                    .forEach(device -> ringDevice.accept(namespace, device));
        }
    }

    private UpdateControl<Rollout> show(Rollout rollout, RolloutDecision decision, @Nullable Bundle bundle) {
        Instant now = parts.clock().instant();
        RolloutView view = new RolloutView(parts.fleet(), parts.bundles());
        Holding holding = parts.evidence().gates(rollout).holding();
        RolloutStatus status =
                view.status(rollout, decision, bundle, parts.evidence().shown(rollout), holding);
        Instant last = written.get(rollout.getMetadata().getUid());
        Instant due = last == null ? now : last.plus(STATUS_INTERVAL);
        Instant again = earlier(earlier(decision.lookAgain(), holding.opensAt()), countsChange(rollout, now));
        if (now.isBefore(due)) {
            again = earlier(again, due);
        } else if (parts.statuses().write(rollout, status)) {
            written.put(rollout.getMetadata().getUid(), now);
        }
        if (again == null) {
            return UpdateControl.noUpdate();
        }
        long millis = Math.max(1, Duration.between(now, again).toMillis());
        return UpdateControl.<Rollout>noUpdate().rescheduleAfter(Duration.ofMillis(millis));
    }

    /** When a device's time is up; many at once are looked at together. */
    private @Nullable Instant countsChange(Rollout rollout, Instant now) {
        Instant next = parts.fleet()
                .nextDue(
                        rollout.getMetadata().getNamespace(),
                        rollout.getMetadata().getName());
        Instant soonest = now.plus(DUE_INTERVAL);
        return next == null || next.isAfter(soonest) ? next : soonest;
    }

    private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.isBefore(other) ? one : other;
    }
}
