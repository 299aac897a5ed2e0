package io.kubemdm.protocol.message;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A device has been given its first certificate of an enrolment. The report's {@code epoch} is the new one.
 *
 * @param spki base64 of the identity key's SubjectPublicKeyInfo, by which receipts are checked
 * @param platform as in the Device API
 * @param ownership {@code Corporate} or {@code Personal}
 * @param labels from the token, for the Device to be created
 * @param token name of the EnrollmentToken
 */
public record DeviceEnrolled(
        String fingerprint,
        Instant notAfter,
        String spki,
        String platform,
        String ownership,
        Map<String, String> labels,
        String token,
        @Nullable String serialNumber,
        @Nullable String model,
        @Nullable String vendor)
        implements Report {
    public DeviceEnrolled {
        Objects.requireNonNull(fingerprint, "fingerprint");
        Objects.requireNonNull(notAfter, "notAfter");
        Objects.requireNonNull(spki, "spki");
        Objects.requireNonNull(platform, "platform");
        Objects.requireNonNull(ownership, "ownership");
        Objects.requireNonNull(labels, "labels");
        Objects.requireNonNull(token, "token");
    }
}
