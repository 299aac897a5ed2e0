package io.kubemdm.testbed.story;

import static io.kubemdm.testbed.story.Tenant.SOON;
import static io.kubemdm.testbed.story.Tenant.condition;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * {@code samples/04-staged-rollout} as its README tells it, with fewer devices: enrolling is what costs.
 * {@code -Dkubemdm.story.devices=1000} has as many as the README.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StagedRolloutStoryTest {

    private static final int DEVICES = Integer.getInteger("kubemdm.story.devices", 250);
    private static final int A_TENTH = DEVICES / 10;

    private static Tenant tenant;
    private static Path sample;

    @BeforeAll
    static void aFleetEnrols() throws IOException {
        StoryRegion region = StoryRegion.shared();
        sample = region.sample("04-staged-rollout");
        Matcher typed = Pattern.compile("fleet NAMESPACE=staged COUNT=\\d+ OPTIONS=\"([^\"]+)\"")
                .matcher(Files.readString(sample.resolve("README.md")));
        assertThat(typed.find()).isTrue();
        tenant = region.fleet("staged", DEVICES, List.of(typed.group(1).split(" ", -1)));
    }

    @Test
    @Order(1)
    void theFirstVersionReachesEverybodyStepByStep() {
        rollOut("1.0.0", "10-bundle-1.0.0.yaml", "20-rollout-1.0.0.yaml");

        awaitPhase("1.0.0", "Completed", Duration.ofMinutes(3));
        JsonNode counts = rollout("1.0.0").at("/status/counts");
        assertThat(counts.path("admitted").asInt()).isEqualTo(DEVICES);
        assertThat(counts.path("succeeded").asInt()).isEqualTo(DEVICES);
    }

    @Test
    @Order(2)
    void aVersionThatDrainsBatteriesGoesBackByItself() {
        rollOut("1.1.0", "30-bundle-1.1.0.yaml", "40-rollout-1.1.0.yaml");

        awaitPhase("1.1.0", "RolledBack", Duration.ofMinutes(3));
        JsonNode rollout = rollout("1.1.0");
        assertThat(condition(rollout, "RolledBack")).startsWith("True/");
        assertThat(rollout.at("/status/step").asText()).isEqualTo("some");
        assertThat(rollout.at("/status/analysis/0/name").asText()).isEqualTo("battery");
        assertThat(rollout.at("/status/counts/admitted").asInt()).isLessThanOrEqualTo(A_TENTH);
        awaitEverybodyHas("1.0.0");
    }

    @Test
    @Order(3)
    void aVersionThatManyDevicesCannotApplyGoesBackByItself() {
        rollOut("1.2.0", "50-bundle-1.2.0.yaml", "60-rollout-1.2.0.yaml");

        awaitPhase("1.2.0", "RolledBack", SOON);
        JsonNode rollout = rollout("1.2.0");
        assertThat(rollout.at("/status/counts/admitted").asInt()).isBetween(0, A_TENTH);
        assertThat(rollout.at("/status/step").asText()).isIn("first", "some");
        awaitEverybodyHas("1.0.0");
    }

    private static void rollOut(String version, String bundle, String rollout) {
        tenant.apply(sample.resolve(bundle));
        tenant.kubectl("wait", "pb/power-" + version, "--for=condition=Ready", "--timeout=30s");
        tenant.apply(sample.resolve(rollout));
    }

    private static void awaitPhase(String version, String phase, Duration limit) {
        tenant.kubectl(
                "wait",
                "mro/power-" + version,
                "--for=jsonpath={.status.phase}=" + phase,
                "--timeout=" + limit.toSeconds() + "s");
    }

    private static JsonNode rollout(String version) {
        return tenant.get("mro", "power-" + version);
    }

    /** By one column: the objects of a thousand devices are some megabytes. */
    private static void awaitEverybodyHas(String version) {
        String column = "jsonpath={range .items[*]}{.status.policies[?(@.policy==\"power\")].version}{\"\\n\"}{end}";
        await("everybody has " + version)
                .pollInterval(Duration.ofSeconds(1))
                .atMost(SOON)
                .untilAsserted(() -> assertThat(
                                tenant.kubectl("get", "mdev", "-o", column).lines())
                        .hasSize(DEVICES)
                        .containsOnly(version));
    }
}
