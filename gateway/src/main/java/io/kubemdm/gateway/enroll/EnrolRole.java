package io.kubemdm.gateway.enroll;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.kubemdm.gateway.DeadLetters;
import io.kubemdm.gateway.GatewayConfig;
import io.kubemdm.gateway.Readiness;
import io.kubemdm.gateway.Role;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** Starts {@link EnrolmentService} in role {@code enroll}, and nothing otherwise. */
@ApplicationScoped
public class EnrolRole {

    private static final int EXIT_FENCED = 3;

    private @Nullable EnrolmentService service;

    void start(
            @Observes StartupEvent event,
            GatewayConfig config,
            Vertx vertx,
            Instance<KubernetesClient> kubernetes,
            Readiness readiness,
            DeadLetters deadLetters,
            MeterRegistry meters) {
        if (!config.roles().contains(Role.ENROLL)) {
            return;
        }
        service = EnrolmentService.start(
                config,
                new EnrolmentService.Surroundings(
                        vertx,
                        kubernetes.get(),
                        Clock.systemUTC(),
                        readiness,
                        deadLetters,
                        (operation, status) -> meters.counter(
                                        "kubemdm.est.answers",
                                        "operation",
                                        operation,
                                        "status",
                                        Integer.toString(status))
                                .increment(),
                        () -> Quarkus.asyncExit(EXIT_FENCED)));
    }

    @PreDestroy
    void stop() {
        EnrolmentService started = service;
        if (started != null) {
            started.close();
        }
    }
}
