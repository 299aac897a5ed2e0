package io.kubemdm.operator.query;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.kubemdm.operator.OperatorConfig;
import io.kubemdm.operator.Role;
import io.kubemdm.operator.plan.Planning;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import org.jspecify.annotations.Nullable;

/** Starts {@link QueryServer} in role {@code control}, on every replica: reading needs no Lease. */
@ApplicationScoped
public class QueryRole {

    private volatile @Nullable QueryServer server;

    void start(@Observes StartupEvent event, OperatorConfig config, Vertx vertx, Instance<KubernetesClient> clients) {
        if (config.has(Role.CONTROL)) {
            KubernetesClient client = clients.get();
            server = QueryServer.start(
                    vertx,
                    new QueryServer.Settings(
                            config.bindHost(),
                            config.query().port(),
                            config.tls().certificate(),
                            config.tls().key()),
                    client,
                    config.kafka().access(),
                    new Planning.Settings(
                            config.approvals().settings(),
                            config.flags().settings(config.lease().namespace().orElse(client.getNamespace()))),
                    config.replica());
        }
    }

    void stop(@Observes ShutdownEvent event) {
        QueryServer running = server;
        if (running != null) {
            running.close();
        }
    }
}
