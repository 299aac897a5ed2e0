package io.kubemdm.protocol.message;

import java.time.Instant;

/** A gateway accepted a session: the agent's {@link Hello} with what the gateway knows. */
public record SessionOpened(
        String agentVersion,
        String osVersion,
        String platform,
        long boot,
        long session,
        long desiredSeq,
        long commandSeq,
        int clockSkewSeconds,
        String gateway,
        String region,
        String fingerprint,
        Instant certificateNotAfter)
        implements Report {}
