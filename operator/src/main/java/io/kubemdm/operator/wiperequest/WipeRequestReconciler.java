package io.kubemdm.operator.wiperequest;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Ignore;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.kubemdm.crds.wiperequest.WipeRequest;
import io.kubemdm.operator.dispatch.Batch;
import io.kubemdm.operator.dispatch.DecisionKey;
import io.kubemdm.operator.dispatch.Decisions;
import io.kubemdm.operator.dispatch.Dispatcher;
import io.kubemdm.operator.dispatch.Issued;
import io.kubemdm.operator.dispatch.IssuedCommand;
import io.kubemdm.operator.fleet.Fleet;
import io.kubemdm.operator.fleet.FleetDevice;
import io.kubemdm.operator.fleet.KnownDevice;
import io.kubemdm.operator.status.StatusWriter;
import io.kubemdm.operator.watch.Bell;
import io.kubemdm.operator.watch.Gate;
import io.kubemdm.operator.wiperequest.WipeDecision.Act;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.ledger.Revocation;
import io.kubemdm.protocol.message.CommandCancelled;
import io.kubemdm.protocol.message.CommandRequested;
import io.kubemdm.protocol.order.CommandOrder;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.WithdrawnOrder;
import io.kubemdm.protocol.state.DeviceState.Command;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
            DeviceRequests requests,
            Bell<WipeRequest> bell,
            Gate gate,
            Clock clock) {}

    private static final Logger LOG = LoggerFactory.getLogger(WipeRequestReconciler.class);
    private static final int LOCKS = 64;
    private static final int NONCE_BYTES = 16;

    private final Parts parts;
    private final SecureRandom random = new SecureRandom();
    private final List<Lock> locks = Stream.generate(ReentrantLock::new)
            .limit(LOCKS)
            .map(Lock.class::cast)
            .toList();

    public WipeRequestReconciler(Parts parts) {
        this.parts = parts;
    }

    @Override
    public List<EventSource<?, WipeRequest>> prepareEventSources(EventSourceContext<WipeRequest> context) {
        return List.of(parts.bell());
    }

    @Override
    public UpdateControl<WipeRequest> reconcile(WipeRequest request, Context<WipeRequest> context) {
        parts.gate().pass();
        DeviceId device = new DeviceId(
                request.getMetadata().getNamespace(),
                request.getSpec().deviceRef().name());
        Lock lock = locks.get(Math.floorMod(device.hashCode(), LOCKS));
        lock.lock();
        try {
            return reconcile(request, device);
        } finally {
            lock.unlock();
        }
    }

    private UpdateControl<WipeRequest> reconcile(WipeRequest request, DeviceId device) {
        DecisionKey key = DecisionKey.of(
                WipeRequest.class,
                request.getMetadata().getNamespace(),
                request.getMetadata().getName());
        WipeRecordDecision record = parts.decisions().get(key, WipeRecordDecision.class);
        if (record != null && !record.uid().equals(request.getMetadata().getUid())) {
            record = null; // an earlier object of this name
        }
        KnownDevice known = known(device);
        Command command = record == null || known == null ? null : known.command(record.commandId());
        Instant now = parts.clock().instant();
        WipeDecision decision = WipeDecision.decide(new WipeDecision.Input(
                request.getSpec(),
                request.getMetadata().getUid(),
                Instant.parse(request.getMetadata().getCreationTimestamp()),
                record,
                target(request, device, known, record, command, now),
                now));
        if (decision.act() == Act.SIGN && !stillWanted(request)) {
            return UpdateControl.noUpdate();
        }
        if (decision.act() != Act.NOTHING) {
            act(request, key, device, decision, now);
        }
        parts.statuses()
                .write(
                        request,
                        WipeView.status(
                                request, decision, command, parts.issued().revocation(device)));
        Instant again = decision.lookAgain() == null ? clearLane(device, decision.record(), now) : decision.lookAgain();
        return again == null
                ? UpdateControl.noUpdate()
                : UpdateControl.<WipeRequest>noUpdate()
                        .rescheduleAfter(Duration.ofMillis(
                                Math.max(10, Duration.between(now, again).toMillis())));
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
                parts.dispatcher().commit(parts.dispatcher().open().forgetCommand(device, each.id()));
            }
        }
        return null;
    }

    private @Nullable KnownDevice known(DeviceId device) {
        FleetDevice found = parts.fleet().device(device);
        return found == null || found.known() == null || found.known().enrolment() == null ? null : found.known();
    }

    private WipeDecision.Target target(
            WipeRequest request,
            DeviceId device,
            @Nullable KnownDevice known,
            @Nullable WipeRecordDecision record,
            @Nullable Command command,
            Instant now) {
        long epoch = known == null ? 0 : known.epoch();
        String own = record == null ? "" : record.commandId();
        long highest = record == null ? 0 : record.seq();
        String open = null;
        for (IssuedCommand each : parts.issued().commands(device)) {
            if (each.epoch() == epoch) {
                highest = Math.max(highest, each.seq());
                Command state = known == null ? null : known.command(each.id());
                boolean over =
                        each.withdrawn() || !each.notAfter().isAfter(now) || (state != null && state.ended() != null);
                open = over || each.id().equals(own) ? open : each.id();
            }
        }
        if (known != null) {
            for (Command each : known.commands()) {
                highest = Math.max(highest, Math.max(each.seq(), 0));
            }
        }
        return new WipeDecision.Target(epoch, command, highest, open, twin(request, device, epoch));
    }

    private @Nullable String twin(WipeRequest request, DeviceId device, long epoch) {
        return parts.decisions()
                .in(device.namespace(), WipeRecordDecision.class)
                .filter(e -> e.getValue().end() == null
                        && e.getValue().epoch() == epoch
                        && e.getValue().device().equals(device.name())
                        && e.getValue().type().equals(request.getSpec().type().name())
                        && !e.getValue().uid().equals(request.getMetadata().getUid()))
                .map(e -> e.getKey().name())
                .sorted()
                .findFirst()
                .orElse(null);
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

    private void act(WipeRequest request, DecisionKey key, DeviceId device, WipeDecision decision, Instant now) {
        WipeRecordDecision record = Objects.requireNonNull(decision.record(), "every act is remembered");
        Batch batch = parts.dispatcher().open().decide(key, record);
        String id = record.commandId();
        switch (decision.act()) {
            case SIGN -> sign(batch, request, device, record, now);
            case WITHDRAW ->
                withdraw(batch, device, record, now)
                        .report(device, record.epoch(), new CommandCancelled(id, decision.reason()));
            case CALL_BACK -> withdraw(batch, device, record, now);
            case WITHDRAW_AND_REVOKE ->
                withdraw(batch, device, record, now)
                        .report(device, record.epoch(), new CommandCancelled(id, decision.reason()))
                        .revoke(new Revocation(device, now, "WipeRequest " + key.name() + " expired unconfirmed"));
            case CLOSE -> batch.forgetCommand(device, id);
            case CLOSE_AND_REVOKE ->
                batch.forgetCommand(device, id)
                        .revoke(new Revocation(device, now, "WipeRequest " + key.name() + " retired it"));
            case NOTHING, REMEMBER -> LOG.debug("nothing to send wipe={}", key);
        }
        parts.dispatcher().commit(batch);
        LOG.info(
                "wipe moved wipe={}/{} device={} epoch={} seq={} act={} phase={} reason={}",
                key.namespace(),
                key.name(),
                device,
                record.epoch(),
                record.seq(),
                decision.act(),
                decision.phase(),
                decision.reason());
        if (record.end() != null) {
            parts.requests().about(device).stream()
                    .filter(name -> !name.equals(key.name()))
                    .forEach(name -> parts.bell().ring(device.namespace(), name));
        }
    }

    private void sign(Batch batch, WipeRequest request, DeviceId device, WipeRecordDecision record, Instant now) {
        CommandType type = Objects.requireNonNull(
                WipeDecision.commandType(request.getSpec().type()), "only types with a command are signed");
        Instant notAfter = Objects.requireNonNull(record.notAfter(), "a signed command has an end");
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        batch.command(new CommandOrder(
                        record.commandId(),
                        device,
                        record.epoch(),
                        record.seq(),
                        Base64.getUrlEncoder().withoutPadding().encodeToString(nonce),
                        now,
                        notAfter,
                        type,
                        Map.of()))
                .report(
                        device,
                        record.epoch(),
                        new CommandRequested(
                                record.commandId(), request.getMetadata().getName(), type, record.seq(), notAfter));
    }

    private static Batch withdraw(Batch batch, DeviceId device, WipeRecordDecision record, Instant now) {
        Instant notAfter = record.notAfter() == null ? now : record.notAfter();
        return batch.withdraw(new WithdrawnOrder(record.commandId(), device, record.epoch(), now, notAfter));
    }
}
