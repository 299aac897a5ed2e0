package io.kubemdm.protocol.ledger;

import io.kubemdm.protocol.device.DeviceId;
import java.time.Instant;
import java.util.Objects;

/**
 * Everything issued to a device before a moment is void. Payload of a JWS of type
 * {@link io.kubemdm.protocol.trust.JwsType#REVOCATION}, value of {@code mdm.revocations} under {@code namespace/device}.
 *
 * @param before certificates with an earlier {@code issuedAt} are revoked; never moves back
 * @param reason for people
 */
public record Revocation(DeviceId device, Instant before, String reason) {
    public Revocation {
        Objects.requireNonNull(device, "device");
        Objects.requireNonNull(before, "before");
        Objects.requireNonNull(reason, "reason");
    }

    /** Whether this revocation takes {@code entry} away. */
    public boolean revokes(LedgerEntry entry) {
        return entry.device().equals(device) && entry.issuedAt().isBefore(before);
    }
}
