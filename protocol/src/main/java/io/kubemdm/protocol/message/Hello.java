package io.kubemdm.protocol.message;

import java.time.Instant;
import java.util.Objects;

/**
 * Opens a session; the first message on every connection. It has no {@code n} of its own (0), it is never repeated.
 *
 * @param boot starts of the agent since enrolment
 * @param session the agent's connection counter, persisted, rising by one per connection
 * @param desiredSeq highest counter seen in the desired lane, 0 for none
 * @param commandSeq highest counter seen in the command lane, 0 for none
 * @param clock the device's wall clock, to show its skew
 */
public record Hello(
        String agentVersion,
        String osVersion,
        String platform,
        long boot,
        long session,
        long desiredSeq,
        long commandSeq,
        Instant clock)
        implements AgentMessage {
    public Hello {
        Objects.requireNonNull(agentVersion, "agentVersion");
        Objects.requireNonNull(osVersion, "osVersion");
        Objects.requireNonNull(platform, "platform");
        Objects.requireNonNull(clock, "clock");
    }
}
