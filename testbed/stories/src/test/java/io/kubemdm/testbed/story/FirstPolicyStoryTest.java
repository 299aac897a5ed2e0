package io.kubemdm.testbed.story;

import static io.kubemdm.testbed.story.Tenant.SOON;
import static io.kubemdm.testbed.story.Tenant.condition;
import static io.kubemdm.testbed.story.Tenant.policyState;
import static io.kubemdm.testbed.story.Tenant.policyVersion;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** {@code samples/01-first-policy}, step by step as its README tells it. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FirstPolicyStoryTest {

    private static final int DEVICES = 3;

    private static StoryRegion region;
    private static Tenant acme;
    private static Path sample;

    @BeforeAll
    static void devicesEnrol() {
        region = StoryRegion.shared();
        acme = region.tenant(Tenants.ACME);
        sample = region.sample("01-first-policy");
    }

    @Test
    @Order(1)
    void devicesAppearByThemselvesUnderTheNamesTheirKeysGiveThem() {
        assertThat(acme.deviceNames())
                .hasSize(DEVICES)
                .containsExactlyInAnyOrderElementsOf(
                        acme.sides(DEVICES).stream().map(DeviceSide::name).toList());
        assertThat(acme.list("mdev")).allSatisfy(device -> {
            assertThat(device.at("/spec/platform").asText()).isEqualTo("Linux");
            assertThat(device.at("/status/phase").asText()).isEqualTo("Enrolled");
            assertThat(condition(device, "Connected")).startsWith("True/");
        });
    }

    @Test
    @Order(2)
    void theRolloutCompletesAndEveryStatusTellsOfIt() {
        acme.apply(sample.resolve("10-bundle-1.0.0.yaml"));
        acme.kubectl("wait", "pb/workplace-1.0.0", "--for=condition=Ready", "--timeout=30s");
        acme.apply(sample.resolve("20-rollout-1.0.0.yaml"));
        acme.kubectl("wait", "mro/workplace-1.0.0", "--for=jsonpath={.status.phase}=Completed", "--timeout=60s");

        JsonNode bundle = acme.get("pb", "workplace-1.0.0");
        String digest = bundle.at("/status/digest").asText();
        assertThat(digest).startsWith("sha256:");
        assertThat(condition(bundle, "Published")).startsWith("True/");
        JsonNode rollout = acme.get("mro", "workplace-1.0.0");
        assertThat(rollout.at("/status/digest").asText()).isEqualTo(digest);
        assertThat(condition(rollout, "Completed")).startsWith("True/");
        await("counts").atMost(SOON).untilAsserted(() -> {
            JsonNode counts = acme.get("mro", "workplace-1.0.0").at("/status/counts");
            assertThat(counts.get("eligible").asInt()).isEqualTo(DEVICES);
            assertThat(counts.get("admitted").asInt()).isEqualTo(DEVICES);
            assertThat(counts.get("succeeded").asInt()).isEqualTo(DEVICES);
            assertThat(counts.path("failed").asInt()).isZero();
        });
        await("device statuses").atMost(SOON).untilAsserted(() -> assertThat(acme.list("mdev"))
                .allSatisfy(device -> {
                    assertThat(policyState(device, "workplace")).isEqualTo("Applied");
                    assertThat(policyVersion(device, "workplace")).isEqualTo("1.0.0");
                    assertThat(device.at("/status/policies/0/digest").asText()).isEqualTo(digest);
                    assertThat(condition(device, "PolicyApplied")).startsWith("True/");
                }));
    }

    @Test
    @Order(3)
    void thePolicyIsOnEveryDevice() {
        assertThat(acme.sides(DEVICES)).allSatisfy(device -> {
            assertThat(device.read("/etc/security/pwquality.conf")).contains("minlen = 12", "minclass = 3");
            assertThat(device.read("/etc/security/faillock.conf")).contains("deny = 5", "unlock_time = 900");
            assertThat(device.read("/etc/sysctl.d/90-kubemdm.conf"))
                    .contains("kernel.dmesg_restrict = 1", "net.ipv4.conf.all.accept_redirects = 0");
            assertThat(device.read("/etc/motd.d/acme")).startsWith("This device is managed by Acme.");
            assertThat(device.mode("/etc/motd.d/acme")).isEqualTo("rw-r--r--");
            assertThat(device.read("/usr/local/share/ca-certificates/kubemdm-acme-internal.crt"))
                    .startsWith("-----BEGIN CERTIFICATE-----");
        });
    }

    @Test
    @Order(4)
    void theNextVersionReplacesTheFirstAndUndoesWhatItNoLongerNames() {
        acme.kubectl(
                "apply",
                "-f",
                sample.resolve("30-bundle-1.1.0.yaml").toString(),
                "-f",
                sample.resolve("40-rollout-1.1.0.yaml").toString());
        acme.kubectl("wait", "mro/workplace-1.1.0", "--for=jsonpath={.status.phase}=Completed", "--timeout=60s");

        // A rollout is over with the sample its success asks for, here one device; the others follow.
        await("devices").atMost(SOON).untilAsserted(() -> assertThat(acme.sides(DEVICES))
                .allSatisfy(device -> {
                    assertThat(device.read("/etc/security/pwquality.conf")).contains("minlen = 14");
                    assertThat(device.read("/etc/motd.d/acme")).contains("New since today");
                    assertThat(device.read("/etc/sysctl.d/90-kubemdm.conf"))
                            .contains("kernel.dmesg_restrict = 1")
                            .doesNotContain("accept_redirects");
                }));
        await("device statuses").atMost(SOON).untilAsserted(() -> assertThat(acme.list("mdev"))
                .allSatisfy(
                        device -> assertThat(policyVersion(device, "workplace")).isEqualTo("1.1.0")));
    }

    @Test
    @Order(5)
    void aBundleThatGoesTooFarIsRefusedByEveryDeviceAndTheOtherLineStays() {
        acme.apply(sample.resolve("50-too-far.yaml"));

        await("refusal").atMost(SOON).untilAsserted(() -> assertThat(acme.list("mdev"))
                .allSatisfy(device -> {
                    assertThat(policyState(device, "too-far")).isEqualTo("Failed");
                    assertThat(condition(device, "PolicyApplied")).isEqualTo("False/PathNotAllowed");
                    assertThat(policyState(device, "workplace")).isEqualTo("Applied");
                }));
        assertThat(acme.sides(DEVICES)).allSatisfy(device -> {
            assertThat(Files.exists(device.path("/etc/cron.d/helpful"))).isFalse();
            assertThat(device.read("/etc/motd.d/acme")).contains("New since today");
        });
        await("rollout counts").atMost(SOON).untilAsserted(() -> assertThat(acme.get("mro", "too-far-1.0.0")
                        .at("/status/counts/rejected")
                        .asInt())
                .isEqualTo(DEVICES));
    }

    @Test
    @Order(6)
    void deletedDevicesComeBackAsTheyWere() {
        List<String> names = acme.deviceNames();
        List<String> uids = acme.list("mdev").stream()
                .map(d -> d.at("/metadata/uid").asText())
                .toList();

        acme.kubectl("delete", "mdev", "--all");

        await("devices are back").atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            List<JsonNode> back = acme.list("mdev");
            assertThat(acme.deviceNames()).isEqualTo(names);
            assertThat(back).allSatisfy(device -> {
                assertThat(uids).doesNotContain(device.at("/metadata/uid").asText());
                assertThat(policyVersion(device, "workplace")).isEqualTo("1.1.0");
                assertThat(device.at("/status/connection/state").asText()).isEqualTo("Online");
            });
        });
    }

    @Test
    @Order(7)
    void deletingRolloutsAndBundlesChangesNoDevice() {
        acme.kubectl("delete", "mro,pb", "--all");

        await("a heartbeat interval")
                .during(Duration.ofSeconds(12))
                .atMost(SOON)
                .untilAsserted(() -> assertThat(acme.sides(DEVICES))
                        .allSatisfy(device -> assertThat(device.read("/etc/security/pwquality.conf"))
                                .contains("minlen = 14")));
    }
}
