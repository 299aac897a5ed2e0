package io.kubemdm.testbed.story;

import static io.kubemdm.testbed.story.Tenant.SOON;
import static io.kubemdm.testbed.story.Tenant.condition;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.protocol.trust.KeyId;
import io.kubemdm.protocol.trust.Pem;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** {@code samples/02-first-wipe}, step by step as its README tells it. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FirstWipeStoryTest {

    private static StoryRegion region;
    private static Tenant tenant;
    private static DeviceSide lost;
    private static DeviceSide other;
    private static Path sample;
    private static String lostName;
    private static String keyId;

    @BeforeAll
    static void devicesWithAPolicy() {
        region = StoryRegion.shared();
        tenant = region.tenant(Tenants.WIPES);
        Path first = region.sample("01-first-policy");
        tenant.apply(first.resolve("10-bundle-1.0.0.yaml"));
        tenant.apply(first.resolve("20-rollout-1.0.0.yaml"));
        tenant.kubectl("wait", "mro/workplace-1.0.0", "--for=jsonpath={.status.phase}=Completed", "--timeout=60s");
        sample = region.sample("02-first-wipe");
        lost = tenant.sides(2).getFirst();
        other = tenant.sides(2).getLast();
        lostName = lost.name();
        keyId = KeyId.of(Pem.certificates(lost.identity().at("/certificates/0").asText())
                .getFirst()
                .getPublicKey());
    }

    /** Not of the sample: here, because a region and a device are at hand. */
    @Test
    @Order(0)
    void aDeviceWhoseGatewayIsGoneLocksItselfAfterItsLeaseAcrossARestartAndUnlocksAtContact() {
        String gateway = other.identity().at("/gateways/0").asText();
        tenant.kubectl("patch", "mdev", other.name(), "--type=merge", "-p", """
                {"spec":{"offlineLease":{"lockAfter":"10s"}}}""");
        await("the lease is on the device").atMost(SOON).until(() -> !other.read("/var/lib/kubemdm-agent/lease.json")
                .isEmpty());
        assertThat(other.read("/etc/nologin")).isEmpty();

        other.useGateway("localhost:1");
        await("it locks itself").atMost(SOON).until(() -> !other.read("/etc/nologin")
                .isEmpty());
        other.useGateway(gateway);

        await("it unlocks at contact").atMost(SOON).until(() -> other.read("/etc/nologin")
                .isEmpty());
        tenant.kubectl("patch", "mdev", other.name(), "--type=merge", "-p", """
                {"spec":{"offlineLease":null}}""");
    }

    @Test
    @Order(1)
    void aRequestIsNotCompletedWhileTheDeviceIsAway() {
        other.signal("STOP");
        tenant.apply(sample.resolve("10-lock.yaml"), other.name());

        await("no completion without a receipt")
                .during(Duration.ofSeconds(4))
                .atMost(Duration.ofSeconds(12))
                .untilAsserted(() -> assertThat(tenant.get("wipe", "lock-" + other.name())
                                .at("/status/phase")
                                .asText())
                        .isNotEqualTo("Completed"));
        other.signal("CONT");
        awaitCompleted("lock-" + other.name());
    }

    @Test
    @Order(2)
    void aLockIsCompletedByAReceiptThatTheDeviceSigned() {
        tenant.apply(sample.resolve("10-lock.yaml"), lostName);

        JsonNode wipe = awaitCompleted("lock-" + lostName);

        assertThat(condition(wipe, "Confirmed")).startsWith("True/");
        assertThat(wipe.at("/status/receipt/digest").asText()).startsWith("sha256:");
        assertThat(wipe.at("/status/receipt/keyId").asText()).isEqualTo(keyId);
        assertThat(wipe.at("/status/target/name").asText()).isEqualTo(lostName);
        assertThat(wipe.at("/status/command/seq").asLong()).isPositive();
    }

    @Test
    @Order(3)
    void whoAskedIsWhatTheApiServerAuthenticated() {
        String me = region.kubectl()
                .run("auth", "whoami", "-o", "jsonpath={.status.userInfo.username}")
                .strip();
        assertThat(tenant.get("wipe", "lock-" + lostName)
                        .at("/spec/requestedBy")
                        .asText())
                .isEqualTo(me);
    }

    @Test
    @Order(4)
    void aSelectiveWipeTakesWhatPoliciesHadPutOnTheDevice() {
        assertThat(lost.read("/etc/motd.d/acme")).isNotEmpty();
        tenant.apply(sample.resolve("20-selective-wipe.yaml"), lostName);

        JsonNode wipe = awaitCompleted("selective-wipe-" + lostName);

        assertThat(wipe.at("/status/receipt/erased").asBoolean()).isTrue();
        assertThat(lost.read("/etc/motd.d/acme")).isEmpty();
        assertThat(lost.read("/usr/local/share/ca-certificates/kubemdm-acme-internal.crt"))
                .isEmpty();
        assertThat(lost.isEnrolled()).isTrue();
    }

    @Test
    @Order(5)
    void aRetiredDeviceLosesItsIdentityAndStaysAway() {
        tenant.apply(sample.resolve("30-retire.yaml"), lostName);
        awaitCompleted("retire-" + lostName);

        await("retired").atMost(SOON).untilAsserted(() -> {
            assertThat(tenant.get("mdev", lostName).at("/status/phase").asText())
                    .isEqualTo("Retired");
            assertThat(lost.isEnrolled()).isFalse();
        });
        tenant.kubectl("delete", "mdev", lostName);
        await("stays deleted")
                .during(Duration.ofSeconds(5))
                .atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> assertThat(tenant.deviceNames()).doesNotContain(lostName));
        assertThat(tenant.deviceNames()).contains(other.name());
        assertThat(tenant.get("wipe", "retire-" + lostName).at("/status/phase").asText())
                .as("the request outlives its device")
                .isEqualTo("Completed");
    }

    private static JsonNode awaitCompleted(String name) {
        await(name + " is completed").atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(
                        tenant.get("wipe", name).at("/status/phase").asText())
                .isEqualTo("Completed"));
        return tenant.get("wipe", name);
    }
}
