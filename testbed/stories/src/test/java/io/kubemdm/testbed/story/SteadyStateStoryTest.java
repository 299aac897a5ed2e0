package io.kubemdm.testbed.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Devices that only report cost the API server nothing. */
class SteadyStateStoryTest {

    private static final Pattern REQUESTS =
            Pattern.compile("^apiserver_request_total\\{([^}]*)\\} ([0-9.e+]+)$", Pattern.MULTILINE);
    private static final Pattern WRITE = Pattern.compile("verb=\"(POST|PUT|PATCH|APPLY|DELETE|DELETECOLLECTION)\"");

    @Test
    void aBundleCountsItsDevicesAndThenHeartbeatsWriteNothingToTheKubernetesApi() {
        StoryRegion region = StoryRegion.shared();
        Tenant tenant = region.tenant(Tenants.STEADY);
        Path sample = region.sample("01-first-policy");
        tenant.apply(sample.resolve("10-bundle-1.0.0.yaml"));
        tenant.apply(sample.resolve("20-rollout-1.0.0.yaml"));
        tenant.kubectl("wait", "mro/workplace-1.0.0", "--for=jsonpath={.status.phase}=Completed", "--timeout=60s");

        await("bundle counts, written at most once a minute")
                .atMost(Duration.ofSeconds(100))
                .untilAsserted(() -> {
                    JsonNode counts = tenant.get("pb", "workplace-1.0.0").at("/status/counts");
                    assertThat(counts.path("assigned").asInt()).isEqualTo(2);
                    assertThat(counts.path("applied").asInt()).isEqualTo(2);
                });
        AtomicLong last = new AtomicLong(-1);
        await("two heartbeat intervals of 10 s without a write")
                .during(Duration.ofSeconds(21))
                .atMost(Duration.ofSeconds(100))
                .until(() -> {
                    long now = writes(region);
                    return last.getAndSet(now) == now;
                });
    }

    private static long writes(StoryRegion region) {
        Matcher line = REQUESTS.matcher(region.kubectl().run("get", "--raw", "/metrics"));
        long sum = 0;
        while (line.find()) {
            if (line.group(1).contains("group=\"kubemdm.io\"")
                    && WRITE.matcher(line.group(1)).find()) {
                sum += (long) Double.parseDouble(line.group(2));
            }
        }
        return sum;
    }
}
