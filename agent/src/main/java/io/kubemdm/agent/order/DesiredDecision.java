package io.kubemdm.agent.order;

import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.order.DesiredOrder;

/** Whether a verified desired order takes effect. Pure. */
public final class DesiredDecision {

    private DesiredDecision() {}

    /** The verdict. */
    public enum Verdict {
        /** It is newer than what is in force. */
        TakeOver,
        /** It is what is in force: no work. */
        Known,
        /** Older than what is in force. */
        Stale,
        WrongDevice,
        WrongEpoch,
        /** The counter is none, or the interval is not 10 s to a day. */
        Malformed
    }

    /** Decides by the guard. */
    public static Verdict decide(DesiredOrder order, Guard guard, DeviceId device) {
        if (!order.device().equals(device)) {
            return Verdict.WrongDevice;
        }
        if (order.epoch() != guard.epoch()) {
            return Verdict.WrongEpoch;
        }
        if (order.seq() < 1
                || order.seq() > DesiredOrder.MAX_SEQ
                || order.heartbeatSeconds() < 1
                || order.heartbeatSeconds() > 86_400) {
            return Verdict.Malformed;
        }
        if (order.seq() == guard.desiredSeq()) {
            return Verdict.Known;
        }
        return order.seq() > guard.desiredSeq() ? Verdict.TakeOver : Verdict.Stale;
    }
}
