package io.kubemdm.testbed.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kubemdm.bus.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Statuses are projections: without them the region knows all it knew, and orders nothing anew. */
class RebuildStoryTest {

    private static final Duration REBUILT = Duration.ofSeconds(60);

    private static StoryRegion region;
    private static Tenant tenant;

    @BeforeAll
    static void aTenantWithHistory() {
        region = StoryRegion.shared();
        tenant = region.tenant(Tenants.REBUILD);
        Path sample = region.sample("01-first-policy");
        tenant.apply(sample.resolve("10-bundle-1.0.0.yaml"));
        tenant.apply(sample.resolve("20-rollout-1.0.0.yaml"));
        tenant.kubectl("wait", "mro/workplace-1.0.0", "--for=jsonpath={.status.phase}=Completed", "--timeout=60s");
        String device = tenant.deviceNames().getFirst();
        tenant.apply(region.sample("02-first-wipe").resolve("10-lock.yaml"), device);
        tenant.kubectl("wait", "wipe/lock-" + device, "--for=jsonpath={.status.phase}=Completed", "--timeout=60s");
    }

    @Test
    void deletedStatusesComeBackAndNoOrderGoesOut() {
        List<String> kinds = List.of("mdev", "pb", "mro", "wipe");
        Map<String, JsonNode> before = new TreeMap<>();
        kinds.forEach(kind -> before.putAll(statuses(kind)));
        EventLog log = new EventLog(region.broker());
        var desired = log.records(Topic.DESIRED, tenant.namespace() + "/");
        var commands = log.records(Topic.COMMANDS, tenant.namespace() + "/");

        for (String kind : kinds) {
            for (JsonNode object : tenant.list(kind)) {
                String left = tenant.kubectl(
                        "patch",
                        kind,
                        object.at("/metadata/name").asText(),
                        "--subresource=status",
                        "--type=json",
                        "-p",
                        "[{\"op\":\"remove\",\"path\":\"/status\"}]",
                        "-o",
                        "jsonpath={.status}");
                assertThat(left).isEmpty();
            }
        }

        await("statuses are back").atMost(REBUILT).untilAsserted(() -> {
            Map<String, JsonNode> after = new TreeMap<>();
            kinds.forEach(kind -> after.putAll(statuses(kind)));
            assertThat(after).isEqualTo(before);
        });
        assertThat(log.records(Topic.DESIRED, tenant.namespace() + "/")).isEqualTo(desired);
        assertThat(log.records(Topic.COMMANDS, tenant.namespace() + "/")).isEqualTo(commands);
    }

    /** Statuses by kind and name, without what says when it was written down. */
    private static Map<String, JsonNode> statuses(String kind) {
        Map<String, JsonNode> found = new TreeMap<>();
        for (JsonNode object : tenant.list(kind)) {
            ObjectNode status = object.path("status").deepCopy() instanceof ObjectNode some
                    ? some
                    : com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.objectNode();
            // Counted at most once a minute, so between two looks they may become true.
            status.remove("counts");
            status.path("conditions").forEach(condition -> ((ObjectNode) condition).remove("lastTransitionTime"));
            found.put(kind + "/" + object.at("/metadata/name").asText(), status);
        }
        return found;
    }
}
