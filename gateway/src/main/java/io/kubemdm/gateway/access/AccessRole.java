package io.kubemdm.gateway.access;

import io.kubemdm.gateway.DeadLetters;
import io.kubemdm.gateway.GatewayConfig;
import io.kubemdm.gateway.Readiness;
import io.kubemdm.gateway.Role;
import io.kubemdm.gateway.ledger.CertificateLedger;
import io.kubemdm.gateway.peer.DeviceLedger;
import io.kubemdm.gateway.peer.RolePort;
import io.kubemdm.gateway.peer.TlsEngine;
import io.kubemdm.gateway.peer.TlsMaterial;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Puts the role {@code access} together. The port opens once ledger, revocations and states have been read to their ends. */
@ApplicationScoped
public class AccessRole {

    private static final Duration CONFIRM_EVERY = Duration.ofSeconds(2);
    private static final Duration LOOK_AGAIN = Duration.ofMinutes(1);

    private final GatewayConfig config;
    private final Readiness readiness;
    private final DeadLetters deadLetters;
    private final DeviceLedger devices;
    private final Vertx vertx;
    private final AccessMeters meters;
    private final Clock clock = Clock.systemUTC();

    private @Nullable Standings standings;
    private volatile @Nullable AccessServer server;

    AccessRole(
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
        this.meters = new AccessMeters(meters);
    }

    void start(@Observes StartupEvent event) {
        if (!config.roles().contains(Role.ACCESS)) {
            return;
        }
        RolePort port = new RolePort(
                "access", "waiting for Kafka: ledger, revocations and states are not read to their ends", readiness);
        CertificateLedger ledger = devices.opened();
        Standings read = new Standings(ledger::written, deadLetters);
        standings = read;
        meters.watch(read.watermarks(), clock);
        AccessServer prepared = prepare(ledger, read);
        CompletableFuture<Void> statesRead = read.read(config.kafka().access(), config.replica() + "-access");
        blocking(CONFIRM_EVERY, read.watermarks()::confirm);
        port.openAfter(
                CompletableFuture.allOf(ledger.caughtUp(), statesRead),
                config.bindHost(),
                config.access().port(),
                () -> prepared.listen(config.bindHost(), config.access().port()).onSuccess(got -> server = prepared));
    }

    private AccessServer prepare(CertificateLedger ledger, Standings read) {
        GatewayConfig.Access settings = config.access();
        TlsMaterial tls = TlsMaterial.read(config.tls(), config.trust(), clock);
        tls.watch(vertx);
        SigningKeys keys = new SigningKeys(settings.key(), settings.nextKey(), clock);
        blocking(LOOK_AGAIN, keys::look);
        TokenDesk desk = new TokenDesk(
                settings.issuer(),
                presented -> ledger.authorize(presented.fingerprint(), presented.device()),
                read,
                keys,
                new RequestRate(settings.maxRequestsPerMinute(), System::nanoTime),
                clock,
                meters);
        TlsEngine engine = TlsEngine.chosen(config.channel().tlsEngine());
        return new AccessServer(
                vertx, engine, tls, settings.maxConnections(), Metadata.of(settings.issuer()), keys::jwks, desk);
    }

    private void blocking(Duration every, Runnable work) {
        vertx.setPeriodic(
                every.toMillis(),
                id -> vertx.executeBlocking(() -> {
                    work.run();
                    return null;
                }));
    }

    void stop(@Observes ShutdownEvent event) {
        AccessServer running = server;
        if (running != null) {
            running.close().toCompletionStage().toCompletableFuture().join();
        }
        if (standings != null) {
            standings.close();
        }
    }
}
