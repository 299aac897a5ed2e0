package io.kubemdm.testbed.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.plan.RolloutPlan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** What {@code kubemdm plan} tells is what then happens, and a person leads the rollout with {@code kubemdm rollout}. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PlanStoryTest {

    private static final int DEVICES = 3;

    private static final String BUNDLE = """
            apiVersion: kubemdm.io/v1alpha1
            kind: PolicyBundle
            metadata: {name: base-%1$s}
            spec:
              policy: base
              version: %1$s
              settings:
                heartbeatInterval: 10s
                sysctl: {kernel.dmesg_restrict: "1"}
              %2$s
            """;

    private static final String RULES = """
            rules:
              - {name: passwords-change-yearly, expression: 'password.maxAge <= 365', gracePeriod: 0s}
              nonComplianceActions:
              - {action: Notify}
            """;

    private static final String ROLLOUT = """
            apiVersion: kubemdm.io/v1alpha1
            kind: Rollout
            metadata: {name: base-%1$s}
            spec:
              bundleRef: {name: base-%1$s}
              selector: {}
              success: {percent: 50, minimumSample: 1} # whom its rule makes NonCompliant has regressed
              steps: %2$s
            """;

    private static final String BY_STEPS = "[{name: some, percent: 34}, {name: all, percent: 100, approval: Manual}]";

    @TempDir
    private static Path dir;

    private static StoryRegion region;
    private static Tenant tenant;
    private static List<DeviceSide> sides;
    private static RolloutPlan plan;

    @BeforeAll
    static void devicesEnrolAndHaveTheFirstVersion() {
        region = StoryRegion.shared();
        tenant = region.tenant(Tenants.PLAN);
        sides = tenant.sides(DEVICES);
        for (int i = 0; i < DEVICES; i++) {
            sides.get(i).write("/etc/login.defs", "PASS_MAX_DAYS\t" + (i == 0 ? 99_999 : 90) + "\n");
        }
        tenant.apply(BUNDLE.formatted("1.0.0", ""));
        tenant.apply(ROLLOUT.formatted("1.0.0", "[{name: all, percent: 100}]"));
        tenant.kubectl("wait", "mro/base-1.0.0", "--for=jsonpath={.status.phase}=Completed", "--timeout=60s");
    }

    @Test
    @Order(1)
    void thePlanIsMadeFromWhatTheDevicesLastSaidAndAppliesNothing() throws Exception {
        Path bundle = Files.writeString(dir.resolve("bundle.yaml"), BUNDLE.formatted("1.1.0", RULES));
        Path rollout = Files.writeString(dir.resolve("rollout.yaml"), ROLLOUT.formatted("1.1.0", BY_STEPS));

        // A heartbeat with the file that was written comes within its interval.
        await("last facts of all devices").atMost(Tenant.SOON).untilAsserted(() -> {
            plan = Json.read(
                    kubemdm(0, "plan", "-f", bundle.toString(), "-f", rollout.toString(), "--names", "-o", "json")
                            .getBytes(StandardCharsets.UTF_8),
                    RolloutPlan.class);
            assertThat(Objects.requireNonNull(plan.compliance()).judged()).isEqualTo(DEVICES);
            assertThat(plan.compliance().newlyNonCompliant()).isPositive();
        });

        assertThat(plan.holds()).isEmpty();
        assertThat(plan.devices()).isEqualTo(new RolloutPlan.Devices(DEVICES, DEVICES, 0, 0, 0));
        assertThat(plan.steps()).extracting(RolloutPlan.Step::adds).containsExactly(2, 1);
        assertThat(plan.compliance().names()).containsExactly(sides.getFirst().name());
        assertThat(plan.actions()).extracting(RolloutPlan.Action::action).containsExactly("Notify");
        assertThat(kubemdm(0, "plan", "-f", bundle.toString(), "-f", rollout.toString()))
                .contains("3 of 3 devices are eligible", "passwords-change-yearly", "AwaitingApproval");
        assertThat(tenant.list("pb")).hasSize(1);
    }

    @Test
    @Order(2)
    void theFirstStepIsWhomThePlanNamed() throws Exception {
        tenant.apply(BUNDLE.formatted("1.1.0", RULES));
        tenant.apply(ROLLOUT.formatted("1.1.0", BY_STEPS));
        tenant.kubectl("wait", "mro/base-1.1.0", "--for=jsonpath={.status.phase}=AwaitingApproval", "--timeout=60s");

        assertThat(tenant.get("pb", "base-1.1.0").at("/status/digest").asText())
                .isEqualTo(plan.content().digest());
        await("devices of the first step").atMost(Tenant.SOON).untilAsserted(() -> assertThat(withVersion("1.1.0"))
                .containsExactlyInAnyOrderElementsOf(plan.steps().getFirst().names()));
        assertThat(kubemdm(4, "rollout", "undo", "base-1.1.0", "--yes")).isEmpty();
    }

    @Test
    @Order(3)
    void afterTheApprovalTheRestFollowsAndWhoWasToldToBecomeNonCompliantDoes() throws Exception {
        assertThat(kubemdm(0, "rollout", "approve", "base-1.1.0", "--yes")).contains("step all is approved");
        assertThat(kubemdm(0, "rollout", "status", "base-1.1.0", "--watch", "--timeout", "1m"))
                .contains("Completed  step 2/2 all");

        await("every device has it").atMost(Tenant.SOON).untilAsserted(() -> assertThat(withVersion("1.1.0"))
                .hasSize(DEVICES));
        await("non-compliant devices").atMost(Tenant.SOON).untilAsserted(() -> assertThat(tenant.list("mdev"))
                .allSatisfy(device -> assertThat(
                                device.at("/status/compliance/state").asText())
                        .isEqualTo(
                                Objects.requireNonNull(plan.compliance())
                                                .names()
                                                .contains(name(device))
                                        ? "NonCompliant"
                                        : "Compliant")));
    }

    @Test
    @Order(4)
    void whatIsUndoneGoesBackToTheVersionThatIsToldBefore() throws Exception {
        kubemdm(0, "rollout", "undo", "base-1.1.0", "--yes");

        assertThat(kubemdm(10, "rollout", "status", "base-1.1.0", "--watch", "--timeout", "1m", "-o", "json")
                        .lines()
                        .toList()
                        .getLast())
                .contains("\"phase\":\"RolledBack\"");
        await("every device is back").atMost(Tenant.SOON).untilAsserted(() -> assertThat(withVersion("1.0.0"))
                .hasSize(DEVICES));
    }

    /** The first device has both, the second waits for a window of its time zone, and the flag is off for the third. */
    @Test
    @Order(5)
    void whomAFlagAndAWindowKeepBackIsToldBefore() throws Exception {
        String[] names = sides.stream().map(DeviceSide::name).toArray(String[]::new);
        tenant.kubectl("label", "mdev/" + names[1], "kubemdm.io/time-zone=Pacific.Auckland");
        region.kubectl().apply("""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: kubemdm-flags, namespace: kubemdm-system}
                data:
                  flags.json: |
                    {"flags": {"plan-story": {
                      "state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off",
                      "targeting": {"if": [{"in": [{"var": "device"}, ["%s", "%s"]]}, "on", "off"]}}}}
                """.formatted(names[0], names[1]));
        String start = LocalTime.now(ZoneOffset.UTC)
                .minusMinutes(30)
                .truncatedTo(ChronoUnit.MINUTES)
                .toString();
        String rollout = ROLLOUT.formatted("1.2.0", "[{name: all, percent: 100}]") + """
                  featureFlag: {key: plan-story}
                  maintenanceWindows: [{name: now, start: "%s", duration: 2h, timeZone: Device}]
                """.formatted(start);
        Path files = Files.writeString(dir.resolve("gated.yaml"), BUNDLE.formatted("1.2.0", "") + "---\n" + rollout);
        RolloutPlan gated = Json.read(
                kubemdm(0, "plan", "-f", files.toString(), "-o", "json").getBytes(StandardCharsets.UTF_8),
                RolloutPlan.class);

        tenant.apply(BUNDLE.formatted("1.2.0", ""));
        tenant.apply(rollout);

        assertThat(gated.flag()).isEqualTo(new RolloutPlan.Flag("plan-story", 2, 1, 0, 0, ""));
        assertThat(gated.steps()).singleElement().satisfies(step -> {
            assertThat(step.gated()).isEqualTo(new RolloutPlan.Gated(1, 0, 2, 1));
            assertThat(step.holds()).extracting(RolloutPlan.Hold::reason).containsExactly("WindowShut");
            assertThat(step.earliestSeconds()).isBetween(10 * 3600L, 13 * 3600L);
        });
        await("one has it, one is held").atMost(Tenant.SOON).untilAsserted(() -> {
            JsonNode status = tenant.get("mro", "base-1.2.0").path("status");
            assertThat(status.at("/counts/succeeded").asInt()).isEqualTo(1);
            assertThat(status.at("/counts/held").asInt()).isEqualTo(1);
            assertThat(withVersion("1.2.0")).containsExactly(names[0]);
        });
    }

    @AfterAll
    static void theFlagIsNobodysElse() {
        region.kubectl().run("delete", "configmap", "-n", "kubemdm-system", "kubemdm-flags", "--ignore-not-found");
    }

    private static List<String> withVersion(String version) {
        return tenant.list("mdev").stream()
                .filter(device -> Tenant.policyVersion(device, "base").equals(version))
                .map(PlanStoryTest::name)
                .toList();
    }

    private static String name(JsonNode device) {
        return device.at("/metadata/name").asText();
    }

    /** As somebody who did {@code eval "$(make -s env)"}; standard output. */
    private static String kubemdm(int code, String... words) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(region.folder().bin().resolve("kubemdm").toString()));
        command.addAll(List.of(words));
        command.addAll(List.of("-n", tenant.namespace()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        Map<String, String> variables = builder.environment();
        variables.putAll(region.variables());
        variables.put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", command, said).isEqualTo(code);
        return said;
    }
}
