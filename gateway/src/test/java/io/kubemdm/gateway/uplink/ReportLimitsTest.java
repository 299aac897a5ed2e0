package io.kubemdm.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.message.AgentReport;
import io.kubemdm.protocol.message.CommandAcknowledged;
import io.kubemdm.protocol.message.DriftCorrected;
import io.kubemdm.protocol.message.Heartbeat;
import io.kubemdm.protocol.message.PolicyReported;
import io.kubemdm.protocol.message.ReceiptHandedIn;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ReportLimitsTest {

    private static final PolicyRef REF = new PolicyRef("base", "1.0.0", "sha256:" + "a".repeat(64));

    static Stream<Arguments> within() {
        return Stream.of(
                Arguments.of("a heartbeat", heartbeat(60_000, 1)),
                Arguments.of("facts at the limit of policies", heartbeat(10, 64)),
                Arguments.of("sixteen settings", new DriftCorrected(REF, Collections.nCopies(16, "files:/etc/motd"))),
                Arguments.of("a receipt", new ReceiptHandedIn("id", "x".repeat(64 << 10))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void within(String name, AgentReport report) {
        assertThat(ReportLimits.excess(report, 1 << 20)).isNull();
    }

    static Stream<Arguments> beyond() {
        return Stream.of(
                Arguments.of("facts", heartbeat(70_000, 1)),
                Arguments.of("policies", heartbeat(10, 65)),
                Arguments.of("settings", new DriftCorrected(REF, Collections.nCopies(17, "x"))),
                Arguments.of("settings", new DriftCorrected(REF, List.of("x".repeat(257)))),
                Arguments.of("message", policy("x".repeat(513))),
                Arguments.of("id", new CommandAcknowledged("x".repeat(257), 1, null, 1)),
                Arguments.of("receipt", new ReceiptHandedIn("id", "x".repeat((64 << 10) + 1))),
                Arguments.of("policy.digest", new DriftCorrected(new PolicyRef("base", "1", "md5:abc"), List.of())));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void beyond(String field, AgentReport report) {
        assertThat(ReportLimits.excess(report, 1 << 20)).startsWith(field + ":");
    }

    private static Heartbeat heartbeat(int factLength, int policies) {
        return new Heartbeat(
                Instant.EPOCH,
                0,
                Collections.nCopies(policies, REF),
                Map.of("fact", new TextNode("x".repeat(factLength))));
    }

    private static PolicyReported policy(String message) {
        return new PolicyReported(REF, PolicyReported.State.Failed, 1, "Reason", message);
    }
}
