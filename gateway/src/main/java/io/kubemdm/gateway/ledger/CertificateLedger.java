package io.kubemdm.gateway.ledger;

import io.kubemdm.bus.CompactedTopic;
import io.kubemdm.bus.DeadLetter;
import io.kubemdm.bus.KafkaAccess;
import io.kubemdm.bus.Topic;
import io.kubemdm.protocol.bundle.Digest;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.ledger.LedgerEntry;
import io.kubemdm.protocol.ledger.Revocation;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.KeyUse;
import io.kubemdm.protocol.trust.SignatureRefused;
import io.kubemdm.protocol.trust.TrustBundle;
import io.kubemdm.protocol.trust.Verifier;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The issuance ledger in memory: {@code mdm.certificates} and {@code mdm.revocations} from the start, then for ever. Every
 * method may be called from any thread and answers from memory. About 200 bytes per certificate and as much per device.
 */
public final class CertificateLedger implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CertificateLedger.class);
    private static final int MAX_WAITING = 20_000;

    private final Verifier ledgerKeys;
    private final Verifier orderKeys;
    private final String reader;
    private final InstantSource clock;
    private final Consumer<DeadLetter> deadLetters;
    private final Map<Fingerprint, Held> held = new ConcurrentHashMap<>();
    private final Map<DeviceId, Holder> holders = new ConcurrentHashMap<>();
    private final Map<String, Integer> fleets = new ConcurrentHashMap<>();
    private final Map<Fingerprint, CompletableFuture<Void>> awaited = new ConcurrentHashMap<>();
    private final List<Consumer<DeviceId>> listeners = new CopyOnWriteArrayList<>();
    private final AtomicLong revision = new AtomicLong();
    private volatile @Nullable CompactedTopic topics;

    CertificateLedger(TrustBundle trust, String reader, InstantSource clock, Consumer<DeadLetter> deadLetters) {
        this.ledgerKeys = trust.verifier(KeyUse.LEDGER, clock.instant());
        this.orderKeys = trust.verifier(KeyUse.ORDERS, clock.instant());
        this.reader = reader;
        this.clock = clock;
        this.deadLetters = deadLetters;
    }

    /**
     * Starts reading. Kafka being away is waited out.
     *
     * @param trust root, ledger and order certificates
     * @param reader Kafka client id, the principal's user by convention
     * @param deadLetters takes what could not be believed; called on the reader's thread, must not block
     */
    public static CertificateLedger open(
            KafkaAccess kafka,
            TrustBundle trust,
            String reader,
            InstantSource clock,
            Consumer<DeadLetter> deadLetters) {
        CertificateLedger ledger = new CertificateLedger(trust, reader, clock, deadLetters);
        ledger.topics = CompactedTopic.read(
                kafka, reader + "-ledger", List.of(Topic.CERTIFICATES, Topic.REVOCATIONS), ledger::accept);
        return ledger;
    }

    /** Completes once everything committed before {@link #open} is known. Authorise nobody earlier. */
    public CompletableFuture<Void> caughtUp() {
        CompactedTopic current = topics;
        return current == null ? CompletableFuture.completedFuture(null) : current.caughtUp();
    }

    /**
     * Completes once every certificate and revocation that anybody had written by now is known. Completes exceptionally when
     * Kafka does not answer; ask again then.
     */
    public CompletableFuture<Void> written() {
        CompactedTopic current = topics;
        return current == null
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.allOf(current.written(Topic.CERTIFICATES), current.written(Topic.REVOCATIONS));
    }

    /**
     * What the ledger says of a certificate now.
     *
     * @param fingerprint {@code sha256:…} of the DER certificate
     * @param device the one the certificate names
     */
    public Authorization authorize(String fingerprint, DeviceId device) {
        Held found = Digest.isDigest(fingerprint) ? held.get(Fingerprint.of(fingerprint)) : null;
        if (found == null) {
            return new Authorization.Unlisted();
        }
        Holder holder = found.holder();
        if (!holder.device().equals(device)) {
            return new Authorization.Foreign(holder.device());
        }
        long current = holder.epoch();
        if (found.epoch() < current) {
            return new Authorization.Superseded(device, found.epoch(), current);
        }
        long before = holder.revokedBeforeMillis();
        if (found.issuedAtMillis() < before) {
            return new Authorization.Revoked(device, found.epoch(), Instant.ofEpochMilli(before));
        }
        Instant notAfter = Instant.ofEpochMilli(found.notAfterMillis());
        return clock.instant().isAfter(notAfter)
                ? new Authorization.Expired(device, found.epoch(), notAfter)
                : new Authorization.Listed(
                        device, found.epoch(), Instant.ofEpochMilli(found.issuedAtMillis()), notAfter);
    }

    /**
     * As {@link #authorize}, but gives a certificate that is not listed yet some time to appear: a device may connect
     * before its ledger record has reached us. Never completes exceptionally.
     */
    public CompletableFuture<Authorization> whenListed(String fingerprint, DeviceId device, Duration atMost) {
        Authorization now = authorize(fingerprint, device);
        if (!(now instanceof Authorization.Unlisted)
                || !Digest.isDigest(fingerprint)
                || awaited.size() >= MAX_WAITING) {
            return CompletableFuture.completedFuture(now);
        }
        Fingerprint key = Fingerprint.of(fingerprint);
        CompletableFuture<Void> arrival = awaited.computeIfAbsent(key, each -> new CompletableFuture<>());
        if (held.containsKey(key)) {
            arrival.complete(null);
        }
        return arrival.copy()
                .completeOnTimeout(null, atMost.toMillis(), TimeUnit.MILLISECONDS)
                .thenApply(done -> {
                    awaited.remove(key, arrival);
                    return authorize(fingerprint, device);
                });
    }

    /** The device's current enrolment, 0 when it never enrolled. */
    public long highestEpoch(DeviceId device) {
        Holder holder = holders.get(device);
        return holder == null ? 0 : holder.epoch();
    }

    /** How many devices of a namespace hold or held a certificate; it never falls while this process runs. */
    public int devices(String namespace) {
        return fleets.getOrDefault(namespace, 0);
    }

    /** Certificates that are void before their end, in no order; those whose serial number was never written are missing. */
    public List<VoidCertificate> voided() {
        long now = clock.millis();
        List<VoidCertificate> voided = new ArrayList<>();
        held.forEach((fingerprint, each) -> {
            VoidCertificate found = each.notAfterMillis() > now ? each.voided() : null;
            if (found != null) {
                voided.add(found);
            }
        });
        return voided;
    }

    /**
     * A number that is another whenever a record was taken. Read before {@link #authorize}, it tells later whether the answer
     * can have changed other than by time.
     */
    public long revision() {
        return revision.get();
    }

    /** How many certificates are known. */
    public int size() {
        return held.size();
    }

    /**
     * Calls {@code listener} after a device may have lost rights: it was revoked, or has enrolled again. Ask
     * {@link #authorize} anew for its sessions. On the reader's thread: must not block.
     */
    public void onLoss(Consumer<DeviceId> listener) {
        listeners.add(listener);
    }

    @Override
    public void close() {
        CompactedTopic current = topics;
        if (current != null) {
            current.close();
        }
    }

    /** Takes one record; one that is not to be believed changes nothing and becomes a dead letter. */
    void accept(CompactedTopic.Entry entry) {
        try {
            if (entry.topic() == Topic.REVOCATIONS) {
                revocation(entry);
            } else {
                certificate(entry);
            }
        } catch (SignatureRefused | IllegalArgumentException e) {
            LOG.error(
                    "ledger record refused topic={} partition={} offset={} reason={}",
                    entry.topic().topicName(),
                    entry.partition(),
                    entry.offset(),
                    e.getMessage());
            deadLetters.accept(new DeadLetter(
                    entry.topic().topicName(),
                    entry.partition(),
                    entry.offset(),
                    reader,
                    String.valueOf(e.getMessage()),
                    entry.key(),
                    entry.value()));
        } finally {
            revision.incrementAndGet();
        }
    }

    private void certificate(CompactedTopic.Entry entry) {
        if (!Digest.isDigest(entry.key())) {
            throw new IllegalArgumentException("the key is not a fingerprint");
        }
        Fingerprint fingerprint = Fingerprint.of(entry.key());
        byte[] value = entry.value();
        if (value == null) {
            held.remove(fingerprint);
            return;
        }
        LedgerEntry issued = ledgerKeys
                .verify(JwsType.LEDGER, new String(value, StandardCharsets.US_ASCII), LedgerEntry.class)
                .payload();
        if (!issued.fingerprint().equals(entry.key())) {
            throw new IllegalArgumentException("signed for another fingerprint than the record's key");
        }
        Holder holder = holders.computeIfAbsent(issued.device(), Holder::new);
        if (!holder.isEnrolled()) {
            fleets.merge(issued.device().namespace(), 1, Integer::sum);
        }
        boolean superseded = holder.enrolled(issued.epoch(), issued.issuedAt().toEpochMilli());
        held.put(
                fingerprint,
                new Held(
                        holder,
                        issued.epoch(),
                        issued.issuedAt().toEpochMilli(),
                        issued.notAfter().toEpochMilli(),
                        issued.serial() == null ? null : new BigInteger(issued.serial())));
        CompletableFuture<Void> arrival = awaited.remove(fingerprint);
        if (arrival != null) {
            arrival.complete(null);
        }
        if (superseded) {
            tell(holder.device());
        }
    }

    private void revocation(CompactedTopic.Entry entry) {
        byte[] value = entry.value();
        if (value == null) {
            // A tombstone gives nothing back: what was revoked stays so until this process ends.
            return;
        }
        Revocation revocation = orderKeys
                .verify(JwsType.REVOCATION, new String(value, StandardCharsets.US_ASCII), Revocation.class)
                .payload();
        if (!revocation.device().toString().equals(entry.key())) {
            throw new IllegalArgumentException("signed for another device than the record's key");
        }
        Holder holder = holders.computeIfAbsent(revocation.device(), Holder::new);
        if (holder.revoked(revocation.before().toEpochMilli())) {
            tell(holder.device());
        }
    }

    private void tell(DeviceId device) {
        for (Consumer<DeviceId> listener : listeners) {
            listener.accept(device);
        }
    }
}
