package io.kubemdm.operator.wiperequest;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Ignore;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.kubemdm.crds.wipeapproval.WipeApproval;
import io.kubemdm.crds.wiperequest.WipeRequest;
import io.kubemdm.operator.dispatch.CommandLanes;
import io.kubemdm.operator.dispatch.DecisionKey;
import io.kubemdm.operator.dispatch.Decisions;
import io.kubemdm.operator.dispatch.Dispatcher;
import io.kubemdm.operator.dispatch.Issued;
import io.kubemdm.operator.dispatch.IssuedCommand;
import io.kubemdm.operator.fleet.Fleet;
import io.kubemdm.operator.status.StatusWriter;
import io.kubemdm.operator.watch.Bell;
import io.kubemdm.operator.watch.Copy;
import io.kubemdm.operator.watch.Gate;
import io.kubemdm.operator.wiperequest.WipeDecision.Act;
import io.kubemdm.operator.wiperequest.WipePurse.Asker;
import io.kubemdm.protocol.device.DeviceId;
import io.micrometer.core.instrument.Metrics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/** Leads a request from its target to the device's receipt. Requests about one device are decided one after another. */
@Ignore // registered by hand
@ControllerConfiguration(name = "wiperequest", generationAwareEventProcessing = false)
public final class WipeRequestReconciler implements Reconciler<WipeRequest> {

    /** What it works with. */
    public record Parts(
            KubernetesClient client,
            Dispatcher dispatcher,
            Issued issued,
            Decisions decisions,
            StatusWriter statuses,
            Fleet fleet,
            Copy<WipeRequest> wipes,
            Copy<WipeApproval> approvals,
            DeviceRequests requests,
            Bell<WipeRequest> bell,
            Gate gate,
            WipeSettings settings,
            CommandLanes lanes,
            Clock clock) {}

    private final Parts parts;
    private final WipeSituation situation;
    private final WipePurse purse;
    private final WipeOrders orders;
    private final BudgetAlarm alarm;

    public WipeRequestReconciler(Parts parts) {
        this.parts = parts;
        this.situation = new WipeSituation(
                parts.client(),
                parts.issued(),
                parts.decisions(),
                parts.fleet(),
                parts.settings(),
                this::isThere,
                this::approvalSeen);
        this.purse = new WipePurse(
                parts.settings(),
                namespace -> parts.decisions().in(namespace, WipeRecordDecision.class),
                parts.fleet()::enrolled,
                this::isThere);
        this.orders = new WipeOrders(parts.dispatcher(), parts.issued());
        this.alarm = new BudgetAlarm(Metrics.globalRegistry, () -> parts.wipes().values());
    }

    @Override
    public List<EventSource<?, WipeRequest>> prepareEventSources(EventSourceContext<WipeRequest> context) {
        return List.of(parts.bell());
    }

    @Override
    public UpdateControl<WipeRequest> reconcile(WipeRequest request, Context<WipeRequest> context) {
        parts.gate().pass();
        DeviceId device = WipeSituation.device(request);
        Lock lock = parts.lanes().of(device);
        lock.lock();
        try {
            return reconcile(request, device);
        } finally {
            lock.unlock();
        }
    }

    private UpdateControl<WipeRequest> reconcile(WipeRequest request, DeviceId device) {
        DecisionKey key = key(request);
        Instant now = parts.clock().instant();
        WipeDecision.Input in = situation.of(request, key, now);
        WipeDecision decision = WipeDecision.decide(in);
        if (decision.act().signs() && !stillWanted(request)) {
            return UpdateControl.noUpdate();
        }
        if (decision.act().signs() && (in.record() == null || in.record().seq() == 0)) {
            decision = signWithinBudget(request, key, device, in, decision);
        } else if (decision.act() != Act.NOTHING) {
            orders.act(request, key, device, decision, now);
        }
        if (decision.act() != Act.NOTHING
                && decision.record() != null
                && decision.record().end() != null) {
            ringOthers(key, device, in.record());
        }
        parts.statuses()
                .write(
                        request,
                        WipeView.status(request, in, decision, parts.issued().revocation(device)));
        Instant again = decision.lookAgain() == null ? clearLane(device, decision.record(), now) : decision.lookAgain();
        return again == null
                ? UpdateControl.noUpdate()
                : UpdateControl.<WipeRequest>noUpdate()
                        .rescheduleAfter(Duration.ofMillis(
                                Math.max(10, Duration.between(now, again).toMillis())));
    }

    private WipeDecision signWithinBudget(
            WipeRequest request, DecisionKey key, DeviceId device, WipeDecision.Input in, WipeDecision signing) {
        Asker asker = new Asker(key, in.uid(), request.getSpec().type(), in.createdAt());
        var full = purse.take(asker, in.now());
        try {
            WipeDecision decision = full == null
                    ? signing
                    : UnsignedDecision.held(
                            in,
                            signing,
                            Objects.requireNonNull(full.reached(), "who waits is held by a limit"),
                            Objects.requireNonNull(full.next(), "who waits goes some time"));
            if (decision.act() != Act.NOTHING) {
                orders.act(request, key, device, decision, in.now());
            }
            if (decision.reached() != null) {
                alarm.held(key.namespace(), asker.type(), decision.reached());
            } else if (!purse.isWaitedFor(key.namespace(), asker.type())) {
                alarm.relaxed(key.namespace(), asker.type());
            }
            return decision;
        } finally {
            purse.settled(asker);
        }
    }

    /** Who waited for this one's device, or behind it for the budget, may go now. */
    private void ringOthers(DecisionKey key, DeviceId device, @Nullable WipeRecordDecision before) {
        parts.requests().about(device).stream()
                .filter(name -> !name.equals(key.name()))
                .forEach(name -> parts.bell().ring(device.namespace(), name));
        if (before != null && before.inLineSince() != null) {
            parts.decisions()
                    .in(key.namespace(), WipeRecordDecision.class)
                    .filter(e ->
                            e.getValue().inLineSince() != null && e.getValue().end() == null)
                    .forEach(e -> parts.bell().ring(key.namespace(), e.getKey().name()));
        }
    }

    /** Removes what an ended request left in the lane, once no gateway could revive it. @return when to try, or null */
    private @Nullable Instant clearLane(DeviceId device, @Nullable WipeRecordDecision record, Instant now) {
        if (record == null || record.end() == null) {
            return null;
        }
        for (IssuedCommand each : parts.issued().commands(device)) {
            if (each.id().equals(record.commandId())) {
                if (now.isBefore(each.notAfter())) {
                    return each.notAfter();
                }
                orders.forget(device, each.id());
            }
        }
        return null;
    }

    /** Asks the API server itself: what the informer has may be old, and a command cannot be unsent. */
    private boolean stillWanted(WipeRequest request) {
        WipeRequest live = parts.client()
                .resources(WipeRequest.class)
                .inNamespace(request.getMetadata().getNamespace())
                .withName(request.getMetadata().getName())
                .get();
        return live != null
                && live.getMetadata().getUid().equals(request.getMetadata().getUid())
                && live.getSpec().equals(request.getSpec());
    }

    private boolean isThere(DecisionKey key, String uid) {
        WipeRequest object = parts.wipes().find(key.namespace(), key.name());
        return object != null && object.getMetadata().getUid().equals(uid);
    }

    private boolean approvalSeen(String namespace, String uid) {
        return parts.approvals()
                .in(namespace)
                .anyMatch(each -> each.getSpec().wipeRef().uid().equals(uid));
    }

    static DecisionKey key(WipeRequest request) {
        return DecisionKey.of(
                WipeRequest.class,
                request.getMetadata().getNamespace(),
                request.getMetadata().getName());
    }
}
