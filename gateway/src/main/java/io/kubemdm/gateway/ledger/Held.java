package io.kubemdm.gateway.ledger;

import java.math.BigInteger;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One certificate; the fingerprint is its key.
 *
 * @param serial null when the ledger's record has none
 */
record Held(
        Holder holder,
        long epoch,
        long issuedAtMillis,
        long notAfterMillis,
        @Nullable BigInteger serial) {

    /** As a revocation list names it; null when it is not void, or cannot be named. */
    @Nullable VoidCertificate voided() {
        if (serial == null) {
            return null;
        }
        long before = holder.revokedBeforeMillis();
        if (issuedAtMillis < before) {
            return new VoidCertificate(serial, Instant.ofEpochMilli(before), VoidCertificate.Why.Revoked);
        }
        return epoch < holder.epoch()
                ? new VoidCertificate(
                        serial, Instant.ofEpochMilli(holder.enrolledAtMillis()), VoidCertificate.Why.Superseded)
                : null;
    }
}
