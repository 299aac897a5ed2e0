package io.kubemdm.protocol.message;

import java.time.Instant;
import java.util.Objects;

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
        implements Report {
    public SessionOpened {
        Objects.requireNonNull(agentVersion, "agentVersion");
        Objects.requireNonNull(osVersion, "osVersion");
        Objects.requireNonNull(platform, "platform");
        Objects.requireNonNull(gateway, "gateway");
        Objects.requireNonNull(region, "region");
        Objects.requireNonNull(fingerprint, "fingerprint");
        Objects.requireNonNull(certificateNotAfter, "certificateNotAfter");
    }
}
