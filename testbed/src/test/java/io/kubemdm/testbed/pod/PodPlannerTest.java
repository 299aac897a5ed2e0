package io.kubemdm.testbed.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.kubemdm.testbed.process.ChildSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One rendered Deployment in, one process out. */
class PodPlannerTest {

    private static final Map<String, Integer> PORTS = Map.of("channel", 20_001, "management", 20_002);

    private static final Map<String, Class<? extends HasMetadata>> KINDS =
            Map.of("ConfigMap", ConfigMap.class, "Secret", Secret.class, "Deployment", Deployment.class);

    @TempDir
    Path pods;

    private List<HasMetadata> rendered = List.of();
    private Deployment deployment = new Deployment();

    @BeforeEach
    void read() throws IOException {
        ObjectMapper yaml = new ObjectMapper(new YAMLFactory());
        try (var in = PodPlannerTest.class.getResourceAsStream("in.yaml");
                var documents = yaml.readerFor(JsonNode.class).<JsonNode>readValues(in)) {
            rendered = new ArrayList<>();
            while (documents.hasNext()) {
                JsonNode document = documents.next();
                rendered.add(Serialization.unmarshal(
                        document.toString(), KINDS.get(document.get("kind").asText())));
            }
        }
        deployment = (Deployment) rendered.getLast();
    }

    @Test
    void aDeploymentHasAsManyPodsAsReplicas() {
        assertThat(PodPlanner.podNames(deployment)).containsExactly("kubemdm-gateway-0", "kubemdm-gateway-1");
    }

    @Test
    void theEnvironmentIsWhatAKubeletWouldGiveWithLocalPathsAndPorts() {
        PodPlan plan = plan(deployment);
        String root = pods.resolve("kubemdm-gateway-1/root").toString();

        assertThat(plan.environment())
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("POD_NAME", "kubemdm-gateway-1"),
                        Map.entry("HOSTNAME", "kubemdm-gateway-1"),
                        Map.entry("NAMESPACE", "kubemdm-system"),
                        Map.entry("COMPONENT", "gateway"),
                        Map.entry("KAFKA_PASSWORD", "hunter2"),
                        Map.entry("QUARKUS_CONFIG_LOCATIONS", root + "/etc/kubemdm/config/application.yaml"),
                        Map.entry("LIMIT", "419430400"),
                        Map.entry("BIND_HOST", "127.0.0.1"),
                        Map.entry("HOME", root),
                        Map.entry("PORT_CHANNEL", "20001"),
                        Map.entry("PORT_MANAGEMENT", "20002")));
    }

    @Test
    void argumentsAreExpandedAndUnknownReferencesStay() {
        assertThat(plan(deployment).arguments())
                .containsExactly(
                        "java",
                        "-jar",
                        "/built/gateway/quarkus-run.jar",
                        "--config=" + pods.resolve("kubemdm-gateway-1/root/etc/kubemdm/config/application.yaml"),
                        "--keep=$(UNKNOWN)",
                        "--price=$5");
    }

    @Test
    void textOfConfigMapsIsMadeLocalAndSecretsAreLeftAlone() {
        PodPlan plan = plan(deployment);
        String root = pods.resolve("kubemdm-gateway-1/root").toString();

        assertThat(plan.files().keySet())
                .containsExactly(
                        "/etc/kubemdm/config/application.yaml",
                        "/etc/kubemdm/kafka/sasl.jaas.config",
                        "/etc/kubemdm/tls/ca.crt",
                        "/etc/kubemdm/tls/tls.crt",
                        "/etc/kubemdm/tls/tls.key",
                        "/etc/one.yaml");
        assertThat(text(plan, "/etc/kubemdm/config/application.yaml"))
                .contains("certificate: " + root + "/etc/kubemdm/tls/tls.crt")
                .contains("\"" + root + "/etc/kubemdm/kafka/sasl.jaas.config\"")
                .contains("notes: /etc/kubemdm/tlsx and x/etc/kubemdm/tls stay");
        assertThat(text(plan, "/etc/kubemdm/kafka/sasl.jaas.config"))
                .isEqualTo("the path /etc/kubemdm/tls is data here");
    }

    @Test
    void theProcessIsTheImagesJarUnderItsMemoryLimitWithoutAKubernetesIdentityItDidNotAskFor() {
        ChildSpec process =
                PodProcess.of(plan(deployment), Path.of("/jdk/bin/java"), List.of("-Xshare:auto"), Path.of("/kc"));

        assertThat(process.command())
                .startsWith(
                        "/jdk/bin/java",
                        "-Xshare:auto",
                        "-XX:MaxRAM=419430400",
                        "-Djava.io.tmpdir=" + pods.resolve("kubemdm-gateway-1/root/tmp"),
                        "-jar",
                        "/built/gateway/quarkus-run.jar",
                        "--config=" + pods.resolve("kubemdm-gateway-1/root/etc/kubemdm/config/application.yaml"));
        assertThat(process.environment()).doesNotContainKey("KUBECONFIG");
    }

    @Test
    void aPodThatAsksForItsTokenGetsAKubeconfig() {
        Deployment asks = new DeploymentBuilder(deployment)
                .editSpec()
                .editTemplate()
                .editSpec()
                .withAutomountServiceAccountToken(null)
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
        PodPlan plan = plan(asks);

        assertThat(plan.serviceAccount()).isEqualTo("kubemdm-gateway");
        assertThat(PodProcess.of(plan, Path.of("java"), List.of(), Path.of("/kc"))
                        .environment())
                .containsEntry("KUBECONFIG", "/kc");
    }

    @Test
    void aSecretFileIsItsOwnersAlone() throws IOException {
        PodPlan plan = plan(deployment);
        PodProcess.lay(plan);

        Path jaas = Path.of(plan.root() + "/etc/kubemdm/kafka/sasl.jaas.config");
        assertThat(Files.getPosixFilePermissions(jaas))
                .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        assertThat(Path.of(plan.root() + "/tmp")).isDirectory();
    }

    @Test
    void aMissingSecretIsNamed() {
        rendered = rendered.stream()
                .filter(one -> !one.getMetadata().getName().equals("kubemdm-gateway-tls"))
                .toList();

        assertThatThrownBy(() -> plan(deployment))
                .isInstanceOf(PodRefusal.class)
                .hasMessageContaining("kubemdm-gateway-1")
                .hasMessageContaining("Secret kubemdm-gateway-tls")
                .hasMessageContaining("kubemdm-system");
    }

    @Test
    void aVolumeMountWithoutAVolumeIsRefused() {
        Deployment broken = new DeploymentBuilder(deployment)
                .editSpec()
                .editTemplate()
                .editSpec()
                .removeMatchingFromVolumes(volume -> "tls".equals(volume.getName()))
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();

        assertThatThrownBy(() -> plan(broken))
                .hasMessageContaining("volume tls")
                .hasMessageContaining("no volume");
    }

    @Test
    void anImageIsKnownByTheLastPartOfItsName() {
        assertThat(Images.name("registry.example.org:5000/kubemdm/gateway:0.1.0"))
                .isEqualTo("gateway");
        assertThat(Images.name("kubemdm/operator@sha256:00ff")).isEqualTo("operator");
        assertThat(Images.name("gateway")).isEqualTo("gateway");
    }

    private PodPlan plan(Deployment of) {
        return new PodPlanner(pods, objects(), image -> Path.of("/built", Images.name(image)))
                .plan(of, "kubemdm-gateway-1", name -> PORTS.getOrDefault(name, -1));
    }

    private static String text(PodPlan plan, String path) {
        return new String(plan.files().get(path).content(), StandardCharsets.UTF_8);
    }

    private ClusterObjects objects() {
        return new ClusterObjects() {
            @Override
            public Optional<ConfigMap> configMap(String namespace, String name) {
                return find(ConfigMap.class, name);
            }

            @Override
            public Optional<Secret> secret(String namespace, String name) {
                return find(Secret.class, name);
            }

            @Override
            public boolean automountsToken(String namespace, String serviceAccount) {
                return true;
            }
        };
    }

    private <T extends HasMetadata> Optional<T> find(Class<T> kind, String name) {
        return rendered.stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .filter(one -> one.getMetadata().getName().equals(name))
                .findFirst();
    }
}
