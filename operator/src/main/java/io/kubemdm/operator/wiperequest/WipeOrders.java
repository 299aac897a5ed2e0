package io.kubemdm.operator.wiperequest;

import io.kubemdm.crds.wiperequest.WipeRequest;
import io.kubemdm.operator.dispatch.Batch;
import io.kubemdm.operator.dispatch.DecisionKey;
import io.kubemdm.operator.dispatch.Dispatcher;
import io.kubemdm.operator.dispatch.Issued;
import io.kubemdm.protocol.approval.WipeProof;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.ledger.Revocation;
import io.kubemdm.protocol.message.CommandCancelled;
import io.kubemdm.protocol.message.CommandRequested;
import io.kubemdm.protocol.order.CommandOrder;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.WithdrawnOrder;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts a decision on record together with what goes out for it: all or nothing. Safe for several threads. */
final class WipeOrders {

    private static final Logger LOG = LoggerFactory.getLogger(WipeOrders.class);
    private static final int NONCE_BYTES = 16;

    private final Dispatcher dispatcher;
    private final Issued issued;
    private final SecureRandom random = new SecureRandom();

    WipeOrders(Dispatcher dispatcher, Issued issued) {
        this.dispatcher = dispatcher;
        this.issued = issued;
    }

    /**
     * Carries out.
     *
     * @throws io.kubemdm.operator.dispatch.DispatchFailed when nothing of it is on record
     */
    void act(WipeRequest request, DecisionKey key, DeviceId device, WipeDecision decision, Instant now) {
        WipeRecordDecision record = Objects.requireNonNull(decision.record(), "every act is remembered");
        Batch batch = dispatcher.open().decide(key, record);
        String id = record.commandId();
        switch (decision.act()) {
            case SIGN -> sign(batch, request, device, record, now);
            case SIGN_AND_REVOKE ->
                sign(batch, request, device, record, now).revoke(revocation(device, now, key, "takes its access away"));
            case WITHDRAW ->
                withdraw(batch, device, record, now)
                        .report(device, record.epoch(), new CommandCancelled(id, decision.reason()));
            case CALL_BACK -> withdraw(batch, device, record, now);
            case WITHDRAW_AND_REVOKE ->
                withdraw(batch, device, record, now)
                        .report(device, record.epoch(), new CommandCancelled(id, decision.reason()))
                        .revoke(revocation(device, now, key, "expired unconfirmed"));
            case CLOSE -> batch.forgetCommand(device, id);
            case CLOSE_AND_REVOKE -> batch.forgetCommand(device, id).revoke(revocation(device, now, key, "retired it"));
            case NOTHING, REMEMBER -> LOG.debug("nothing to send wipe={}", key);
        }
        dispatcher.commit(batch);
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
    }

    /** Removes a command that nobody could revive any more. */
    void forget(DeviceId device, String id) {
        dispatcher.commit(dispatcher.open().forgetCommand(device, id));
    }

    /** What is void stays void: a moment that people set further ahead is not taken back. */
    private Revocation revocation(DeviceId device, Instant now, DecisionKey key, String why) {
        Revocation standing = issued.revocation(device);
        Instant before = standing == null || standing.before().isBefore(now) ? now : standing.before();
        return new Revocation(device, before, "WipeRequest " + key.name() + " " + why);
    }

    private Batch sign(Batch batch, WipeRequest request, DeviceId device, WipeRecordDecision record, Instant now) {
        CommandType type = Objects.requireNonNull(
                WipeDecision.commandType(request.getSpec().type()), "only types with a command are signed");
        Instant notAfter = Objects.requireNonNull(record.notAfter(), "a signed command has an end");
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        return batch.command(new CommandOrder(
                        record.commandId(),
                        device,
                        record.epoch(),
                        record.seq(),
                        Base64.getUrlEncoder().withoutPadding().encodeToString(nonce),
                        now,
                        notAfter,
                        type,
                        Map.of(),
                        proof(request, record)))
                .report(
                        device,
                        record.epoch(),
                        new CommandRequested(
                                record.commandId(), request.getMetadata().getName(), type, record.seq(), notAfter));
    }

    /** What the approvers signed goes with the command; whether it is enough is the device's to say. */
    private static @Nullable WipeProof proof(WipeRequest request, WipeRecordDecision record) {
        List<String> signatures = record.approval() == null
                ? List.of()
                : record.approval().by().stream()
                        .map(WipeRecordDecision.Approver::signature)
                        .filter(Objects::nonNull)
                        .limit(WipeProof.MAX_SIGNATURES)
                        .toList();
        Instant created = Instant.parse(request.getMetadata().getCreationTimestamp());
        return signatures.isEmpty()
                ? null
                : new WipeProof(record.uid(), request.getSpec().expiry(created), signatures);
    }

    private static Batch withdraw(Batch batch, DeviceId device, WipeRecordDecision record, Instant now) {
        Instant notAfter = record.notAfter() == null ? now : record.notAfter();
        return batch.withdraw(new WithdrawnOrder(record.commandId(), device, record.epoch(), now, notAfter));
    }
}
