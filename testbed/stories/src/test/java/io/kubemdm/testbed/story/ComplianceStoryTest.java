package io.kubemdm.testbed.story;

import static io.kubemdm.testbed.story.Tenant.SOON;
import static io.kubemdm.testbed.story.Tenant.condition;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** {@code samples/03-compliance}, step by step as its README tells it. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ComplianceStoryTest {

    private static final String RULE = "baseline/passwords-change-yearly";

    /** Where somebody who is root on the device says how long a password lives. */
    private static final String LOGIN_DEFS = "/etc/login.defs";

    /** How {@code kubemdm-agent token} ends when there is none. */
    private static final int REFUSED = 5;

    private static StoryRegion region;
    private static Tenant tenant;
    private static Path sample;
    private static DeviceSide device;
    private static String name;

    @BeforeAll
    static void aLaptopEnrols() {
        region = StoryRegion.shared();
        sample = region.sample("03-compliance");
        tenant = region.tenant(Tenants.COMPLIANCE);
        device = tenant.sides(1).getFirst();
        name = device.name();
        passwordsLive(365);
    }

    @Test
    @Order(1)
    void thePipelineFindsNoFaultAndShowsWhatIsNew() throws Exception {
        assertThat(step("dry run")).contains("baseline-1.0.0 created (server dry run)", "next-year-1.0.0 created");
        assertThat(step("diff")).contains("+  name: baseline-1.0.0", "+  name: next-year-1.0.0");
        assertThat(tenant.list("pb")).isEmpty();
    }

    @Test
    @Order(2)
    void terraformAppliesTheVeryFilesOfTheStory() throws IOException {
        Path folder = sample.resolve("terraform");
        List<Path> read = Pattern.compile("yamldecode\\(file\\(\"\\$\\{path\\.module}/([^\"]+)\"\\)\\)")
                .matcher(Files.readString(folder.resolve("main.tf")))
                .results()
                .map((MatchResult found) -> folder.resolve(found.group(1)).normalize())
                .toList();
        assertThat(read).containsExactly(sample.resolve("10-baseline.yaml"), sample.resolve("20-rollout.yaml"));

        JsonNode password = yaml(read.getFirst()).at("/spec/settings/password");
        assertThat(password.get("minLength").asInt()).isEqualTo(12);
        assertThat(password.get("requireComplexity").asBoolean()).isTrue();
        assertThat(password.get("maxFailedAttempts").asInt()).isEqualTo(5);
        assertThat(password.get("lockoutDuration").asText()).isEqualTo("30m");
    }

    @Test
    @Order(3)
    void aDeviceThatKeepsEveryRuleIsCompliant() throws Exception {
        tenant.apply(sample.resolve("10-baseline.yaml"));
        tenant.kubectl("wait", "pb/baseline-1.0.0", "--for=condition=Ready", "--timeout=30s");
        tenant.apply(sample.resolve("20-rollout.yaml"));
        tenant.apply(sample.resolve("30-shadow.yaml"));

        awaitState("Compliant");
        assertThat(device.read("/etc/security/pwquality.conf")).contains("minlen = 12", "minclass = 3");
        assertThat(device.read("/etc/security/faillock.conf")).contains("deny = 5", "unlock_time = 1800");
        assertThat(step("diff")).isEmpty();
        assertThat(token(0)).matches("[\\w-]+\\.[\\w-]+\\.[\\w-]+\\s*");
    }

    @Test
    @Order(4)
    void aBrokenRuleHasItsGraceAndThenTheActionsFollow() throws Exception {
        passwordsLive(99_999);

        awaitState("InGracePeriod");
        awaitState("NonCompliant");
        assertThat(token(REFUSED)).startsWith("kubemdm-agent: no token (").contains("rules to mend: " + RULE);
        tenant.kubectl("wait", "mdev/" + name, "--for=condition=Quarantined", "--timeout=45s");
        JsonNode object = tenant.get("mdev", name);
        assertThat(condition(object, "Quarantined")).isEqualTo("True/NonCompliant");
        assertThat(condition(object, "Compliant")).isEqualTo("False/NonCompliant");
        assertThat(object.at("/status/phase").asText()).isEqualTo("Quarantined");
        assertThat(object.at("/status/compliance/failingRules"))
                .extracting(JsonNode::asText)
                .containsExactly(RULE);
        await("event").atMost(SOON).untilAsserted(() -> assertThat(tenant.kubectl("describe", "mdev", name))
                .containsPattern("Warning\\s+NonCompliant"));
        assertThat(kubemdm("get", "devices", "-n", tenant.namespace(), "--failing", RULE, "-o", "wide"))
                .contains(name, RULE);
    }

    @Test
    @Order(5)
    void aDeviceThatKeepsTheRuleAgainIsReleased() throws Exception {
        passwordsLive(90);

        awaitState("Compliant");
        tenant.kubectl("wait", "mdev/" + name, "--for=condition=Quarantined=false", "--timeout=45s");
        assertThat(kubemdm("timeline", name, "-n", tenant.namespace(), "-o", "wide"))
                .containsSubsequence(
                        "compliance Compliant",
                        "compliance InGracePeriod: " + RULE + " broken, in grace until",
                        "compliance NonCompliant: " + RULE,
                        "baseline demands Notify because of passwords-change-yearly",
                        "baseline demands Remediate",
                        "baseline demands Quarantine",
                        "baseline demands DenyAccess",
                        "compliance Compliant",
                        "baseline no longer demands")
                .contains("next-year/longer-passwords NonCompliant", "[shadow]");
        token(0);
    }

    private static void awaitState(String state) {
        tenant.kubectl("wait", "mdev/" + name, "--for=jsonpath={.status.compliance.state}=" + state, "--timeout=45s");
    }

    private static void passwordsLive(int days) {
        device.write(LOGIN_DEFS, "PASS_MAX_DAYS\t" + days + "\n");
    }

    /** A step of the workflow as its runner runs it; standard output. */
    private static String step(String wanted) throws IOException, InterruptedException {
        String script = StreamSupport.stream(
                        yaml(sample.resolve("ci/github-actions.yaml"))
                                .at("/jobs/check/steps")
                                .spliterator(),
                        false)
                .filter(step -> step.path("name").asText().equals(wanted))
                .map(step -> step.get("run").asText())
                .findFirst()
                .orElseThrow();
        return run(List.of("bash", "-e", "-o", "pipefail", "-c", script));
    }

    private static String kubemdm(String... words) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(region.folder().bin().resolve("kubemdm").toString()));
        command.addAll(List.of(words));
        return run(command);
    }

    /** What the laptop's agent says when it asks for a token, and that it ends with {@code exit}. */
    private static String token(int exit) throws IOException, InterruptedException {
        return run(
                exit,
                List.of(
                        region.folder().bin().resolve("kubemdm-agent").toString(),
                        "token",
                        "--root",
                        device.path("/").toString(),
                        "--audience",
                        "https://wiki.acme.example"));
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        return run(0, command);
    }

    /** As somebody who did {@code eval "$(make -s env)"}, with the policies of the story. */
    private static String run(int exit, List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command);
        if (exit == 0) {
            builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        } else {
            builder.redirectErrorStream(true);
        }
        Map<String, String> variables = builder.environment();
        variables.putAll(region.variables());
        variables.put("JAVA_HOME", System.getProperty("java.home"));
        variables.put("PATH", region.folder().bin() + ":" + variables.get("PATH"));
        variables.put("NAMESPACE", tenant.namespace());
        variables.put("POLICIES", sample.toString());
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", command, said).isEqualTo(exit);
        return said;
    }

    private static JsonNode yaml(Path file) throws IOException {
        return Serialization.unmarshal(Files.readString(file), JsonNode.class);
    }
}
