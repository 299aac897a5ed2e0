package io.kubemdm.protocol.message;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.protocol.bundle.PolicyRef;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The device is alive and this is how it is.
 *
 * @param clock the device's wall clock
 * @param desiredSeq the desired order in force, 0 for none
 * @param policies what is applied, by policy line
 * @param facts everything measured, by fact name; at most 64 KiB as JSON
 */
public record Heartbeat(Instant clock, long desiredSeq, List<PolicyRef> policies, Map<String, JsonNode> facts)
        implements AgentReport {
    public Heartbeat {
        Objects.requireNonNull(clock, "clock");
        Objects.requireNonNull(policies, "policies");
        Objects.requireNonNull(facts, "facts");
    }
}
