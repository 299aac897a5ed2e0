package io.kubemdm.gateway.enroll;

import io.kubemdm.crds.Approval;
import io.kubemdm.crds.Ownership;
import io.kubemdm.crds.enrollmenttoken.EnrollmentTokenSpec;
import io.kubemdm.protocol.bundle.Digest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Whether a token lets a device in. Pure. */
final class TokenDecision {

    /** One answer for an unknown name and a wrong secret, so that names cannot be guessed. */
    static final Refusal UNKNOWN =
            Refusal.unauthorized("unknown token or wrong secret: check user namespace/token and the secret");

    private TokenDecision() {}

    /**
     * The secret first: whoever does not know it learns nothing else of the token. Compared in constant time.
     *
     * @param spec null when there is no such token
     * @return null when it is the token's
     */
    static @Nullable Refusal checkSecret(@Nullable EnrollmentTokenSpec spec, String secret) {
        byte[] offered = Digest.of(secret.getBytes(StandardCharsets.UTF_8)).getBytes(StandardCharsets.US_ASCII);
        byte[] wanted = (spec == null ? "" : spec.secretHash()).getBytes(StandardCharsets.US_ASCII);
        return MessageDigest.isEqual(offered, wanted) ? null : UNKNOWN;
    }

    /**
     * Everything the token's spec says; whether uses are left is decided where they are claimed.
     *
     * @param name {@code namespace/token}, for the message
     * @return null when the device may enrol
     */
    static @Nullable Refusal decide(String name, EnrollmentTokenSpec spec, DeviceClaims claims, Instant now) {
        if (spec.suspended()) {
            return Refusal.forbidden(
                    "token " + name + " is suspended: set spec.suspended to false, or use another token");
        }
        Refusal expired = expired(name, spec, now);
        if (expired != null) {
            return expired;
        }
        if (spec.approval() == Approval.Unrecognised || spec.ownership() == Ownership.Unrecognised) {
            return Refusal.forbidden(
                    "token " + name
                            + " has a spec.approval or spec.ownership this version does not know: upgrade the enrolment service");
        }
        if (!spec.platforms().isEmpty() && !spec.platforms().contains(claims.platform())) {
            return Refusal.forbidden("token " + name + " is not for platform " + claims.platform()
                    + " (spec.platforms): use a token that lists it; the header " + DeviceClaims.PLATFORM
                    + " says what the device is");
        }
        if (!spec.serialNumbers().isEmpty()
                && (claims.serial() == null || !spec.serialNumbers().contains(claims.serial()))) {
            return Refusal.forbidden("token " + name + " does not list this serial number (spec.serialNumbers): "
                    + (claims.serial() == null
                            ? "send it in the header " + DeviceClaims.SERIAL
                            : "use a token that lists it"));
        }
        return null;
    }

    /** For a limited token with no use left. */
    static Refusal exhausted(String name, int maxUses) {
        return Refusal.forbidden("token " + name + " is used up (spec.maxUses " + maxUses + "): create a new token");
    }

    private static @Nullable Refusal expired(String name, EnrollmentTokenSpec spec, Instant now) {
        return TokenStatus.expired(spec, now)
                ? Refusal.forbidden(
                        "token " + name + " expired at " + spec.expiresAt() + " (spec.expiresAt): create a new token")
                : null;
    }
}
