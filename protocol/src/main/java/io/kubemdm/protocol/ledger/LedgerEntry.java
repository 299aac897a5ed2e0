package io.kubemdm.protocol.ledger;

import io.kubemdm.protocol.device.DeviceId;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One issued certificate. Payload of a JWS of type {@link io.kubemdm.protocol.trust.JwsType#LEDGER}, value of
 * {@code mdm.certificates} under its fingerprint.
 *
 * @param fingerprint {@code sha256:} of the DER certificate
 * @param epoch the enrolment it belongs to; a re-key within an enrolment keeps it
 * @param issuedAt the moment a revocation compares with, by the issuer's clock
 * @param spki base64 of the certificate's SubjectPublicKeyInfo
 * @param serial the certificate's serial number in decimal digits, which revocation lists name it by; null in entries
 *     written before they had one
 */
public record LedgerEntry(
        String fingerprint,
        DeviceId device,
        long epoch,
        Instant issuedAt,
        Instant notAfter,
        String spki,
        @Nullable String serial) {
    public LedgerEntry {
        Objects.requireNonNull(fingerprint, "fingerprint");
        Objects.requireNonNull(device, "device");
        Objects.requireNonNull(issuedAt, "issuedAt");
        Objects.requireNonNull(notAfter, "notAfter");
        Objects.requireNonNull(spki, "spki");
    }
}
