package io.kubemdm.agent.order;

import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.CommandAcknowledged.Refusal;
import io.kubemdm.protocol.order.CommandOrder;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.DesiredOrder;
import io.kubemdm.protocol.order.Remediation;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/** Whether a verified command may be obeyed. Pure. */
public final class CommandDecision {

    private CommandDecision() {}

    /**
     * What the device is and can.
     *
     * @param refused types that its ownership, configuration or equipment does not allow, each with the answer
     * @param supported types it can carry out
     */
    public record Device(DeviceId id, Map<CommandType, Refusal> refused, Set<CommandType> supported) {}

    /** The verdict. */
    public sealed interface Verdict {
        /** To be persisted as open, acknowledged and carried out. */
        record Accept() implements Verdict {}

        /** It is being carried out already, now signed again. */
        record Continue() implements Verdict {}

        /** Answered before: say the same again. */
        record Repeat(Guard.Answered answer) implements Verdict {}

        /**
         * Not to be obeyed.
         *
         * @param keep whether a repeat is to get the same answer without being judged again
         */
        record Refuse(Refusal refusal, boolean keep) implements Verdict {}
    }

    /** What the device demands beside the operator's signature. */
    @FunctionalInterface
    public interface Demand {
        /** Whether people have agreed to a command. */
        boolean isMet(CommandOrder order, Instant serverNow);
    }

    /** Decides by the guard, the approvers' demand and the server's time. */
    public static Verdict decide(CommandOrder order, Guard guard, Device device, Demand demand, Instant serverNow) {
        if (!order.device().equals(device.id())) {
            return new Verdict.Refuse(Refusal.WrongDevice, false);
        }
        if (order.epoch() != guard.epoch()) {
            return new Verdict.Refuse(Refusal.WrongEpoch, false);
        }
        if (order.seq() < 1 || order.seq() > DesiredOrder.MAX_SEQ) {
            return new Verdict.Refuse(Refusal.Malformed, false);
        }
        Guard.Answered answered = guard.answered().get(order.id());
        if (answered != null) {
            return new Verdict.Repeat(answered);
        }
        if (guard.open() != null && guard.open().order().id().equals(order.id())) {
            return new Verdict.Continue();
        }
        return fresh(order, guard, device, demand, serverNow);
    }

    private static boolean isRemediation(CommandOrder order) {
        try {
            return !Remediation.of(order.params()).isEmpty();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static Verdict fresh(CommandOrder order, Guard guard, Device device, Demand demand, Instant serverNow) {
        if (guard.withdrawn().containsKey(order.id())) {
            return new Verdict.Refuse(Refusal.Withdrawn, false);
        }
        if (!serverNow.isBefore(order.notAfter())) {
            return new Verdict.Refuse(Refusal.Expired, false);
        }
        if (order.seq() <= guard.commandSeq()) {
            return new Verdict.Refuse(Refusal.StaleSeq, false);
        }
        Refusal refusal = device.refused().get(order.type());
        if (refusal != null) {
            return new Verdict.Refuse(refusal, true);
        }
        if (!device.supported().contains(order.type())) {
            return new Verdict.Refuse(Refusal.Unsupported, true);
        }
        if (!demand.isMet(order, serverNow)) {
            return new Verdict.Refuse(Refusal.QuorumMissing, false);
        }
        if (order.type() == CommandType.Remediate && !isRemediation(order)) {
            return new Verdict.Refuse(Refusal.Malformed, true);
        }
        // A remediation is asked for again where it is still needed; nothing waits for one that is stuck.
        if (guard.open() != null && guard.open().order().type() != CommandType.Remediate) {
            return new Verdict.Refuse(Refusal.Busy, false);
        }
        return new Verdict.Accept();
    }
}
