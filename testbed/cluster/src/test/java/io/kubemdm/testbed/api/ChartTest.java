package io.kubemdm.testbed.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.kubemdm.testbed.chart.Chart;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The chart as real Helm renders it; that the API server takes all of it is what {@link Installed} shows. */
@ExtendWith(InstalledExtension.class)
class ChartTest {
    private static final KubernetesSerialization YAML = new KubernetesSerialization();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Helm HELM = Helm.ofThisCheckout();
    private static final List<JsonNode> DEFAULT = objects();

    @ParameterizedTest
    @ValueSource(strings = {"profile=default", "profile=small", "strimzi.enabled=true", "kafka.caSecret=ca"})
    void helmLintFindsNothing(String value) {
        Helm.Result result = HELM.lint("--set", value);

        assertThat(result.text()).doesNotContain("[ERROR]", "[WARNING]");
        assertThat(result.exit()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "profile=huge",
                "replicas=3",
                "gateway.replicas=-1",
                "kafka.bootstrapServers=nowhere",
                "analysis.prometheus.url=http://me:secret@prometheus"
            })
    void aValueThatMeansNothingIsRefused(String value) {
        Helm.Result result = HELM.tryTemplate("--set", value);

        assertThat(result.exit()).isNotZero();
        assertThat(result.text()).contains(value.split("[.=]", -1)[0]);
    }

    @Test
    void everythingRenderedIsOnTheApiServer(Installed installed) {
        String names = installed
                .plane()
                .kubectl()
                .run(
                        "get",
                        "deployments,configmaps,services,pdb,networkpolicies,sa",
                        "-n",
                        Helm.NAMESPACE,
                        "-o",
                        "name");

        for (String service : List.of("operator", "engine", "gateway", "enroll", "bridge")) {
            assertThat(names.lines())
                    .contains(
                            "deployment.apps/kubemdm-" + service,
                            "configmap/kubemdm-" + service,
                            "serviceaccount/kubemdm-" + service,
                            "poddisruptionbudget.policy/kubemdm-" + service,
                            "networkpolicy.networking.k8s.io/kubemdm-" + service);
        }
        assertThat(names.lines())
                .contains("service/kubemdm-gateway", "service/kubemdm-enroll", "service/kubemdm-query");
    }

    @Test
    void onlyWhoSpeaksToTheApiServerGetsACredentialForIt() {
        Map<String, Boolean> mounted = deployments().stream()
                .collect(
                        Collectors.toMap(deployment -> deployment.getMetadata().getName(), deployment -> pod(deployment)
                                .getAutomountServiceAccountToken()));

        assertThat(mounted)
                .containsOnly(
                        Map.entry("kubemdm-operator", true),
                        Map.entry("kubemdm-engine", false),
                        Map.entry("kubemdm-gateway", false),
                        Map.entry("kubemdm-enroll", true),
                        Map.entry("kubemdm-bridge", true));
    }

    @Test
    void theIssuingKeyIsOnlyWhereCertificatesAreIssued() {
        Map<String, Set<String>> secrets = deployments().stream()
                .collect(Collectors.toMap(
                        deployment -> deployment.getMetadata().getName(),
                        deployment -> pod(deployment).getVolumes().stream()
                                .filter(volume -> volume.getSecret() != null)
                                .map(volume -> volume.getSecret().getSecretName())
                                .collect(Collectors.toSet())));

        assertThat(secrets)
                .containsOnly(
                        Map.entry(
                                "kubemdm-operator",
                                Set.of("kubemdm-operator", "kubemdm-orders-signing", "kubemdm-query-tls")),
                        Map.entry("kubemdm-engine", Set.of("kubemdm-engine", "kubemdm-checkpoints-signing")),
                        Map.entry(
                                "kubemdm-gateway",
                                Set.of(
                                        "kubemdm-gateway",
                                        "kubemdm-gateway-tls",
                                        "kubemdm-access-signing",
                                        "kubemdm-access-signing-next")),
                        Map.entry(
                                "kubemdm-enroll",
                                Set.of(
                                        "kubemdm-enroll",
                                        "kubemdm-enroll-tls",
                                        "kubemdm-issuing-ca",
                                        "kubemdm-ledger-signing")),
                        Map.entry("kubemdm-bridge", Set.of("kubemdm-bridge")));
    }

    @Test
    void everyContainerIsConfinedProbedAndBounded() {
        assertThat(deployments()).hasSize(5).allSatisfy(deployment -> {
            PodSpec pod = pod(deployment);
            Container container = pod.getContainers().getFirst();
            assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
            assertThat(pod.getEnableServiceLinks()).isFalse();
            assertThat(container.getSecurityContext().getReadOnlyRootFilesystem())
                    .isTrue();
            assertThat(container.getSecurityContext().getAllowPrivilegeEscalation())
                    .isFalse();
            assertThat(container.getSecurityContext().getCapabilities().getDrop())
                    .containsExactly("ALL");
            assertThat(container.getLivenessProbe()).isNotNull();
            assertThat(container.getReadinessProbe()).isNotNull();
            assertThat(container.getResources().getLimits()).containsKeys("cpu", "memory");
        });
    }

    @Test
    void everyPortIsToldToTheProcess() {
        assertThat(deployments()).allSatisfy(deployment -> {
            Container container = pod(deployment).getContainers().getFirst();
            container.getPorts().forEach(port -> assertThat(container.getEnv()).anySatisfy(variable -> {
                assertThat(variable.getName()).isEqualToIgnoringCase("PORT_" + port.getName());
                assertThat(variable.getValue())
                        .isEqualTo(port.getContainerPort().toString());
            }));
        });
    }

    @Test
    void theSmallProfileFoldsTheGatewaysRolesIntoOneDeployment() {
        List<JsonNode> objects = objects("--set", "profile=small");

        assertThat(named(objects, "Deployment"))
                .containsExactlyInAnyOrder("kubemdm-operator", "kubemdm-engine", "kubemdm-gateway");
        assertThat(named(objects, "Service"))
                .containsExactlyInAnyOrder("kubemdm-gateway", "kubemdm-access", "kubemdm-enroll", "kubemdm-query");
        assertThat(named(objects, "ClusterRoleBinding"))
                .contains("kubemdm-gateway-enroll", "kubemdm-gateway-bridge")
                .doesNotContain("kubemdm-enroll", "kubemdm-bridge");
        assertThat(objects).anySatisfy(object -> assertThat(
                        object.at("/data/application.yaml").asText())
                .contains("roles: channel,access,enroll,bridge"));
    }

    @Test
    void inTheSmallProfileTheGatewaysPrincipalHasTheRightsOfItsThreeRoles() {
        JsonNode user = objects("--set", "profile=small", "--set", "strimzi.enabled=true").stream()
                .filter(object -> object.at("/kind").asText().equals("KafkaUser")
                        && object.at("/metadata/name").asText().equals("kubemdm-gateway"))
                .findAny()
                .orElseThrow();

        assertThat(user.at("/spec/authorization/acls"))
                .doesNotHaveDuplicates()
                .extracting(acl -> acl.at("/resource/name").asText())
                .contains("kubemdm-gateway", "kubemdm-enroll", "kubemdm-bridge", "mdm.certificates");
    }

    @Test
    void theDefinitionsCanBeLeftOutAndStayWhenTheReleaseGoes() {
        assertThat(named(objects("--set", "crds.install=false"), "CustomResourceDefinition"))
                .isEmpty();
        assertThat(definitions()).hasSize(7).allSatisfy(definition -> assertThat(definition
                        .at("/metadata/annotations")
                        .path("helm.sh/resource-policy")
                        .asText())
                .isEqualTo("keep"));
        assertThat(definitions("--set", "crds.keep=false")).allSatisfy(definition -> assertThat(
                        definition.at("/metadata/annotations").isMissingNode())
                .isTrue());
    }

    @Test
    void whatIsConfiguredReachesTheServices() {
        List<JsonNode> objects = objects(
                "--set",
                "region=west",
                "--set",
                "kafka.bootstrapServers=k1:9093\\,k2:9093",
                "--set",
                "kafka.securityProtocol=SASL_SSL",
                "--set",
                "kafka.caSecret=brokers",
                "--set",
                "enroll.config.kubemdm.enroll.certificate-lifetime=7d");

        String enroll = objects.stream()
                .filter(object -> object.at("/kind").asText().equals("ConfigMap")
                        && object.at("/metadata/name").asText().equals("kubemdm-enroll"))
                .findAny()
                .orElseThrow()
                .at("/data/application.yaml")
                .asText();

        JsonNode configured = JSON.valueToTree(YAML.unmarshal(enroll, JsonNode.class));
        assertThat(Map.of(
                        "/kubemdm/roles", "enroll",
                        "/kubemdm/region", "west",
                        "/kubemdm/enroll/certificate-lifetime", "7d",
                        "/kubemdm/kafka/bootstrap-servers", "k1:9093,k2:9093",
                        "/kubemdm/kafka/security-protocol", "SASL_SSL",
                        "/kubemdm/kafka/truststore", "/etc/kubemdm/kafka-ca/ca.crt"))
                .allSatisfy((path, value) ->
                        assertThat(configured.at(path).asText()).as(path).isEqualTo(value));
    }

    @Test
    void onlyTheOperatorIsLedToPrometheus() {
        List<JsonNode> objects = objects(
                "--set",
                "analysis.prometheus.url=https://thanos.example/prom",
                "--set",
                "analysis.prometheus.tokenSecret=asker",
                "--set",
                "analysis.prometheus.caSecret=roots",
                "--set",
                "networkPolicies.prometheusPorts={10902}");

        assertThat(objects)
                .filteredOn(object -> object.toString().contains("10902"))
                .extracting(object -> object.at("/kind").asText() + "/"
                        + object.at("/metadata/name").asText())
                .containsExactly("NetworkPolicy/kubemdm-operator");
        assertThat(objects)
                .filteredOn(object -> object.at("/kind").asText().equals("Deployment")
                        && object.toString().contains("\"asker\"")
                        && object.toString().contains("\"roots\""))
                .extracting(object -> object.at("/metadata/name").asText())
                .containsExactly("kubemdm-operator");
        assertThat(objects)
                .filteredOn(
                        object -> object.at("/data/application.yaml").asText().contains("https://thanos.example/prom"))
                .extracting(object -> object.at("/metadata/name").asText())
                .containsExactly("kubemdm-operator");
    }

    private static List<JsonNode> definitions(String... arguments) {
        return objects(arguments).stream()
                .filter(object -> object.at("/kind").asText().equals("CustomResourceDefinition"))
                .toList();
    }

    private static List<Deployment> deployments() {
        return DEFAULT.stream()
                .filter(object -> object.at("/kind").asText().equals("Deployment"))
                .map(object -> YAML.convertValue(object, Deployment.class))
                .toList();
    }

    private static PodSpec pod(Deployment deployment) {
        return deployment.getSpec().getTemplate().getSpec();
    }

    private static List<String> named(List<JsonNode> objects, String kind) {
        return objects.stream()
                .filter(object -> object.at("/kind").asText().equals(kind))
                .map(object -> object.at("/metadata/name").asText())
                .toList();
    }

    static List<JsonNode> objects(String... arguments) {
        return Chart.parse(HELM.template(arguments));
    }
}
