package io.kubemdm.testbed.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.testbed.bench.SteadyRun;
import io.kubemdm.testbed.region.SharedRegion;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Devices that only report cost the API server nothing, and a bundle counts them once a minute. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SteadyStateStoryTest {

    private static Tenant tenant;

    @BeforeAll
    static void twoDevicesWithAPolicy() {
        StoryRegion region = StoryRegion.shared();
        tenant = region.tenant(Tenants.STEADY);
        Path sample = region.sample("01-first-policy");
        tenant.apply(sample.resolve("10-bundle-1.0.0.yaml"));
        tenant.apply(sample.resolve("20-rollout-1.0.0.yaml"));
        tenant.kubectl("wait", "mro/workplace-1.0.0", "--for=jsonpath={.status.phase}=Completed", "--timeout=60s");
    }

    /** First, because the bundle's minute passes meanwhile. */
    @Test
    @Order(1)
    void twoHundredDevicesThatHeartbeatEverySecondWriteNothingToTheKubernetesApi() {
        SteadyRun.awaitSilence(SharedRegion.get(), 200, 2_000);
    }

    @Test
    @Order(2)
    void aBundleCountsItsDevices() {
        await("bundle counts, written at most once a minute")
                .pollInterval(Duration.ofSeconds(2))
                .atMost(Duration.ofSeconds(100))
                .untilAsserted(() -> {
                    JsonNode counts = tenant.get("pb", "workplace-1.0.0").at("/status/counts");
                    assertThat(counts.path("assigned").asInt()).isEqualTo(2);
                    assertThat(counts.path("applied").asInt()).isEqualTo(2);
                });
    }
}
