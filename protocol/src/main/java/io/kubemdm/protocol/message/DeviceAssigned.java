package io.kubemdm.protocol.message;

import io.kubemdm.protocol.bundle.PolicyRef;
import java.util.List;

/** The operator issued a desired order; in the same transaction as the order. */
public record DeviceAssigned(long desiredSeq, List<PolicyRef> policies, int heartbeatSeconds) implements Report {}
