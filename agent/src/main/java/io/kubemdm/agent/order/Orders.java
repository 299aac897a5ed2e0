package io.kubemdm.agent.order;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JWSObject;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.json.MalformedJson;
import io.kubemdm.protocol.message.CommandAcknowledged;
import io.kubemdm.protocol.message.CommandAcknowledged.Refusal;
import io.kubemdm.protocol.message.OrderIssued;
import io.kubemdm.protocol.order.CommandOrder;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.DesiredOrder;
import io.kubemdm.protocol.order.WithdrawnOrder;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.SignatureRefused;
import io.kubemdm.protocol.trust.Verifier;
import java.text.ParseException;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes signed orders from the link, checks them and hands on what may be obeyed, after it is on disk. Used by the
 * agent's one thread.
 */
public final class Orders {

    /** What becomes of orders. */
    public interface Obedience {
        /** A newer desired state is in force. */
        void desired(DesiredOrder order);

        /** The guard has an open command; called again when it arrives again while open. */
        void carryOut();

        /** Whether a remediation is being carried out; the next one is judged when it has ended. */
        boolean isRemedying();

        /** To be reported. */
        void acknowledge(CommandAcknowledged acknowledgement);

        /** A command was answered before: its receipt goes out again. */
        void handInAgain(String id, String receipt);

        /** A command was taken back before it was carried out. */
        void takenBack(String id);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Orders.class);
    private static final int MAX_ID_LENGTH = 128;

    private final ReplayGuard guard;
    private final Supplier<Verifier> verifier;
    private final CommandDecision.Device device;
    private final CommandDecision.Demand demand;
    private final Obedience obedience;

    /** Orders for one device, believed by {@code verifier}, which is asked each time because trust is renewed. */
    public Orders(
            ReplayGuard guard,
            Supplier<Verifier> verifier,
            CommandDecision.Device device,
            CommandDecision.Demand demand,
            Obedience obedience) {
        this.guard = guard;
        this.verifier = verifier;
        this.device = device;
        this.demand = demand;
        this.obedience = obedience;
    }

    /**
     * Learns the enrolment the gateway speaks of.
     *
     * @return false when it is an older one than the device knows; then nothing on this session is to be obeyed
     */
    public boolean enterEpoch(long epoch) {
        Guard now = guard.now();
        if (epoch < now.epoch()) {
            LOG.error("session ignored reason=OldEpoch epoch={} have={}", epoch, now.epoch());
            return false;
        }
        if (epoch > now.epoch()) {
            guard.remember(now.inEpoch(epoch));
            LOG.info("enrolment entered epoch={}", epoch);
        }
        return true;
    }

    /**
     * Judges an order by the server's time.
     *
     * @return false when it is to be judged again later
     */
    public boolean judge(OrderIssued order, Instant serverNow) {
        switch (order.lane()) {
            case desired -> desired(order.jws());
            case command -> {
                return command(order.jws(), serverNow);
            }
            case withdrawn -> withdrawn(order.jws());
        }
        return true;
    }

    /** The desired order in force, null for none. It was verified before it was stored. */
    public @Nullable DesiredOrder inForce() {
        String jws = guard.now().desired();
        if (jws == null) {
            return null;
        }
        try {
            return Json.read(JWSObject.parse(jws).getPayload().toBytes(), DesiredOrder.class);
        } catch (ParseException | MalformedJson e) {
            LOG.warn("desired order on disk cannot be read: {}", e.getMessage());
            return null;
        }
    }

    private void desired(String jws) {
        DesiredOrder order;
        try {
            order = verifier.get()
                    .verify(JwsType.DESIRED, jws, DesiredOrder.class)
                    .payload();
        } catch (SignatureRefused e) {
            LOG.error("ALERT desired order refused reason={} message={}", e.reason(), e.getMessage());
            return;
        }
        DesiredDecision.Verdict verdict = DesiredDecision.decide(order, guard.now(), device.id());
        switch (verdict) {
            case TakeOver -> {
                guard.remember(guard.now().desiring(order.seq(), jws));
                LOG.info(
                        "desired order in force seq={} policies={}",
                        order.seq(),
                        order.policies().size());
                obedience.desired(order);
            }
            case Known -> LOG.debug("desired order known seq={}", order.seq());
            case Stale, WrongDevice, WrongEpoch, Malformed ->
                LOG.warn(
                        "desired order refused reason={} seq={} have={}",
                        verdict,
                        order.seq(),
                        guard.now().desiredSeq());
        }
    }

    private boolean command(String jws, Instant serverNow) {
        CommandOrder order;
        try {
            order = verifier.get()
                    .verify(JwsType.COMMAND, jws, CommandOrder.class)
                    .payload();
        } catch (SignatureRefused e) {
            LOG.error("ALERT command refused reason={} message={}", e.reason(), e.getMessage());
            refuseUnverified(jws, e.reason());
            return true;
        }
        Guard now = guard.now().pruned(serverNow);
        if (order.type() == CommandType.Remediate && !isOpen(order, now) && obedience.isRemedying()) {
            return false;
        }
        switch (CommandDecision.decide(order, now, device, demand, serverNow)) {
            case CommandDecision.Verdict.Accept accept -> {
                guard.remember(now.opening(order));
                LOG.info("command accepted id={} type={} seq={}", order.id(), order.type(), order.seq());
                acknowledge(order, null);
                obedience.carryOut();
            }
            case CommandDecision.Verdict.Continue same -> {
                resign(order);
                acknowledge(order, null);
                obedience.carryOut();
            }
            case CommandDecision.Verdict.Repeat repeat -> repeat(order, now, repeat.answer());
            case CommandDecision.Verdict.Refuse refuse -> {
                LOG.warn("command refused id={} type={} reason={}", order.id(), order.type(), refuse.refusal());
                if (refuse.keep()) {
                    guard.remember(now.answering(
                            order.id(),
                            new Guard.Answered(
                                    order.seq(), order.notAfter(), order.type(), refuse.refusal(), null, null, true)));
                }
                acknowledge(order, refuse.refusal());
            }
        }
        return true;
    }

    private static boolean isOpen(CommandOrder order, Guard now) {
        return now.open() != null && now.open().order().id().equals(order.id());
    }

    private void resign(CommandOrder order) {
        Guard.Open open = guard.now().open();
        if (open != null && order.seq() > open.order().seq()) {
            guard.remember(guard.now().carrying(open.under(order)));
        }
    }

    private void repeat(CommandOrder order, Guard now, Guard.Answered answer) {
        if (order.seq() > answer.seq()) {
            guard.remember(now.answering(order.id(), answer.under(order.seq(), order.notAfter())));
        }
        LOG.info("command repeated id={} seq={}", order.id(), order.seq());
        acknowledge(order, answer.refusal());
        if (answer.receipt() != null) {
            obedience.handInAgain(order.id(), answer.receipt());
        }
    }

    private void withdrawn(String jws) {
        WithdrawnOrder order;
        try {
            order = verifier.get()
                    .verify(JwsType.WITHDRAWN, jws, WithdrawnOrder.class)
                    .payload();
        } catch (SignatureRefused e) {
            LOG.warn("withdrawal refused reason={} message={}", e.reason(), e.getMessage());
            return;
        }
        Guard now = guard.now();
        if (!order.device().equals(device.id()) || order.epoch() != now.epoch()) {
            LOG.warn("withdrawal refused reason=WrongDeviceOrEpoch id={}", order.id());
            return;
        }
        boolean begun = now.answered().containsKey(order.id())
                || (now.open() != null && now.open().order().id().equals(order.id()));
        if (!begun && !now.withdrawn().containsKey(order.id())) {
            guard.remember(now.withdrawing(order.id(), order.notAfter()));
            LOG.info("command withdrawn id={}", order.id());
            obedience.takenBack(order.id());
        }
    }

    private void acknowledge(CommandOrder order, @Nullable Refusal refusal) {
        obedience.acknowledge(new CommandAcknowledged(
                order.id(), order.seq(), refusal, guard.now().commandSeq()));
    }

    /** Nothing of it is believed but its name, so that somebody can be told which order was bad. */
    private void refuseUnverified(String jws, SignatureRefused.Reason reason) {
        Refusal refusal =
                switch (reason) {
                    case BadSignature -> Refusal.BadSignature;
                    case UnknownKey -> Refusal.UnknownKey;
                    case Malformed, WrongType -> Refusal.Malformed;
                };
        try {
            JsonNode payload = Json.read(JWSObject.parse(jws).getPayload().toBytes(), JsonNode.class);
            String id = payload.path("id").asText("");
            if (!id.isEmpty() && id.length() <= MAX_ID_LENGTH) {
                obedience.acknowledge(new CommandAcknowledged(
                        id, payload.path("seq").asLong(0), refusal, guard.now().commandSeq()));
            }
        } catch (ParseException | MalformedJson e) {
            LOG.debug("nothing to name it by", e);
        }
    }
}
