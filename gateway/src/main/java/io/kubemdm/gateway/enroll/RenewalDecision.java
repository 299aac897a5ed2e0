package io.kubemdm.gateway.enroll;

import io.kubemdm.gateway.ledger.Authorization;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Whether a certificate may be exchanged for a new one. Pure. */
final class RenewalDecision {

    private static final String ENROL = ": enrol again with a token";

    private RenewalDecision() {}

    /**
     * Current or, within the grace, expired; never revoked.
     *
     * @param grace how long after its end a certificate may renew itself
     * @return null when it may
     */
    static @Nullable Refusal decide(Authorization certificate, Duration grace, Instant now) {
        return switch (certificate) {
            case Authorization.Listed listed -> null;
            case Authorization.Expired expired
            when !now.isAfter(expired.notAfter().plus(grace)) -> null;
            case Authorization.Expired expired ->
                Refusal.forbidden("the certificate expired at " + expired.notAfter() + ", more than " + grace.toDays()
                        + " days ago" + ENROL);
            case Authorization.Revoked revoked ->
                Refusal.forbidden("the certificate is revoked: what device " + revoked.device() + " was given before "
                        + revoked.before() + " is void" + ENROL);
            case Authorization.Superseded superseded ->
                Refusal.forbidden("device " + superseded.device()
                        + " has enrolled again since: use the certificate of its latest enrolment");
            case Authorization.Unlisted unlisted -> Refusal.forbidden("the certificate is not in the ledger" + ENROL);
            case Authorization.Foreign foreign ->
                Refusal.forbidden("the certificate was issued to another device" + ENROL);
        };
    }
}
