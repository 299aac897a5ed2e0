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
import io.kubemdm.gateway.peer.RolePort;
import io.kubemdm.gateway.peer.TlsEngine;
import io.kubemdm.gateway.peer.TlsMaterial;
import io.kubemdm.gateway.uplink.InFlightBudget;
import io.kubemdm.gateway.uplink.Uplink;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Future;
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
    private @Nullable RolePort port;

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
        RolePort opening = new RolePort(
                "channel", "waiting for Kafka: ledger, revocations and orders are not read to their ends", readiness);
        port = opening;
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
        tls.watch(vertx);
        opening.openAfter(
                CompletableFuture.allOf(ledger.caughtUp(), ordersRead),
                config.bindHost(),
                config.channel().port(),
                () -> listen(tls, parts));
    }

    private Future<Integer> listen(TlsMaterial tls, SessionParts parts) {
        TlsEngine engine = TlsEngine.chosen(config.channel().tlsEngine());
        ChannelServer server =
                new ChannelServer(vertx, engine.apply(new HttpServerOptions(), tls.identity(), tls.trust()), parts);
        return server.listen(config.bindHost(), config.channel().port(), VertxOptions.DEFAULT_EVENT_LOOP_POOL_SIZE)
                .onSuccess(got -> opened(() ->
                        server.close().toCompletionStage().toCompletableFuture().join()));
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
        if (port != null) {
            port.close("draining");
        }
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
