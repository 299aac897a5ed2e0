package io.kubemdm.gateway.enroll;

import io.kubemdm.crds.Approval;
import io.kubemdm.crds.Condition;
import io.kubemdm.crds.Ownership;
import io.kubemdm.crds.enrollmenttoken.EnrollmentToken;
import io.kubemdm.crds.enrollmenttoken.EnrollmentTokenSpec;
import io.kubemdm.crds.enrollmenttoken.EnrollmentTokenStatus;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a token's status says of it. Pure; the same token at the same time gives the same status. */
final class TokenStatus {

    static final String READY = "Ready";
    static final String EXHAUSTED = "Exhausted";
    static final String EXPIRED = "Expired";

    /** Replicas' clocks differ: what one called expired, another takes back only when it is this far from it. */
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(1);

    private static final EnrollmentTokenStatus UNUSED = new EnrollmentTokenStatus(null, 0, null, List.of());

    private TokenStatus() {}

    /** Devices that enrolled with it, as its status says. */
    static int uses(EnrollmentToken token) {
        return token.getStatus() == null ? 0 : token.getStatus().uses();
    }

    /** The status that is due when nothing is used. */
    static EnrollmentTokenStatus due(EnrollmentToken token, Instant now) {
        EnrollmentTokenStatus before = before(token);
        return due(token, before.uses(), before.lastUsedAt(), now);
    }

    /** The status that is due once the token is used. */
    static EnrollmentTokenStatus used(EnrollmentToken token, int uses, Instant last, Instant now) {
        return due(token, uses, time(last), now);
    }

    private static EnrollmentTokenStatus due(
            EnrollmentToken token, int uses, @Nullable String lastUsedAt, Instant now) {
        EnrollmentTokenSpec spec = token.getSpec();
        Conditions conditions =
                new Conditions(before(token).conditions(), token.getMetadata().getGeneration(), now);
        Integer max = spec.maxUses();
        boolean exhausted = max != null && uses >= max;
        boolean expired = expired(spec, conditions.held(EXPIRED) ? now.plus(CLOCKS_DIFFER) : now);
        return new EnrollmentTokenStatus(
                token.getMetadata().getGeneration(),
                uses,
                lastUsedAt,
                List.of(
                        ready(spec, exhausted, expired, conditions),
                        exhausted
                                ? conditions.of(EXHAUSTED, true, "UsedUp", "spec.maxUses devices enrolled with it")
                                : conditions.of(
                                        EXHAUSTED,
                                        false,
                                        max == null ? "Unlimited" : "UsesLeft",
                                        max == null ? "any number of devices may enrol" : "more devices may enrol"),
                        expired
                                ? conditions.of(EXPIRED, true, "TimePassed", "spec.expiresAt has passed")
                                : conditions.of(EXPIRED, false, "TimeLeft", "spec.expiresAt is still to come")));
    }

    /** What ends a token for good comes before what a person may take back. */
    private static Condition ready(
            EnrollmentTokenSpec spec, boolean exhausted, boolean expired, Conditions conditions) {
        if (expired) {
            return conditions.of(READY, false, "Expired", "it has expired (spec.expiresAt): create a new token");
        }
        if (exhausted) {
            return conditions.of(READY, false, "Exhausted", "it is used up (spec.maxUses): create a new token");
        }
        if (spec.suspended()) {
            return conditions.of(READY, false, "Suspended", "it is suspended: set spec.suspended to false to go on");
        }
        if (spec.approval() == Approval.Unrecognised || spec.ownership() == Ownership.Unrecognised) {
            return conditions.of(
                    READY,
                    false,
                    "NotSupported",
                    "this version does not know its spec.approval or spec.ownership: upgrade the enrolment service");
        }
        return conditions.of(READY, true, "Open", "it lets devices in");
    }

    /** Whether {@code spec.expiresAt} has passed; an unreadable one lets nobody in, so it has. */
    static boolean expired(EnrollmentTokenSpec spec, Instant now) {
        try {
            return !now.isBefore(OffsetDateTime.parse(spec.expiresAt()).toInstant());
        } catch (DateTimeException e) {
            return true;
        }
    }

    private static EnrollmentTokenStatus before(EnrollmentToken token) {
        return token.getStatus() == null ? UNUSED : token.getStatus();
    }

    private static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** Conditions over the former ones: the time moves only with the status value. */
    private record Conditions(
            List<Condition> before, @Nullable Long generation, Instant now) {

        boolean held(String type) {
            return before.stream().anyMatch(c -> c.type().equals(type) && c.status() == Condition.Status.True);
        }

        Condition of(String type, boolean holds, String reason, String message) {
            Condition.Status status = holds ? Condition.Status.True : Condition.Status.False;
            String since = before.stream()
                    .filter(c -> c.type().equals(type) && c.status() == status)
                    .map(Condition::lastTransitionTime)
                    .findFirst()
                    .orElseGet(() -> time(now));
            return new Condition(type, status, generation, since, reason, message);
        }
    }
}
