package io.kubemdm.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.json.MalformedJson;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopesTest {

    private static final String GOOD = """
            {"specversion":"1.0","id":"1","source":"/agent","type":"io.kubemdm.bundle.requested.v1","data":%s}""";

    @Test
    void a_message_survives_the_wire_with_all_its_attributes() {
        Envelope<Heartbeat> sent = new Envelope<>(
                "3/7",
                "/agent",
                new DeviceId("corp", "d-a"),
                Instant.parse("2026-01-02T03:04:05.678Z"),
                4,
                new MessageId(3, (1L << 53) - 1),
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                new Heartbeat(Instant.EPOCH, 9, List.of(new PolicyRef("p", "1.0.0", "sha256:0")), Map.of()));

        assertThat(Envelopes.fromJson(Envelopes.toJson(sent))).isEqualTo(sent);
    }

    @Test
    void every_concrete_message_has_a_type_of_its_own() {
        Set<Class<?>> bodies = concrete(Message.class).collect(Collectors.toSet());
        Set<Class<?>> named = bodies.stream()
                .filter(body -> Arrays.stream(TYPES).anyMatch(type -> body.equals(MessageTypes.bodyOf(type))))
                .collect(Collectors.toSet());

        assertThat(named).isEqualTo(bodies).hasSameSizeAs(TYPES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "{}", "{\"specversion\":\"1.0\"}", "\u0000\u0001", "{\"a\":"})
    void rubbish_is_malformed(String frame) {
        assertMalformed(frame);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "7", "{}", "{\"digest\":null}", "{\"digest\":{}}"})
    void a_body_without_what_it_needs_is_malformed(String data) {
        assertMalformed(GOOD.formatted(data));
    }

    @Test
    void an_unknown_type_is_named() {
        assertThatThrownBy(() -> Envelopes.fromJson(GOOD.formatted("{}")
                        .replace("bundle.requested", "moon.requested")
                        .getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(MalformedJson.class)
                .hasMessageContaining("moon.requested");
    }

    @Test
    void a_bomb_of_nesting_is_malformed() {
        assertMalformed(GOOD.formatted("[".repeat(100_000) + "]".repeat(100_000)));
        assertMalformed(GOOD.formatted("{\"digest\":".repeat(500) + "1" + "}".repeat(500)));
    }

    @Test
    void a_frame_over_the_limit_is_malformed() {
        assertMalformed(GOOD.formatted("{\"digest\":\"" + "x".repeat(Envelopes.MAX_FRAME_BYTES) + "\"}"));
    }

    @ParameterizedTest
    @MethodSource
    void a_negative_or_unreadable_counter_is_malformed(String counter) {
        assertMalformed(GOOD.formatted("{\"digest\":\"d\"}").replace("\"id\":\"1\"", "\"id\":\"1\",\"n\":" + counter));
    }

    static Stream<String> a_negative_or_unreadable_counter_is_malformed() {
        return Stream.of("\"-1\"", "\"x\"", "\"9223372036854775808\"", "-4");
    }

    private static void assertMalformed(String frame) {
        assertThatThrownBy(() -> Envelopes.fromJson(frame.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(MalformedJson.class);
    }

    private static Stream<Class<?>> concrete(Class<?> type) {
        return type.isSealed()
                ? Arrays.stream(type.getPermittedSubclasses()).flatMap(EnvelopesTest::concrete)
                : Stream.of(type);
    }

    private static final String[] TYPES = {
        "io.kubemdm.session.requested.v1",
        "io.kubemdm.bundle.requested.v1",
        "io.kubemdm.heartbeat.sent.v1",
        "io.kubemdm.policy.reported.v1",
        "io.kubemdm.drift.corrected.v1",
        "io.kubemdm.command.acknowledged.v1",
        "io.kubemdm.receipt.submitted.v1",
        "io.kubemdm.session.accepted.v1",
        "io.kubemdm.message.acknowledged.v1",
        "io.kubemdm.message.refused.v1",
        "io.kubemdm.order.issued.v1",
        "io.kubemdm.bundle.delivered.v1",
        "io.kubemdm.session.drained.v1",
        "io.kubemdm.session.opened.v1",
        "io.kubemdm.session.closed.v1",
        "io.kubemdm.command.delivered.v1",
        "io.kubemdm.device.enrolled.v1",
        "io.kubemdm.certificate.renewed.v1",
        "io.kubemdm.device.declared.v1",
        "io.kubemdm.device.assigned.v1",
        "io.kubemdm.device.deprovision.v1",
        "io.kubemdm.device.wipe.v1",
        "io.kubemdm.command.requested.v1",
        "io.kubemdm.command.cancelled.v1"
    };
}
