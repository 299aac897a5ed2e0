package io.kubemdm.gateway.channel;

import io.kubemdm.bus.KafkaAccess;
import io.kubemdm.gateway.DeadLetters;
import io.kubemdm.gateway.GatewayConfig;
import io.kubemdm.gateway.Readiness;
import io.kubemdm.gateway.Role;
import io.kubemdm.gateway.downlink.Downlink;
import io.kubemdm.gateway.downlink.DownlinkMeters;
import io.kubemdm.gateway.ledger.CertificateLedger;
import io.kubemdm.gateway.peer.DeviceLedger;
import io.kubemdm.gateway.peer.TlsEngine;
import io.kubemdm.gateway.peer.TlsMaterial;
import io.kubemdm.gateway.uplink.InFlightBudget;
import io.kubemdm.gateway.uplink.Uplink;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the role {@code channel} together. The port opens only once ledger, revocations and orders have been read to their
 * ends, so that neither a revoked device gets in nor a device is told it has no orders.
 */
@ApplicationScoped
public class ChannelRole {

    private static final Logger LOG = LoggerFactory.getLogger(ChannelRole.class);

    private final GatewayConfig config;
    private final Readiness readiness;
    private final DeadLetters deadLetters;
    private final DeviceLedger devices;
    private final Vertx vertx;
    private final MeterRegistry meters;
    private final Clock clock = Clock.systemUTC();

    /** What to close, last opened first. */
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    private @Nullable Drain drain;
    private volatile @Nullable String notReadyBecause = "starting";

    ChannelRole(
            GatewayConfig config,
            Readiness readiness,
            DeadLetters deadLetters,
            DeviceLedger devices,
            Vertx vertx,
            MeterRegistry meters) {
        this.config = config;
        this.readiness = readiness;
        this.deadLetters = deadLetters;
        this.devices = devices;
        this.vertx = vertx;
        this.meters = meters;
    }

    void start(@Observes StartupEvent event) {
        if (!config.roles().contains(Role.CHANNEL)) {
            return;
        }
        readiness.require("channel", () -> notReadyBecause);
        KafkaAccess kafka = config.kafka().access();
        TlsMaterial tls = TlsMaterial.read(config.tls(), config.trust(), clock);
        Sessions sessions = new Sessions(config.channel().maxSessions());
        drain = new Drain(sessions, config.channel().drain());
        InFlightBudget budget = new InFlightBudget(config.channel().maxInFlightBytes(), sessions::relieve);

        CertificateLedger ledger = devices.opened();
        Downlink downlink = opened(new Downlink(new Downlink.Parts(
                tls::orders,
                sessions,
                deadLetters,
                clock,
                new LedgerFleet(ledger),
                config.channel().budgets().limits(),
                new DownlinkMeters(meters))));
        ledger.onLoss(new Doubts(downlink::commandsKnown, sessions::doubt)::add);
        CompletableFuture<Void> ordersRead = downlink.start(kafka, config.replica() + "-downlink", ledger.caughtUp());
        Uplink uplink =
                opened(new Uplink("kubemdm-uplink", () -> Uplink.patient(kafka, config.replica() + "-uplink"), budget));

        ChannelMeters channelMeters = new ChannelMeters(meters);
        channelMeters.watch(sessions, budget);
        SessionParts parts = new SessionParts(
                config.replica(),
                config.region(),
                clock,
                limits(),
                Register.of(ledger),
                sessions,
                uplink,
                budget,
                downlink,
                channelMeters);
        notReadyBecause = "waiting for Kafka: ledger, revocations and orders are not read to their ends";
        tls.watch(vertx);
        var unused = CompletableFuture.allOf(ledger.caughtUp(), ordersRead)
                .thenRun(() -> listen(tls, parts))
                .exceptionally(failure -> {
                    LOG.error("channel cannot be opened", failure);
                    Quarkus.asyncExit(1);
                    return null;
                });
    }

    private void listen(TlsMaterial tls, SessionParts parts) {
        TlsEngine engine = config.channel().tlsEngine().map(TlsEngine::of).orElseGet(TlsEngine::best);
        ChannelServer server =
                new ChannelServer(vertx, engine.apply(new HttpServerOptions(), tls.identity(), tls.trust()), parts);
        server.listen(config.bindHost(), config.channel().port(), VertxOptions.DEFAULT_EVENT_LOOP_POOL_SIZE)
                .onSuccess(port -> {
                    opened(() -> server.close()
                            .toCompletionStage()
                            .toCompletableFuture()
                            .join());
                    notReadyBecause = null;
                    LOG.info("channel open host={} port={} tls={}", config.bindHost(), port, engine);
                })
                .onFailure(failure -> {
                    LOG.error(
                            "channel cannot listen host={} port={}: is the port taken? set PORT_CHANNEL",
                            config.bindHost(),
                            config.channel().port(),
                            failure);
                    Quarkus.asyncExit(1);
                });
    }

    private ChannelLimits limits() {
        ChannelLimits limits = ChannelLimits.DEFAULT;
        return new ChannelLimits(
                config.channel().maxSessions(),
                config.channel().maxUnacknowledged(),
                limits.maxUnwrittenBytes(),
                limits.helloTimeout(),
                limits.ledgerWait(),
                limits.pingInterval(),
                limits.silence());
    }

    private <C extends AutoCloseable> C opened(C resource) {
        synchronized (opened) {
            opened.push(resource);
        }
        return resource;
    }

    void stop(@Observes ShutdownEvent event) {
        Drain current = drain;
        if (current == null) {
            return;
        }
        notReadyBecause = "draining";
        current.run();
        synchronized (opened) {
            while (!opened.isEmpty()) {
                close(opened.pop());
            }
        }
    }

    private static void close(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            LOG.warn("not closed cleanly: {}", resource.getClass().getSimpleName(), e);
        }
    }
}
