package io.kubemdm.operator.status;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kubemdm.crds.policybundle.PolicyBundle;
import io.kubemdm.crds.policybundle.PolicyBundleStatusBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The answer that a real API server gives only under a storm of writes; that it knows a twin is in {@code LossTest}. */
class StatusWriterTest {

    private static final String CONTENTION = """
            {"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Conflict","code":409,
             "message":"Operation cannot be fulfilled on policybundles.kubemdm.io \\"a\\": the object has been modified; \
            please apply your changes to the latest version and try again"}
            """;

    @Test
    void contentionIsAnErrorThatIsTriedAgain() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] body = CONTENTION.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(409, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                .withRequestRetryBackoffLimit(0)
                .build();
        try (KubernetesClient client =
                new KubernetesClientBuilder().withConfig(config).build()) {
            PolicyBundle bundle = new PolicyBundle();
            bundle.setMetadata(new ObjectMetaBuilder()
                    .withNamespace("acme")
                    .withName("a")
                    .withUid("u")
                    .withResourceVersion("1")
                    .build());
            assertThatThrownBy(() -> new StatusWriter(client)
                            .write(
                                    bundle,
                                    PolicyBundleStatusBuilder.builder()
                                            .observedGeneration(1L)
                                            .build()))
                    .isInstanceOf(KubernetesClientException.class)
                    .hasMessageContaining("has been modified");
        } finally {
            server.stop(0);
        }
    }
}
