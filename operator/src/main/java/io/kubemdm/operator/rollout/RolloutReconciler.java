package io.kubemdm.operator.rollout;

import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Ignore;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.kubemdm.crds.LabelSelector;
import io.kubemdm.crds.policybundle.PolicyBundle;
import io.kubemdm.crds.rollout.Rollout;
import io.kubemdm.crds.rollout.RolloutStatus;
import io.kubemdm.crds.rollout.Step;
import io.kubemdm.operator.dispatch.DecisionKey;
import io.kubemdm.operator.dispatch.Decisions;
import io.kubemdm.operator.dispatch.Dispatcher;
import io.kubemdm.operator.fleet.Fleet;
import io.kubemdm.operator.fleet.LiveRollout;
import io.kubemdm.operator.fleet.PublishedBundle;
import io.kubemdm.operator.fleet.Tally;
import io.kubemdm.operator.rollout.ProgressDecision.Stage;
import io.kubemdm.operator.rollout.RolloutDecision.Bundle;
import io.kubemdm.operator.rollout.RolloutDecision.Counts;
import io.kubemdm.operator.rollout.RolloutDecision.Why;
import io.kubemdm.operator.status.StatusWriter;
import io.kubemdm.operator.watch.Bell;
import io.kubemdm.operator.watch.Copy;
import io.kubemdm.operator.watch.Gate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
            Clock clock) {}

    private static final Logger LOG = LoggerFactory.getLogger(RolloutReconciler.class);

    /** Statuses whose counts alone moved are written no oftener. */
    private static final Duration COUNT_INTERVAL = Duration.ofSeconds(1);

    private final Parts parts;
    private final BiConsumer<String, String> ringDevice;
    private final Map<String, Instant> written = new ConcurrentHashMap<>();

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
                    "rollout moved rollout={}/{} digest={} step={} threshold={} stage={} enabled={}",
                    namespace,
                    name,
                    next.bundle().digest(),
                    next.step(),
                    next.threshold(),
                    next.stage(),
                    next.enabled());
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
    }

    private static @Nullable LiveRollout live(
            Rollout rollout, @Nullable ProgressDecision progress, @Nullable Bundle bundle) {
        if (progress == null && bundle == null) {
            return null;
        }
        boolean frozen = progress != null;
        List<LabelSelector> named = frozen
                ? rollout.getSpec().steps().stream()
                        .limit(progress.step() + 1L)
                        .map(Step::selector)
                        .filter(Objects::nonNull)
                        .toList()
                : List.of();
        return new LiveRollout(
                rollout.getMetadata().getNamespace(),
                rollout.getMetadata().getName(),
                frozen ? progress.bundle() : bundle.ref(),
                new HashSet<>(frozen ? progress.platforms() : bundle.platforms()),
                frozen ? progress.heartbeatSeconds() : bundle.heartbeatSeconds(),
                rollout.getSpec().selector(),
                rollout.getSpec().exclude(),
                frozen ? progress.threshold() : null,
                named,
                !frozen || (progress.enabled() && progress.stage() != Stage.ABORTED),
                rollout.getSpec().retire());
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
                parts.clock().instant());
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
                : new Bundle(record.ref(), record.platforms(), record.heartbeatSeconds());
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
