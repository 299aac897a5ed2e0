package io.kubemdm.testbed.story;

import static io.kubemdm.testbed.story.Tenant.SOON;
import static io.kubemdm.testbed.story.Tenant.condition;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code samples/05-feature-flag}, step by step as its README tells it. */
class FeatureFlagStoryTest {

    private static final String ROLLOUT = "greeting-1.0.0";
    private static final String GREETING = "/etc/motd.d/greeting";
    private static final int DEVICES = 2;

    private static StoryRegion region;
    private static Tenant tenant;
    private static Path sample;

    @BeforeAll
    static void devicesEnrol() {
        region = StoryRegion.shared();
        tenant = region.tenant(Tenants.FLAGS);
        sample = region.sample("05-feature-flag");
    }

    @Test
    void aFlagIsTurnedOnForALabelForAllAndOffAgain() {
        tenant.apply(sample.resolve("10-bundle-1.0.0.yaml"));
        tenant.apply(sample.resolve("20-rollout-1.0.0.yaml"));
        awaitHeld("True/FeatureFlagUnreachable");
        flag("30-flag-off.yaml");
        awaitRollout("Pending", 0, "False/NothingHeld");

        DeviceSide canary = tenant.sides(DEVICES).getFirst();
        tenant.kubectl("label", "mdev/" + canary.name(), "ring=canary");
        flag("40-flag-canary.yaml");
        awaitRollout("Completed", 1, "True/FeatureFlagOff");
        awaitGreeting(canary, true);
        assertThat(hasGreeting(tenant.sides(DEVICES).getLast())).isFalse();

        flag("50-flag-on.yaml");
        awaitRollout("Completed", DEVICES, "False/NothingHeld");
        tenant.sides(DEVICES).forEach(device -> awaitGreeting(device, true));

        region.kubectl().run("delete", "configmap", "-n", "kubemdm-system", "kubemdm-flags");
        awaitRollout("Completed", DEVICES, "True/FeatureFlagUnreachable");
        assertThat(tenant.sides(DEVICES)).allMatch(FeatureFlagStoryTest::hasGreeting);

        flag("30-flag-off.yaml");
        awaitRollout("RolledBack", 0, "False/NothingHeld");
        tenant.sides(DEVICES).forEach(device -> awaitGreeting(device, false));
    }

    private static void flag(String file) {
        region.kubectl().run("apply", "-f", sample.resolve(file).toString());
    }

    private static void awaitHeld(String reason) {
        await(reason).atMost(SOON).untilAsserted(() -> assertThat(condition(tenant.get("mro", ROLLOUT), "Held"))
                .isEqualTo(reason));
    }

    private static void awaitRollout(String phase, int succeeded, String held) {
        await(phase).atMost(SOON).untilAsserted(() -> {
            JsonNode rollout = tenant.get("mro", ROLLOUT);
            assertThat(rollout.at("/status/phase").asText()).isEqualTo(phase);
            assertThat(rollout.at("/status/counts/succeeded").asInt()).isEqualTo(succeeded);
            assertThat(condition(rollout, "Held")).isEqualTo(held);
        });
    }

    private static void awaitGreeting(DeviceSide device, boolean there) {
        await(device.name()).atMost(SOON).untilAsserted(() -> assertThat(hasGreeting(device))
                .isEqualTo(there));
    }

    private static boolean hasGreeting(DeviceSide device) {
        return Files.exists(device.path(GREETING));
    }
}
