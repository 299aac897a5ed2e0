package io.kubemdm.gateway.bridge;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.kubemdm.bus.KafkaAccess;
import io.kubemdm.gateway.DeadLetters;
import io.kubemdm.gateway.GatewayConfig;
import io.kubemdm.gateway.Readiness;
import io.kubemdm.gateway.Role;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Puts the role {@code bridge} together. Several replicas share the partitions of {@code mdm.state}. */
@ApplicationScoped
public class BridgeRole {

    private static final Duration WATCHDOG_EVERY = Duration.ofMinutes(1);

    private final GatewayConfig config;
    private final Readiness readiness;
    private final DeadLetters deadLetters;
    private final Instance<KubernetesClient> client;
    private final Vertx vertx;
    private final MeterRegistry meters;
    private final Clock clock = Clock.systemUTC();
    private @Nullable Bridge bridge;

    BridgeRole(
            GatewayConfig config,
            Readiness readiness,
            DeadLetters deadLetters,
            Instance<KubernetesClient> client,
            Vertx vertx,
            MeterRegistry meters) {
        this.config = config;
        this.readiness = readiness;
        this.deadLetters = deadLetters;
        this.client = client;
        this.vertx = vertx;
        this.meters = meters;
    }

    void start(@Observes StartupEvent event) {
        if (!config.roles().contains(Role.BRIDGE)) {
            return;
        }
        KafkaAccess kafka = config.kafka().access();
        Bridge started = new Bridge(
                kafka,
                new Bridge.Settings(
                        config.bridge().group(),
                        config.replica() + "-bridge",
                        config.bridge().maxWritesPerSecond()),
                client.get(),
                deadLetters,
                clock,
                new BridgeMeters(meters));
        bridge = started;
        readiness.require("bridge", started::notReadyBecause);
        started.start();
        vertx.setPeriodic(
                WATCHDOG_EVERY.toMillis(),
                id -> vertx.executeBlocking(() -> {
                    started.watchdog();
                    return null;
                }));
    }

    void stop(@Observes ShutdownEvent event) {
        if (bridge != null) {
            bridge.close();
        }
    }
}
