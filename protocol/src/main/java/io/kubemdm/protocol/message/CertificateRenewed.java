package io.kubemdm.protocol.message;

import java.time.Instant;

/** A device got a new certificate within its enrolment; {@code spki} as in {@link DeviceEnrolled}. */
public record CertificateRenewed(String fingerprint, Instant notAfter, String spki) implements Report {}
