package io.kubemdm.gateway.access;

import io.kubemdm.gateway.ledger.Authorization;
import io.kubemdm.protocol.state.Compliance;
import io.kubemdm.protocol.state.ComplianceState;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a device gets a token for an audience now. Whatever is not known is a refusal. Order: who it is, whether verdicts
 * are of now, whether people or the engine keep it away, whether it keeps the rules.
 */
final class AccessDecision {

    /** A verdict older than this is none: the engine writes every five seconds. */
    static final Duration MAX_AGE = Duration.ofSeconds(30);

    /** Clocks of one region may differ by this much; beyond it, age cannot be told. */
    static final Duration MAX_SKEW = Duration.ofSeconds(5);

    /** No token lives longer, whatever a bundle says. */
    static final Duration MAX_LIFE = Duration.ofMinutes(5);

    /**
     * All that matters.
     *
     * @param audience who the token is for
     * @param authorization the ledger's word on the certificate of this connection
     * @param standing what is known of the device, null for nothing
     * @param judgedThrough when everything that the device's partition held had been judged and read here; null when unknown
     */
    record Question(
            String audience,
            Authorization authorization,
            @Nullable Standing standing,
            @Nullable Instant judgedThrough) {}

    /** The answer. */
    sealed interface Answer {}

    /**
     * It does.
     *
     * @param life of the token, 1 to 300 s
     */
    record Granted(Compliance.Grant grant, ComplianceState state, Duration life) implements Answer {}

    /**
     * It does not.
     *
     * @param because for people, without a full stop
     * @param rules that are not kept, as {@code line/rule}
     */
    record Refused(Refusal refusal, String because, List<String> rules) implements Answer {
        Refused(Refusal refusal, String because) {
            this(refusal, because, List.of());
        }
    }

    private AccessDecision() {}

    /** Decides. */
    static Answer decide(Question question, Instant now) {
        if (!(question.authorization() instanceof Authorization.Listed listed)) {
            return certificate(question.authorization());
        }
        Standing standing = question.standing();
        if (standing == null || standing.epoch() != listed.epoch()) {
            return new Refused(Refusal.NotKnown, "nothing is known of this enrolment of the device yet: try again");
        }
        Refused late = freshness(question.judgedThrough(), now);
        if (late != null) {
            return late;
        }
        Refused kept = keptAway(standing, now);
        if (kept != null) {
            return kept;
        }
        if (standing.compliance() == null) {
            return new Refused(
                    Refusal.NotJudged, "the device has not been judged yet: it will be at its next heartbeat");
        }
        return verdict(question.audience(), standing.compliance(), Duration.between(now, listed.notAfter()));
    }

    private static Refused certificate(Authorization authorization) {
        return switch (authorization) {
            case Authorization.Unlisted unlisted ->
                new Refused(Refusal.CertificateUnlisted, "the certificate is not in the ledger: enrol the device");
            case Authorization.Revoked revoked ->
                new Refused(
                        Refusal.CertificateRevoked, "certificates issued before " + revoked.before() + " are revoked");
            case Authorization.Superseded superseded ->
                new Refused(
                        Refusal.CertificateSuperseded,
                        "the certificate is of enrolment " + superseded.epoch() + ", the device is in "
                                + superseded.current());
            case Authorization.Expired expired ->
                new Refused(Refusal.CertificateExpired, "the certificate ended at " + expired.notAfter());
            case Authorization.Foreign foreign ->
                new Refused(Refusal.CertificateForeign, "the certificate was issued to another device");
            case Authorization.Listed listed -> throw new IllegalStateException("a listed certificate is no refusal");
        };
    }

    private static @Nullable Refused freshness(@Nullable Instant judgedThrough, Instant now) {
        if (judgedThrough == null) {
            return new Refused(Refusal.EngineBehind, "it is not known yet how far devices are judged: try again");
        }
        if (judgedThrough.isAfter(now.plus(MAX_SKEW))) {
            return new Refused(
                    Refusal.ClockBehind,
                    "this server's clock is behind the broker's by more than " + MAX_SKEW.toSeconds() + " s");
        }
        return judgedThrough.plus(MAX_AGE).isBefore(now)
                ? new Refused(
                        Refusal.EngineBehind,
                        "devices are judged only through " + judgedThrough + ", over " + MAX_AGE.toSeconds()
                                + " s ago: try again")
                : null;
    }

    private static @Nullable Refused keptAway(Standing standing, Instant now) {
        if (standing.conflict() != null) {
            return new Refused(Refusal.Conflict, "two holders of this identity are suspected: " + standing.conflict());
        }
        if ("Lost".equals(standing.lifecycle())) {
            return new Refused(Refusal.Lost, "the device is declared Lost");
        }
        if ("Retired".equals(standing.lifecycle())) {
            return new Refused(Refusal.Retired, "the device is declared Retired");
        }
        if (standing.wiping()) {
            return new Refused(Refusal.Wiping, "a wipe of the device is under way");
        }
        Standing.Confined confined = standing.confined();
        if (confined != null && (confined.until() == null || now.isBefore(confined.until()))) {
            return new Refused(Refusal.QuarantinedByPerson, "a person quarantined the device: " + confined.reason());
        }
        Compliance compliance = standing.compliance();
        if (compliance != null && compliance.quarantine() != null) {
            return new Refused(
                    Refusal.Quarantined,
                    "the device is quarantined: " + compliance.quarantine().reason(),
                    BrokenRules.of(compliance, ComplianceState.InGracePeriod).names());
        }
        return standing.online() ? null : new Refused(Refusal.NotConnected, "the device is not connected to a gateway");
    }

    private static Answer verdict(String audience, Compliance compliance, Duration certificateLeft) {
        Compliance.Grant grant = compliance.access().get(audience);
        if (grant == null) {
            return new Refused(Refusal.NoGrant, "no policy in force on the device offers this audience");
        }
        BrokenRules broken = BrokenRules.of(compliance, grant.requires());
        if (compliance.accessDenied()) {
            return new Refused(Refusal.AccessDenied, "DenyAccess has fired" + colon(broken.sentence()), broken.names());
        }
        if (!BrokenRules.satisfies(compliance.state(), grant.requires())) {
            return new Refused(
                    Refusal.NotCompliant,
                    "the device is " + compliance.state() + " and policy " + grant.policy() + " requires "
                            + grant.requires() + colon(broken.sentence()),
                    broken.names());
        }
        Duration life = shortest(MAX_LIFE, shortest(Duration.ofSeconds(grant.maxTtlSeconds()), certificateLeft))
                .truncatedTo(ChronoUnit.SECONDS);
        return life.isPositive()
                ? new Granted(grant, compliance.state(), life)
                : new Refused(Refusal.CertificateExpired, "the certificate ends within a second");
    }

    private static Duration shortest(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    private static String colon(String sentence) {
        return sentence.isEmpty() ? "" : ": " + sentence;
    }
}
