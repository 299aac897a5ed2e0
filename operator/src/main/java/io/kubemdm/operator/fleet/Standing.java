package io.kubemdm.operator.fleet;

/** Where a device stands in a rollout that selects it. */
public enum Standing {
    /** Selected, not admitted. */
    WAITING,
    /** Admitted, connected, has not answered. */
    PENDING,
    /** Admitted, not connected, has not answered. */
    OFFLINE,
    SUCCEEDED,
    FAILED,
    REJECTED,
    ROLLED_BACK
}
