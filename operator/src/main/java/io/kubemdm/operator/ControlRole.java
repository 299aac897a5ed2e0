package io.kubemdm.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** Starts role {@code control} where the configuration asks for it; elsewhere no Kubernetes client is made. */
@ApplicationScoped
public class ControlRole {

    private final OperatorConfig config;
    private final Instance<KubernetesClient> clients;
    private final Vertx vertx;
    private volatile @Nullable Control control;

    ControlRole(OperatorConfig config, Instance<KubernetesClient> clients, Vertx vertx) {
        this.config = config;
        this.vertx = vertx;
        this.clients = clients;
    }

    void start(@Observes StartupEvent event) {
        if (config.has(Role.CONTROL)) {
            KubernetesClient client = clients.get();
            Control started = new Control(
                    Settings.of(config, client.getNamespace()),
                    client,
                    vertx,
                    Clock.systemUTC(),
                    ControlRole::endProcess);
            control = started;
            started.start();
        }
    }

    void stop(@Observes ShutdownEvent event) {
        Control running = control;
        if (running != null) {
            running.close();
        }
    }

    /** The running control, null in a process without that role. */
    @Nullable Control control() {
        return control;
    }

    /** On a thread of its own: the shutdown waits for the one that calls. */
    private static void endProcess() {
        Thread.ofPlatform().name("end").start(() -> System.exit(1));
    }
}
