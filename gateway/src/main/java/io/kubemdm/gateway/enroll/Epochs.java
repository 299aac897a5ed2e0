package io.kubemdm.gateway.enroll;

import io.kubemdm.protocol.device.DeviceId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;

/**
 * Counts a device's enrolments. What this replica has given out but not yet read back from the ledger counts too, so two
 * enrolments in a row never share an epoch; a number whose commit failed is left out.
 */
final class Epochs {

    private static final int PRUNE_ABOVE = 10_000;

    private final ToLongFunction<DeviceId> inLedger;
    private final Map<DeviceId, Long> given = new ConcurrentHashMap<>();

    /** Counts on from what the ledger holds. */
    Epochs(ToLongFunction<DeviceId> inLedger) {
        this.inLedger = inLedger;
    }

    /** The next enrolment's number, from 1. */
    long next(DeviceId device) {
        if (given.size() > PRUNE_ABOVE) {
            given.entrySet().removeIf(each -> inLedger.applyAsLong(each.getKey()) >= each.getValue());
        }
        return given.compute(device, (id, last) -> 1 + Math.max(last == null ? 0 : last, inLedger.applyAsLong(id)));
    }
}
