package io.kubemdm.operator.device;

import com.fasterxml.jackson.databind.JsonNode;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Ignore;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.kubemdm.crds.device.Device;
import io.kubemdm.operator.compliance.Remedies;
import io.kubemdm.operator.device.DeviceDecision.Declared;
import io.kubemdm.operator.device.DeviceDecision.Enrolled;
import io.kubemdm.operator.device.DeviceDecision.Grant;
import io.kubemdm.operator.device.DeviceDecision.Order;
import io.kubemdm.operator.dispatch.Batch;
import io.kubemdm.operator.dispatch.DecisionKey;
import io.kubemdm.operator.dispatch.Decisions;
import io.kubemdm.operator.dispatch.Dispatcher;
import io.kubemdm.operator.dispatch.Issued;
import io.kubemdm.operator.dispatch.IssuedDesired;
import io.kubemdm.operator.fleet.Fleet;
import io.kubemdm.operator.fleet.FleetDevice;
import io.kubemdm.operator.fleet.KnownDevice;
import io.kubemdm.operator.fleet.LiveRollout;
import io.kubemdm.operator.watch.Bell;
import io.kubemdm.operator.watch.Gate;
import io.kubemdm.protocol.approval.BundleProof;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.ledger.Revocation;
import io.kubemdm.protocol.message.DeviceAssigned;
import io.kubemdm.protocol.message.DeviceDeclared;
import io.kubemdm.protocol.order.DesiredOrder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says to the engine what the object declares, and to the device what it should be. Writes nothing to Kubernetes: the
 * status is the bridge's.
 */
@Ignore // registered by hand
@ControllerConfiguration(name = "device", generationAwareEventProcessing = false)
public final class DeviceReconciler implements Reconciler<Device> {

    /** What it works with. */
    public record Parts(
            Dispatcher dispatcher,
            Issued issued,
            Decisions decisions,
            Fleet fleet,
            LostLock lostLock,
            Remedies remedies,
            OrderFlow flow,
            Bell<Device> bell,
            Gate gate,
            Clock clock) {}

    private static final Logger LOG = LoggerFactory.getLogger(DeviceReconciler.class);

    private final Parts parts;

    /** Declarations on record that the engine may not have taken yet. */
    private final Map<DeviceId, Declared> sent = new ConcurrentHashMap<>();

    public DeviceReconciler(Parts parts) {
        this.parts = parts;
    }

    @Override
    public List<EventSource<?, Device>> prepareEventSources(EventSourceContext<Device> context) {
        return List.of(parts.bell());
    }

    /** The object is gone. */
    public void forget(DeviceId device) {
        sent.remove(device);
    }

    @Override
    public UpdateControl<Device> reconcile(Device object, Context<Device> context) {
        parts.gate().pass();
        DeviceId id = new DeviceId(
                object.getMetadata().getNamespace(), object.getMetadata().getName());
        FleetDevice device = parts.fleet().device(id);
        if (device == null) {
            // The object went while this was queued.
            return UpdateControl.noUpdate();
        }
        Declared declared = declared(object);
        Remedies.Plan plan = parts.remedies().plan(object, device);
        DeviceDecision decision =
                inTurn(device, DeviceDecision.decide(input(object, declared, device, plan.confines())));
        Batch batch = parts.dispatcher().open();
        KnownDevice known = device.known();
        long epoch = known == null ? 0 : known.epoch();
        if (decision.declare()) {
            JsonNode spec = Json.mapper().valueToTree(object.getSpec());
            batch.report(id, epoch, new DeviceDeclared(declared.uid(), declared.generation(), spec, declared.labels()));
        }
        if (decision.order() != null) {
            order(batch, id, decision.order(), parts.fleet().verdict(device).admitting());
        }
        if (decision.stood() != null) {
            remember(batch, id, decision.stood());
        }
        if (decision.revocation() != null) {
            batch.revoke(new Revocation(
                    id, decision.revocation().before(), decision.revocation().reason()));
            LOG.info(
                    "certificates revoked device={} before={}",
                    id,
                    decision.revocation().before());
        }
        Instant again = plan.commit(batch);
        if (decision.declare()) {
            sent.put(id, declared);
        }
        if (decision.lock()) {
            parts.lostLock().ask(id, epoch);
        }
        return lookAgain(decision.lookAgain(), again);
    }

    private DeviceDecision inTurn(FleetDevice device, DeviceDecision decision) {
        List<PolicyRef> brings = decision.brings();
        if (brings == null || device.known() == null || !device.known().online()) {
            parts.flow().leave(device.id());
            return decision;
        }
        return parts.flow().enter(device.id(), new OrderFlow.Group(device.id().namespace(), brings))
                ? decision
                : decision.withoutOrder();
    }

    private static void remember(Batch batch, DeviceId id, StoodDecision stood) {
        DecisionKey key = DecisionKey.of(Device.class, id.namespace(), id.name());
        if (stood.lines().isEmpty()) {
            batch.forget(key);
        } else {
            batch.decide(key, stood);
        }
    }

    private UpdateControl<Device> lookAgain(@Nullable Instant one, @Nullable Instant other) {
        Instant next = one == null || (other != null && other.isBefore(one)) ? other : one;
        Duration wait = next == null ? null : Duration.between(parts.clock().instant(), next);
        return wait == null
                ? UpdateControl.noUpdate()
                : UpdateControl.<Device>noUpdate().rescheduleAfter(Math.max(10, wait.toMillis() + 1));
    }

    private void order(Batch batch, DeviceId id, Order order, List<LiveRollout> admitting) {
        batch.desired(new DesiredOrder(
                        id,
                        order.epoch(),
                        order.seq(),
                        parts.clock().instant(),
                        order.policies(),
                        order.heartbeatSeconds(),
                        order.lockAfterSeconds(),
                        proofs(order.policies(), admitting),
                        order.quarantined() ? true : null))
                .report(id, order.epoch(), new DeviceAssigned(order.seq(), order.policies(), order.heartbeatSeconds()));
        LOG.info(
                "desired ordered device={} epoch={} seq={} policies={} quarantined={}",
                id,
                order.epoch(),
                order.seq(),
                order.policies().size(),
                order.quarantined());
    }

    private DeviceDecision.Input input(Device object, Declared declared, FleetDevice device, boolean confined) {
        Fleet.Verdict verdict = parts.fleet().verdict(device);
        List<Grant> grants = verdict.admitting().stream()
                .map(r -> new Grant(
                        r.bundle(), r.retire(), r.heartbeatSeconds(), newlySigned(device, r, verdict.admitting())))
                .toList();
        IssuedDesired issued = parts.issued().desired(device.id());
        Revocation revocation = parts.issued().revocation(device.id());
        return new DeviceDecision.Input(
                object.getSpec(),
                declared,
                engineHas(device),
                enrolled(device.known()),
                issued == null
                        ? null
                        : new Order(
                                issued.epoch(),
                                issued.seq(),
                                issued.policies(),
                                issued.heartbeatSeconds(),
                                issued.lockAfterSeconds(),
                                issued.quarantined()),
                StoodDecision.of(parts.decisions()
                        .get(
                                DecisionKey.of(
                                        Device.class,
                                        device.id().namespace(),
                                        device.id().name()),
                                StoodDecision.class)),
                grants,
                new StoodDecision.Revoked(verdict.revoked(), verdict.restored()),
                revocation == null ? null : revocation.before(),
                device.known() != null
                        && parts.lostLock().isAsked(device.id(), device.known().epoch()),
                confined,
                parts.clock().instant());
    }

    /** What approvers have signed for devices under these bundles, null for nothing. */
    private static @Nullable List<BundleProof> proofs(List<PolicyRef> policies, List<LiveRollout> admitting) {
        List<BundleProof> proofs = admitting.stream()
                .filter(rollout -> policies.contains(rollout.bundle()))
                .map(LiveRollout::proof)
                .filter(Objects::nonNull)
                .distinct()
                .sorted(Comparator.comparing(BundleProof::digest))
                .toList();
        return proofs.isEmpty() ? null : proofs;
    }

    private boolean newlySigned(FleetDevice device, LiveRollout rollout, List<LiveRollout> admitting) {
        IssuedDesired issued = parts.issued().desired(device.id());
        return device.known() != null
                && issued != null
                && device.known().wantsSignatures(rollout.bundle())
                && rollout.proof() != null
                && !Objects.equals(issued.proofs(), IssuedDesired.address(proofs(issued.policies(), admitting)));
    }

    private static @Nullable Enrolled enrolled(@Nullable KnownDevice known) {
        if (known == null || known.enrolment() == null || known.retired()) {
            return null;
        }
        Instant at = known.enrolment().enrolledAt();
        return new Enrolled(known.epoch(), known.assignedSeq(), at);
    }

    private @Nullable Declared engineHas(FleetDevice device) {
        KnownDevice.Declaration known =
                device.known() == null ? null : device.known().declaration();
        Declared has = known == null ? null : new Declared(known.uid(), known.generation(), known.labels());
        Declared last = sent.get(device.id());
        if (last != null && last.equals(has)) {
            sent.remove(device.id(), last);
        }
        return last == null ? has : last;
    }

    private static Declared declared(Device object) {
        return new Declared(
                object.getMetadata().getUid(),
                Objects.requireNonNullElse(object.getMetadata().getGeneration(), 0L),
                Map.copyOf(Objects.requireNonNullElse(object.getMetadata().getLabels(), Map.of())));
    }
}
