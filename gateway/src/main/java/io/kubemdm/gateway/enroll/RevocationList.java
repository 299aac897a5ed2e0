package io.kubemdm.gateway.enroll;

import io.kubemdm.gateway.ledger.VoidCertificate;
import java.security.cert.CRLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The issuing CA's revocation list, for whoever verifies device certificates without asking the gateway. Signed anew at
 * most every {@link #FRESH}, and only when asked for. A certificate leaves it at its end, so it holds what became void
 * within the longest life of a certificate. Safe for several threads.
 */
final class RevocationList {

    /** How long a list is handed out. */
    static final Duration FRESH = Duration.ofSeconds(10);

    /** How long a list is good for whoever fetched it: its nextUpdate. */
    static final Duration GOOD = Duration.ofHours(1);

    /** Most entries; some 4 MB. A list that leaves some out would be a lie, so beyond it there is none. */
    static final int MAX_ENTRIES = 100_000;

    private static final Logger LOG = LoggerFactory.getLogger(RevocationList.class);

    private final Supplier<List<VoidCertificate>> voided;
    private final Supplier<Issuer> issuer;
    private final InstantSource clock;
    private @Nullable Issuer signedBy;
    private Instant signedAt = Instant.MIN;
    private byte @Nullable [] signed;

    RevocationList(Supplier<List<VoidCertificate>> voided, Supplier<Issuer> issuer, InstantSource clock) {
        this.voided = voided;
        this.issuer = issuer;
        this.clock = clock;
    }

    /** DER, null when there would be more than {@link #MAX_ENTRIES} entries. */
    synchronized byte @Nullable [] der() {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Issuer by = issuer.get();
        if (signedBy != by || !now.isBefore(signedAt.plus(FRESH))) {
            signed = sign(by, now);
            signedBy = by;
            signedAt = now;
        }
        return signed;
    }

    private byte @Nullable [] sign(Issuer by, Instant now) {
        List<VoidCertificate> all = voided.get();
        if (all.size() > MAX_ENTRIES) {
            LOG.error("no revocation list: too many entries entries={} limit={}", all.size(), MAX_ENTRIES);
            return null;
        }
        try {
            return by.revocationList(all, now, now.plus(GOOD)).getEncoded();
        } catch (CRLException e) {
            throw new IllegalStateException("a signed revocation list without encoding", e);
        }
    }
}
