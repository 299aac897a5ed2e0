package io.kubemdm.testbed.region;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kubemdm.testbed.process.Marks;
import io.kubemdm.testbed.process.Marks.Marked;
import io.kubemdm.testbed.region.RegionState.Condition;
import io.kubemdm.testbed.region.RegionState.PartState;
import io.kubemdm.testbed.region.RegionState.Phase;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The whole region, from real parts. */
class RegionTest {

    private static final String AGENT = "agent-default-1";
    private static final List<String> SERVICES =
            List.of("kube-apiserver", "kafka", "kubemdm-gateway-0", "kubemdm-engine-0");
    private static final List<String> KILLED =
            Stream.concat(SERVICES.stream(), Stream.of(AGENT)).toList();

    private final Region region = SharedRegion.get();

    @Test
    void everyServiceOfTheChartRunsAndEveryAgentIsConnected() {
        RegionState state = region.state().orElseThrow();

        assertThat(state.phase()).isEqualTo(Phase.READY);
        assertThat(state.parts()).allSatisfy(part -> assertThat(part.condition().isGood())
                .as("%s: %s", part.name(), part.detail())
                .isTrue());
        assertThat(state.parts())
                .extracting(PartState::name)
                .contains(
                        "etcd",
                        "kube-apiserver",
                        "kafka",
                        "kubemdm-operator-0",
                        "kubemdm-engine-0",
                        "kubemdm-gateway-0",
                        "kubemdm-enroll-0",
                        "kubemdm-bridge-0",
                        AGENT);
    }

    @Test
    void itTellsWhereItListens() {
        assertThat(region.state().orElseThrow().addresses())
                .containsOnlyKeys(
                        "KAFKA_BOOTSTRAP_SERVERS",
                        "KUBEMDM_ACCESS_URL",
                        "KUBEMDM_CA_PIN",
                        "KUBEMDM_ENROLL_URL",
                        "KUBEMDM_GATEWAY_URL",
                        "KUBEMDM_QUERY_CA",
                        "KUBEMDM_QUERY_URL");
    }

    @Test
    void upAgainIsANoOpThatSaysSo() {
        Map<String, Long> before = processes();

        assertThat(command("up", "--agents=1"))
                .contains("The region runs already, since ", ": nothing to do.")
                .contains("default");

        assertThat(processes()).containsAllEntriesOf(before);
    }

    @Test
    void whatEnvPrintsPutsTheProgramsOnThePathAndLeadsThemToTheRegion() throws Exception {
        String typed = """
                eval "$printed"
                echo "$KAFKA_BOOTSTRAP_SERVERS $KUBEMDM_ENROLL_URL $KUBEMDM_GATEWAY_URL" | tr ' ' '\\n' | grep -c ':[0-9]'
                kubectl get namespace default -o name
                kubectl mdm version -o yaml
                kubemdm get devices -n default --context "$(kubectl config current-context)" -o yaml
                ! kubemdm get devices --context nowhere
                """;
        ProcessBuilder builder = new ProcessBuilder("bash", "-euo", "pipefail", "-c", typed).redirectErrorStream(true);
        builder.environment().put("printed", command("env"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said.lines())
                .startsWith("3", "namespace/default")
                .anyMatch(line -> line.startsWith("kubemdm:"))
                .anyMatch(line -> line.strip().startsWith("name: d-") || line.contains("\"d-"));
        assertThat(said).contains("nowhere");
    }

    private String command(String... words) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        List<String> all = new ArrayList<>(List.of(words));
        all.add("--region=" + region.folder().path());
        assertThat(RegionCommand.run(
                        new PrintStream(printed, true, StandardCharsets.UTF_8),
                        SharedRegion.supervisorEnvironment(),
                        all.toArray(String[]::new)))
                .isZero();
        return printed.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aDeviceThatEnrolledByItselfIsOnline() {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(SharedRegion.kubectl()
                        .run(
                                "get",
                                "devices.kubemdm.io",
                                "-n",
                                "default",
                                "-o",
                                "jsonpath={.items[*].status.connection.state}"))
                .contains("Online"));
    }

    @Test
    void partsKilledAllAtOnceRunAgainWithinFiveSecondsAndServeAgainSoon() {
        Map<String, Long> before = processes();
        KILLED.forEach(part -> ProcessHandle.of(before.get(part)).orElseThrow().destroyForcibly());

        await().atMost(Duration.ofSeconds(5)).until(() -> {
            Map<String, Long> now = processes();
            return KILLED.stream()
                    .allMatch(part -> now.containsKey(part) && !now.get(part).equals(before.get(part)));
        });
        await().atMost(Duration.ofMinutes(2))
                .until(() -> SERVICES.stream().allMatch(part -> part(part).condition() == Condition.READY));
        // By now the agent waits up to a minute before it tries again, which is its own test's matter.
        Long waiting = processes().get(AGENT);
        ProcessHandle.of(waiting).orElseThrow().destroyForcibly();
        await().atMost(Duration.ofMinutes(2))
                .until(() -> part(AGENT).condition() == Condition.READY
                        && !waiting.equals(part(AGENT).pid()));
    }

    @Test
    void theSuccessorOfAKilledSupervisorFindsEveryProcess() {
        await().atMost(Duration.ofMinutes(2)).until(() -> region.state().orElseThrow().parts().stream()
                .allMatch(one -> one.condition().isGood()));
        Map<String, Long> before = processes();
        ProcessHandle.of(before.get(Supervisor.PART)).orElseThrow().destroyForcibly();
        await().atMost(Duration.ofSeconds(5)).until(() -> !region.isSupervised());

        assertThat(command("up", "--agents=1"))
                .containsSubsequence(
                        "Starting a region in ",
                        "kube-apiserver",
                        "Ready after ",
                        "d-",
                        "Next:",
                        "eval \"$(make -s env)\"",
                        "kubemdm get devices -A",
                        "less samples/01-first-policy/README.md");

        Map<String, Long> after = processes();
        before.remove(Supervisor.PART);
        assertThat(after).containsAllEntriesOf(before);
    }

    private PartState part(String name) {
        return region.state().orElseThrow().parts().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private Map<String, Long> processes() {
        return Marks.of(region.folder().path()).stream()
                .collect(Collectors.toMap(Marked::part, one -> one.process().pid(), (one, other) -> one));
    }
}
