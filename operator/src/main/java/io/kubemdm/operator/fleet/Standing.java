package io.kubemdm.operator.fleet;

import java.util.EnumSet;
import java.util.Set;

/** Where a device stands in a rollout that selects it. */
public enum Standing {
    /** Selected, not admitted. */
    WAITING,
    /** In an open step, but something of its own, such as a maintenance window, delays its admission. */
    HELD,
    /** Admitted, connected, has not answered. */
    PENDING,
    /** Admitted, not connected, has not answered. */
    OFFLINE,
    /** Has the bundle in force, not yet for as long as success takes. */
    SETTLING,
    /** Has the bundle in force. */
    SUCCEEDED,
    /** Could not apply it. */
    FAILED,
    /** Refused it. */
    REJECTED,
    /** Was connected for the whole of its time and has not answered. */
    TIMED_OUT,
    /** Had it and has it no more, or became NonCompliant with it. */
    REGRESSED,
    /** Admitted, but another rollout gives it a higher version of the line. */
    SUPERSEDED,
    /** Was admitted by a rollout that admits nobody any more, and still has it or is still told to. */
    RETURNING,
    /** Was admitted by a rollout that admits nobody any more, and does not have it. */
    ROLLED_BACK;

    /** Those of devices that are not admitted. */
    static final Set<Standing> OUTSIDE = EnumSet.of(WAITING, HELD);

    /** Those of devices that failed. */
    static final Set<Standing> FAILURES = EnumSet.of(FAILED, REJECTED, TIMED_OUT, REGRESSED);

    /** Whether the device is admitted, or was when the rollout stopped admitting. */
    public boolean admitted() {
        return !OUTSIDE.contains(this);
    }
}
