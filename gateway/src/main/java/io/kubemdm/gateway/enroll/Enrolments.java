package io.kubemdm.gateway.enroll;

import io.kubemdm.bus.EnvelopeBinding;
import io.kubemdm.bus.Topic;
import io.kubemdm.crds.Approval;
import io.kubemdm.crds.enrollmenttoken.EnrollmentTokenSpec;
import io.kubemdm.gateway.ledger.CertificateLedger;
import io.kubemdm.gateway.ledger.PresentedCertificate;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.device.DeviceName;
import io.kubemdm.protocol.ledger.LedgerEntry;
import io.kubemdm.protocol.message.CertificateRenewed;
import io.kubemdm.protocol.message.DeviceEnrolled;
import io.kubemdm.protocol.message.Envelope;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.message.Report;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives certificates: first the decision, then the claim of a use, then the signature, then ledger record and report in
 * one Kafka transaction, and only then the answer. So a crash may lose a use, never leave a certificate without record.
 */
final class Enrolments {

    private static final Logger LOG = LoggerFactory.getLogger(Enrolments.class);
    private static final Duration LEDGER_LAG = Duration.ofSeconds(2);
    private static final Duration READY_WITHIN = Duration.ofSeconds(5);
    private static final String NOT_AT_HAND = "the ledger is not at hand yet: try again";

    /** A first enrolment; {@code label} is EST's, if the path had one. */
    record Enrol(
            @Nullable String label,
            Credentials credentials,
            DeviceClaims claims,
            CertificationRequest request,
            @Nullable String traceparent) {}

    /** A renewal or re-key by the holder of {@code current}, which TLS has proven. */
    record Renew(
            @Nullable String label,
            X509Certificate current,
            CertificationRequest request,
            @Nullable String traceparent) {}

    /** What it works with. */
    record Parts(
            TokenCache tokens,
            TokenUses uses,
            Approvals approvals,
            CertificateLedger ledger,
            LedgerWriter writer,
            Supplier<SigningKeys> keys,
            Executor kubernetesCalls,
            InstantSource clock,
            Duration renewalGrace,
            String source) {}

    private record Granted(
            DeviceId device,
            long epoch,
            CertificationRequest request,
            @Nullable String traceparent) {}

    private final Parts parts;
    private final Epochs epochs;
    private final UnspentUses unspent = new UnspentUses();

    Enrolments(Parts parts) {
        this.parts = parts;
        this.epochs = new Epochs(parts.ledger()::highestEpoch);
    }

    /** Enrols. Never completes exceptionally. */
    CompletableFuture<EnrolmentAnswer> enrol(Enrol asked) {
        return parts.tokens()
                .find(asked.credentials().namespace(), asked.credentials().token())
                .thenCompose(token -> enrol(asked, token == null ? null : token.getSpec()))
                .exceptionally(Enrolments::unexpected);
    }

    private CompletableFuture<EnrolmentAnswer> enrol(Enrol asked, @Nullable EnrollmentTokenSpec spec) {
        Credentials credentials = asked.credentials();
        Refusal refusal = TokenDecision.checkSecret(spec, credentials.secret());
        if (refusal != null || spec == null) {
            return done(refusal == null ? TokenDecision.UNKNOWN : refusal);
        }
        DeviceId device = new DeviceId(
                credentials.namespace(), DeviceName.of(asked.request().key()));
        String name = credentials.namespace() + "/" + credentials.token();
        refusal = TokenDecision.decide(name, spec, asked.claims(), parts.clock().instant());
        refusal = refusal != null ? refusal : otherNamespace(asked.label(), device);
        if (refusal != null) {
            return done(refusal);
        }
        asked.request().requireNoOtherNameThan(device);
        return whenReady(() -> approved(asked, spec, device)
                .thenCompose(open -> open != null ? done(open) : claimAndIssue(asked, spec, device)));
    }

    /** Renews. Never completes exceptionally. */
    CompletableFuture<EnrolmentAnswer> renew(Renew asked) {
        PresentedCertificate current = PresentedCertificate.of(asked.current());
        if (current == null) {
            return done(Refusal.forbidden(
                    "the client certificate is not a device's of this installation: enrol with a token"));
        }
        Refusal refusal = otherNamespace(asked.label(), current.device());
        if (refusal != null) {
            return done(refusal);
        }
        asked.request().requireNoOtherNameThan(current.device());
        return whenReady(() -> renewListed(asked, current)).exceptionally(Enrolments::unexpected);
    }

    private CompletableFuture<EnrolmentAnswer> renewListed(Renew asked, PresentedCertificate current) {
        return parts.ledger()
                .whenListed(current.fingerprint(), current.device(), LEDGER_LAG)
                .thenCompose(standing -> {
                    Refusal refused = RenewalDecision.decide(
                            standing, parts.renewalGrace(), parts.clock().instant());
                    if (refused != null) {
                        return done(refused);
                    }
                    long epoch = parts.ledger().highestEpoch(current.device());
                    return issue(
                            new Granted(current.device(), epoch, asked.request(), asked.traceparent()),
                            (certificate, entry) ->
                                    new CertificateRenewed(entry.fingerprint(), entry.notAfter(), entry.spki()));
                });
    }

    private CompletableFuture<@Nullable EnrolmentAnswer> approved(
            Enrol asked, EnrollmentTokenSpec spec, DeviceId device) {
        if (spec.approval() != Approval.Manual) {
            return CompletableFuture.completedFuture(null);
        }
        Approvals.Wish wish = new Approvals.Wish(device, asked.credentials().token(), asked.claims(), asked.request());
        return CompletableFuture.supplyAsync(() -> parts.approvals().ask(wish), parts.kubernetesCalls());
    }

    private CompletableFuture<EnrolmentAnswer> claimAndIssue(Enrol asked, EnrollmentTokenSpec spec, DeviceId device) {
        String namespace = asked.credentials().namespace();
        String token = asked.credentials().token();
        boolean limited = spec.maxUses() != null;
        CompletableFuture<@Nullable Refusal> claimed = !limited || unspent.take(token, device)
                ? CompletableFuture.completedFuture(null)
                : parts.uses().claim(namespace, token);
        return claimed.thenCompose(refusal -> {
            if (refusal != null) {
                return done(refusal);
            }
            return issue(
                            new Granted(device, epochs.next(device), asked.request(), asked.traceparent()),
                            (certificate, entry) -> enrolled(asked, spec, entry))
                    .whenComplete((answer, failure) -> {
                        boolean issued = answer instanceof EnrolmentAnswer.Issued;
                        if (limited && !issued) {
                            unspent.keep(token, device);
                        } else if (!limited && issued) {
                            parts.uses().count(namespace, token);
                        }
                    });
        });
    }

    private static DeviceEnrolled enrolled(Enrol asked, EnrollmentTokenSpec spec, LedgerEntry entry) {
        return new DeviceEnrolled(
                entry.fingerprint(),
                entry.notAfter(),
                entry.spki(),
                asked.claims().platform().name(),
                spec.ownership().name(),
                spec.labels(),
                asked.credentials().token(),
                asked.claims().serial(),
                asked.claims().model(),
                asked.claims().vendor());
    }

    @FunctionalInterface
    private interface Reporting {
        Report of(X509Certificate certificate, LedgerEntry entry);
    }

    private CompletableFuture<EnrolmentAnswer> issue(Granted granted, Reporting reporting) {
        SigningKeys keys = parts.keys().get();
        // The ledger keeps milliseconds, and a revocation compares with exactly this moment.
        Instant now = parts.clock().instant().truncatedTo(ChronoUnit.MILLIS);
        X509Certificate certificate =
                keys.issuer().issue(granted.device(), granted.request().key(), now);
        LedgerEntry entry = new LedgerEntry(
                PresentedCertificate.fingerprint(certificate),
                granted.device(),
                granted.epoch(),
                now,
                certificate.getNotAfter().toInstant(),
                Base64.getEncoder().encodeToString(granted.request().key().getEncoded()),
                certificate.getSerialNumber().toString());
        Envelope<Report> report = new Envelope<>(
                UUID.randomUUID().toString(),
                parts.source(),
                granted.device(),
                now,
                granted.epoch(),
                MessageId.NONE,
                granted.traceparent(),
                reporting.of(certificate, entry));
        LedgerWriter.Fact fact = new LedgerWriter.Fact(
                LedgerRecord.signed(entry, keys.ledger()), EnvelopeBinding.toRecord(Topic.REPORTS.topicName(), report));
        return parts.writer().commit(fact).handle((done, failure) -> {
            if (failure != null) {
                LOG.warn(
                        "certificate not recorded, so not given device={} error={}",
                        granted.device(),
                        Causes.line(failure));
                return Refusal.unavailable("the ledger cannot be written now: try again");
            }
            LOG.info(
                    "certificate issued device={} epoch={} fingerprint={} notAfter={}",
                    granted.device(),
                    granted.epoch(),
                    entry.fingerprint(),
                    entry.notAfter());
            return new EnrolmentAnswer.Issued(certificate);
        });
    }

    /** Goes on once the ledger can be written, before a use is claimed: one that was claimed in vain is not given back. */
    private CompletableFuture<EnrolmentAnswer> whenReady(Supplier<CompletableFuture<EnrolmentAnswer>> then) {
        CompletableFuture<Void> ready =
                CompletableFuture.allOf(parts.writer().opened(), parts.ledger().caughtUp());
        if (ready.isDone()) {
            return then.get();
        }
        return ready.thenApply(done -> true)
                .completeOnTimeout(false, READY_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                .thenComposeAsync(
                        open -> open ? then.get() : done(Refusal.unavailable(NOT_AT_HAND)), parts.kubernetesCalls());
    }

    private static @Nullable Refusal otherNamespace(@Nullable String label, DeviceId device) {
        return label == null || label.equals(device.namespace())
                ? null
                : Refusal.forbidden("the path's label '" + label + "' is not the device's namespace "
                        + device.namespace() + ": leave the label out");
    }

    private static EnrolmentAnswer unexpected(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof Refused refused) {
            return refused.refusal();
        }
        if (cause instanceof RejectedExecutionException) {
            return Refusal.unavailable("too many requests at once: try again");
        }
        LOG.error("enrolment failed", cause);
        return new Refusal(500, "the enrolment failed for a reason of ours: see the service's log", null);
    }

    private static <T extends EnrolmentAnswer> CompletableFuture<EnrolmentAnswer> done(T answer) {
        return CompletableFuture.completedFuture(answer);
    }
}
