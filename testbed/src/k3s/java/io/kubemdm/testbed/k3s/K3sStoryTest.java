package io.kubemdm.testbed.k3s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kubemdm.testbed.Checkout;
import io.kubemdm.testbed.chart.Chart;
import io.kubemdm.testbed.controlplane.Kubectl;
import io.kubemdm.testbed.controlplane.Kubectl.Result;
import io.kubemdm.testbed.controlplane.KubernetesBinaries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * Chart and samples on K3s: what another distribution's API server makes of our definitions, access rules and admission
 * policies. Our services do not run here, because they are not published as images.
 */
class K3sStoryTest {

    private static final DockerImageName IMAGE = DockerImageName.parse("rancher/k3s:v1.34.1-k3s1");
    private static final String NAMESPACE = "kubemdm-system";

    @TempDir
    static Path dir;

    private static @Nullable K3sContainer k3s;
    private static Kubectl kubectl;

    @BeforeAll
    static void installTheChart() throws IOException {
        boolean engine = DockerClientFactory.instance().isDockerAvailable();
        if (!engine) {
            System.err.println("K3sStoryTest is skipped: no container engine answers on this machine");
        }
        assumeTrue(engine, "no container engine answers on this machine");
        K3sContainer container = new K3sContainer(IMAGE);
        k3s = container;
        container.start();
        Path kubeconfig = Files.writeString(dir.resolve("kubeconfig"), container.getKubeConfigYaml());
        Checkout checkout = Checkout.ofWorkingDirectory();
        KubernetesBinaries binaries = KubernetesBinaries.provide(checkout, System.getenv(), System.err::println);
        kubectl = new Kubectl(binaries.kubectl(), kubeconfig);
        Chart.render(
                        KubernetesBinaries.helm(checkout, System.err::println),
                        checkout.path("charts/kubemdm"),
                        NAMESPACE,
                        List.of(),
                        // K3s of this version has no MutatingAdmissionPolicy v1.
                        Map.of("admission.mutating", "disabled"))
                .apply(kubectl, NAMESPACE);
        kubectl.run("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s");
        kubectl.run("create", "namespace", "acme");
    }

    @AfterAll
    static void stop() {
        K3sContainer container = k3s;
        if (container != null) {
            container.stop();
        }
    }

    @Test
    void theSamplesAreAcceptedAsTheyAre() throws IOException {
        try (Stream<Path> files = Files.walk(Checkout.ofWorkingDirectory().path("samples"))) {
            for (Path sample :
                    files.filter(f -> f.toString().endsWith(".yaml")).toList()) {
                String yaml = Files.readString(sample).replace("DEVICE", "d-aaaaaaaaaaaaaaaaaaaaaaaaaa");
                Result result = dryRun(yaml);
                boolean namesNobody = yaml.contains("kind: WipeRequest");
                assertThat(result.ok() || (namesNobody && result.err().contains("requestedBy")))
                        .as(sample + ": " + result.err())
                        .isTrue();
            }
        }
    }

    @Test
    void anImmutableSpecStaysAsItIs() {
        String bundle = """
                apiVersion: kubemdm.io/v1alpha1
                kind: PolicyBundle
                metadata: {name: immutable, namespace: acme}
                spec: {policy: line, version: 1.0.0, priority: %d}
                """;
        await("the kind is served")
                .atMost(Duration.ofSeconds(30))
                .until(() -> kubectl.tryRun(bundle.formatted(1), List.of("apply", "-f", "-")).ok());

        Result changed = kubectl.tryRun(bundle.formatted(2), List.of("apply", "-f", "-"));

        assertThat(changed.ok()).isFalse();
        assertThat(changed.err()).contains("spec is immutable");
    }

    @Test
    void nobodyAsksForAWipeInAnothersName() {
        Result refused = kubectl.tryRun("""
                apiVersion: kubemdm.io/v1alpha1
                kind: WipeRequest
                metadata: {name: in-anothers-name, namespace: acme}
                spec: {deviceRef: {name: d-1}, type: Lock, reason: Lost, requestedBy: somebody-else}
                """, List.of("apply", "-f", "-"));
        assertThat(refused.ok()).isFalse();
        assertThat(refused.err()).contains("requestedBy");
    }

    private static Result dryRun(String yaml) {
        // What the operator itself reads lies in its own namespace; everything else names none.
        String namespace = yaml.contains("\n  namespace: " + NAMESPACE + "\n") ? NAMESPACE : "acme";
        return kubectl.tryRun(
                yaml, List.of("apply", "-n", namespace, "--dry-run=server", "--validate=strict", "-f", "-"));
    }
}
