package io.kubemdm.protocol.message;

import io.kubemdm.protocol.bundle.PolicyRef;
import java.util.List;
import java.util.Objects;

/**
 * Somebody changed what a policy had set, and the agent put it back.
 *
 * @param settings which, at most 16, e.g. {@code files:/etc/motd}
 */
public record DriftCorrected(PolicyRef policy, List<String> settings) implements AgentReport {
    public DriftCorrected {
        Objects.requireNonNull(policy, "policy");
        Objects.requireNonNull(settings, "settings");
    }
}
