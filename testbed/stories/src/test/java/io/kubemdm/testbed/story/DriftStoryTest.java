package io.kubemdm.testbed.story;

import static io.kubemdm.testbed.story.Tenant.SOON;
import static io.kubemdm.testbed.story.Tenant.condition;
import static io.kubemdm.testbed.story.Tenant.policyState;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** What happens when somebody on the device changes what a policy had set. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DriftStoryTest {

    private static final String FILE = "/etc/motd.d/acme";

    /** The bundle's heartbeat interval of 10 s, and some for a busy machine. */
    private static final Duration INTERVAL = Duration.ofSeconds(20);

    private static StoryRegion region;
    private static Tenant tenant;
    private static DeviceSide device;
    private static String managed;

    @BeforeAll
    static void aDeviceWithAPolicy() {
        region = StoryRegion.shared();
        tenant = region.tenant(Tenants.DRIFT);
        Path sample = region.sample("01-first-policy");
        tenant.apply(sample.resolve("10-bundle-1.0.0.yaml"));
        tenant.apply(sample.resolve("20-rollout-1.0.0.yaml"));
        tenant.kubectl("wait", "mro/workplace-1.0.0", "--for=jsonpath={.status.phase}=Completed", "--timeout=60s");
        device = tenant.sides(1).getFirst();
        managed = device.read(FILE);
        assertThat(managed).isNotEmpty();
    }

    @Test
    @Order(1)
    void changedContentIsPutBackWithinAnInterval() {
        device.write(FILE, "hello\n");
        await("content").atMost(INTERVAL).untilAsserted(() -> assertThat(device.read(FILE))
                .isEqualTo(managed));
    }

    @Test
    @Order(2)
    void aChangedModeIsPutBackWithinAnInterval() {
        device.chmod(FILE, "rw-rw-rw-");
        await("mode").atMost(INTERVAL).untilAsserted(() -> assertThat(device.mode(FILE))
                .isEqualTo("rw-r--r--"));
    }

    @Test
    @Order(3)
    void everyCorrectionIsReportedAsAnEvent() {
        await("events").atMost(SOON).untilAsserted(() -> assertThat(new EventLog(region.broker())
                        .ofType("io.kubemdm.device.drifted.v1", tenant.namespace() + "/" + device.name()))
                .hasSizeGreaterThanOrEqualTo(2)
                .allSatisfy(event -> assertThat(event).contains("files:" + FILE)));
    }

    @Test
    @Order(4)
    void theThirdFightWithinAnHourIsLostAndShowsInStatus() {
        device.write(FILE, "again\n");
        await("failed").atMost(SOON).untilAsserted(() -> {
            JsonNode object = tenant.get("mdev", device.name());
            assertThat(policyState(object, "workplace")).isEqualTo("Failed");
            assertThat(condition(object, "PolicyApplied")).isEqualTo("False/DriftRepeated");
        });
    }
}
