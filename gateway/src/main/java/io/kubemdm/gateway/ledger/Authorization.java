package io.kubemdm.gateway.ledger;

import io.kubemdm.protocol.device.DeviceId;
import java.time.Instant;

/** What the ledger says of a certificate at this moment. Never cache it: a revocation may come a millisecond later. */
public sealed interface Authorization {

    /** The current identity of its device. */
    record Listed(DeviceId device, long epoch, Instant issuedAt, Instant notAfter) implements Authorization {}

    /** Not in the ledger, or not yet read; see {@link CertificateLedger#whenListed}. */
    record Unlisted() implements Authorization {}

    /**
     * Taken away: void is what was issued before {@code before}. It keeps one right, to fetch its device's wipe and hand in
     * the receipt.
     */
    record Revoked(DeviceId device, long epoch, Instant before) implements Authorization {}

    /** Of an earlier enrolment: the device has enrolled again since, in epoch {@code current}. */
    record Superseded(DeviceId device, long epoch, long current) implements Authorization {}

    /** Neither revoked nor superseded, but past its end. It keeps the same one right. */
    record Expired(DeviceId device, long epoch, Instant notAfter) implements Authorization {}

    /** In the ledger for {@code device}, which is not the one the certificate was presented for. */
    record Foreign(DeviceId device) implements Authorization {}
}
