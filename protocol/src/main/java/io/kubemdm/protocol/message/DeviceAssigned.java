package io.kubemdm.protocol.message;

import io.kubemdm.protocol.bundle.PolicyRef;
import java.util.List;
import java.util.Objects;

/** The operator issued a desired order; in the same transaction as the order. */
public record DeviceAssigned(long desiredSeq, List<PolicyRef> policies, int heartbeatSeconds) implements Report {
    public DeviceAssigned {
        Objects.requireNonNull(policies, "policies");
    }
}
