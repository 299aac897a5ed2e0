package io.kubemdm.protocol.message;

import java.time.Instant;
import java.util.Objects;

/** A device got a new certificate within its enrolment; {@code spki} as in {@link DeviceEnrolled}. */
public record CertificateRenewed(String fingerprint, Instant notAfter, String spki) implements Report {
    public CertificateRenewed {
        Objects.requireNonNull(fingerprint, "fingerprint");
        Objects.requireNonNull(notAfter, "notAfter");
        Objects.requireNonNull(spki, "spki");
    }
}
