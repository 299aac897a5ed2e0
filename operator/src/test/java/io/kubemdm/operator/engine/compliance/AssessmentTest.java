package io.kubemdm.operator.engine.compliance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.operator.cel.CelRules;
import io.kubemdm.operator.fleet.SampleState;
import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.event.DeviceEvent;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.message.Heartbeat;
import io.kubemdm.protocol.state.Compliance;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two lines of one device that set one kernel parameter to different values, judged by the real rules. */
class AssessmentTest {

    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final DeviceId DEVICE = DeviceId.parse("corp/d-1");

    @ParameterizedTest
    @CsvSource({
        // a's priority, enforcement, platform; b's; what the device has; states of a and b
        "100, Enforce, Linux,   200, Enforce, Linux,   2, NotApplicable, Compliant",
        "100, Enforce, Linux,   200, Enforce, Linux,   1, NotApplicable, InGracePeriod",
        "200, Enforce, Linux,   100, Enforce, Linux,   1, Compliant,     NotApplicable",
        "100, Enforce, Linux,   100, Enforce, Linux,   1, Compliant,     NotApplicable",
        // a line that sets nothing overrules nobody, and is judged by what it would set
        "100, Enforce, Linux,   200, Warn,    Linux,   1, Compliant,     InGracePeriod",
        "100, Enforce, Linux,   200, Shadow,  Linux,   1, Compliant,     InGracePeriod",
        "100, Shadow,  Linux,   200, Enforce, Linux,   2, InGracePeriod, Compliant",
        "100, Enforce, Linux,   200, Enforce, Windows, 1, Compliant,     NotApplicable",
    })
    void theLineThatHasItsWayIsJudged(
            int priority,
            String enforcement,
            String platform,
            int otherPriority,
            String otherEnforcement,
            String otherPlatform,
            String found,
            String state,
            String otherState) {
        BundleContent a = bundle("a", "1", priority, enforcement, platform);
        BundleContent b = bundle("b", "2", otherPriority, otherEnforcement, otherPlatform);
        RuleBook book = new RuleBook(CelRules::compile);
        book.put(a.digest(), a.canonical());
        book.put(b.digest(), b.canonical());

        List<DeviceEvent> events = new Assessment(book)
                .heard(
                        new SampleState(DEVICE, NOW).ordered(a.ref(), b.ref()).state(),
                        new Heartbeat(NOW, 1, List.of(), Map.of("sysctl", json("{'net.x':'" + found + "'}"))),
                        true,
                        NOW);

        assertThat(events.getFirst()).isInstanceOfSatisfying(DeviceEvent.ComplianceChanged.class, changed -> {
            Map<String, Compliance.Line> lines = changed.compliance().lines();
            assertThat(lines.get("a").state()).hasToString(state);
            assertThat(lines.get("b").state()).hasToString(otherState);
        });
    }

    private static BundleContent bundle(
            String policy, String value, int priority, String enforcement, String platform) {
        return new BundleContent(
                policy,
                "1.0.0",
                List.of(platform),
                priority,
                enforcement,
                json("{'sysctl':{'net.x':'" + value + "'}}"),
                null,
                null,
                null,
                null);
    }

    private static JsonNode json(String text) {
        return Json.read(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8), JsonNode.class);
    }
}
