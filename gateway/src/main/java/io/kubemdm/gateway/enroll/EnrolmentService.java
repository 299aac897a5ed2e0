package io.kubemdm.gateway.enroll;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.kubemdm.bus.DeadLetter;
import io.kubemdm.bus.KafkaAccess;
import io.kubemdm.bus.Principal;
import io.kubemdm.gateway.GatewayConfig;
import io.kubemdm.gateway.Readiness;
import io.kubemdm.gateway.TrustFiles;
import io.kubemdm.gateway.ledger.CertificateLedger;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts of enrolment put together. Kafka and Kubernetes may be away at start; readiness says so. */
public final class EnrolmentService implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EnrolmentService.class);
    private static final long RELOAD_MILLIS = 30_000;
    private static final int WAITING_REQUESTS = 1_000;
    private static final int KUBERNETES_CALLS = 4;
    private static final Duration LONGEST_GRACE = Duration.ofDays(365);

    /** What the process lends. */
    record Surroundings(
            Vertx vertx,
            KubernetesClient kubernetes,
            InstantSource clock,
            Readiness readiness,
            Consumer<DeadLetter> deadLetters,
            EstRoutes.Meter meter,
            Runnable fenced) {}

    private final GatewayConfig config;
    private final AtomicReference<SigningKeys> keys;
    private final TokenCache tokens;
    private final TokenUses uses;
    private final TokenStatuses statuses;
    private final CertificateLedger ledger;
    private final LedgerWriter writer;
    private final ExecutorService workers;
    private final ExecutorService kubernetesCalls;
    private final EstServer server;
    private final Vertx vertx;
    private final long reloading;
    private List<FileTime> seen;

    private EnrolmentService(GatewayConfig config, Surroundings surroundings) {
        this.config = config;
        GatewayConfig.Enroll enroll = config.enroll();
        Duration grace = enroll.renewalGrace();
        if (grace.isNegative() || grace.compareTo(LONGEST_GRACE) > 0) {
            throw new IllegalStateException("kubemdm.enroll.renewal-grace is " + grace + ": choose 0 to 365 days");
        }
        this.seen = modified();
        this.keys = new AtomicReference<>(SigningKeys.read(config));
        KafkaAccess kafka = config.kafka().access();
        this.kubernetesCalls = pool("kubernetes-", KUBERNETES_CALLS, WAITING_REQUESTS);
        this.tokens = new TokenCache(surroundings.kubernetes(), kubernetesCalls);
        TokenUses.Store store = new KubernetesTokens(surroundings.kubernetes());
        this.uses = new TokenUses(store, surroundings.clock());
        this.statuses = new TokenStatuses(tokens::all, store, surroundings.clock());
        this.ledger = CertificateLedger.open(
                kafka,
                TrustFiles.read(config.trust()),
                Principal.ENROLL.user(),
                surroundings.clock(),
                surroundings.deadLetters());
        this.writer =
                new LedgerWriter(kafka, Principal.ENROLL.prefix() + "-" + config.replica(), surroundings.fenced());
        this.workers = pool("enrol-", Math.max(2, Runtime.getRuntime().availableProcessors()), WAITING_REQUESTS);
        Enrolments enrolments = new Enrolments(new Enrolments.Parts(
                tokens,
                uses,
                new Approvals(surroundings.kubernetes(), enroll.certificateLifetime()),
                ledger,
                writer,
                keys::get,
                kubernetesCalls,
                surroundings.clock(),
                grace,
                "/enroll/" + config.replica()));
        EstRoutes est = new EstRoutes(surroundings.vertx(), enrolments, keys::get, workers, surroundings.meter());
        CrlRoute crl = new CrlRoute(
                surroundings.vertx(),
                new RevocationList(ledger::voided, () -> keys.get().issuer(), surroundings.clock()),
                () -> ledger.caughtUp().isDone(),
                workers,
                surroundings.meter());
        this.server = EstServer.start(
                surroundings.vertx(), config, keys.get().issuer().authority(), request -> {
                    if (CrlRoute.takes(request)) {
                        crl.handle(request);
                    } else {
                        est.handle(request);
                    }
                });
        this.vertx = surroundings.vertx();
        this.reloading = vertx.setPeriodic(RELOAD_MILLIS, tick -> workers.execute(this::reload));
        statuses.start();
        surroundings.readiness().require("enroll-tokens", tokens::notReadyBecause);
        surroundings.readiness().require("enroll-ledger-writer", writer::notReadyBecause);
        surroundings
                .readiness()
                .require(
                        "enroll-ledger",
                        () -> ledger.caughtUp().isDone() ? null : "reading the ledger: waiting for its end");
    }

    /**
     * Starts everything.
     *
     * @throws IllegalStateException when a mounted file, a key or the port is unusable; the message names it
     */
    static EnrolmentService start(GatewayConfig config, Surroundings surroundings) {
        return new EnrolmentService(config, surroundings);
    }

    /** EST's port. */
    int port() {
        return server.port();
    }

    @Override
    public void close() {
        vertx.cancelTimer(reloading);
        server.close();
        workers.shutdown();
        kubernetesCalls.shutdown();
        writer.close();
        uses.close();
        statuses.close();
        tokens.close();
        ledger.close();
    }

    private synchronized void reload() {
        List<FileTime> now = modified();
        if (now.equals(seen)) {
            return;
        }
        seen = now;
        try {
            keys.set(SigningKeys.read(config));
            server.reloadKey();
            LOG.info("keys reloaded role=enroll");
        } catch (IllegalStateException e) {
            LOG.error("keys not reloaded, the old ones stay error={}", e.getMessage());
        }
    }

    private List<FileTime> modified() {
        GatewayConfig.Enroll enroll = config.enroll();
        return List.of(
                        config.tls().certificate(),
                        config.tls().key(),
                        config.trust().root(),
                        config.trust().orders(),
                        enroll.issuingCertificate(),
                        enroll.issuingKey(),
                        enroll.ledgerCertificate(),
                        enroll.ledgerKey())
                .stream()
                .map(EnrolmentService::modified)
                .toList();
    }

    private static FileTime modified(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return FileTime.fromMillis(0);
        }
    }

    private static ExecutorService pool(String name, int threads, int waiting) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads,
                threads,
                30,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(waiting),
                Thread.ofPlatform().name(name, 0).daemon().factory());
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
