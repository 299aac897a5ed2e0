package io.kubemdm.gateway.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.protocol.message.Heartbeat;
import io.kubemdm.protocol.message.MessageId;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AgentFrameTest {

    private static final String HEARTBEAT = """
            {"specversion":"1.0","id":"1","source":"/agent","type":"io.kubemdm.heartbeat.sent.v1","subject":"acme/d-9",
             "boot":"2","n":"3","data":{"clock":"2026-01-01T00:00:00Z","desiredSeq":0,"policies":[],"facts":%s}}""";

    @Test
    void a_heartbeat_is_understood_and_what_it_says_of_its_sender_is_dropped() {
        assertThat(read(HEARTBEAT.formatted("{}"))).isInstanceOfSatisfying(AgentFrame.Understood.class, understood -> {
            assertThat(understood.envelope().body()).isInstanceOf(Heartbeat.class);
            assertThat(understood.envelope().messageId()).isEqualTo(new MessageId(2, 3));
            assertThat(understood.envelope().subject()).isNull();
        });
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of("UnknownType", HEARTBEAT.formatted("{}").replace("heartbeat.sent", "nonsense.sent")),
                Arguments.of("UnknownType", HEARTBEAT.formatted("{}").replace("heartbeat.sent", "session.drained")),
                Arguments.of("Malformed", HEARTBEAT.formatted("{}").replace("2026-01-01T00", "yesterday")),
                Arguments.of("Malformed", HEARTBEAT.formatted("[]")),
                Arguments.of("Malformed", HEARTBEAT.formatted("{}").replace("\"policies\":[],", "")),
                Arguments.of("Malformed", HEARTBEAT.formatted("{}").replace("\"specversion\":\"1.0\",", "")),
                Arguments.of("TooLarge", HEARTBEAT.formatted("{\"f\":\"" + "x".repeat(70_000) + "\"}")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refused(String reason, String frame) {
        assertThat(read(frame)).isInstanceOfSatisfying(AgentFrame.Refused.class, refused -> {
            assertThat(refused.refusal().reason()).isEqualTo(reason);
            assertThat(refused.refusal().boot()).isEqualTo(2);
            assertThat(refused.refusal().n()).isEqualTo(3);
        });
    }

    static Stream<String> rubbish() {
        return Stream.of(
                "",
                "null",
                "[]",
                "\"text\"",
                "{",
                "{\"a\":".repeat(100_000),
                "[".repeat(500_000),
                "{\"boot\":\"1\",\"boot\":\"1\"}",
                HEARTBEAT.formatted("{}").replace("\"n\":\"3\"", "\"n\":\"-3\""),
                HEARTBEAT
                        .formatted("{}")
                        .replace("heartbeat.sent", "nonsense.sent")
                        .replace("\"n\":\"3\",", ""),
                "{\"n\":" + "9".repeat(1_000) + "}");
    }

    @ParameterizedTest
    @MethodSource
    void rubbish(String frame) {
        assertThat(read(frame)).isInstanceOf(AgentFrame.Rubbish.class);
    }

    @Property
    void reading_never_throws(@ForAll byte[] frame) {
        assertThat(AgentFrame.read(frame)).isNotNull();
    }

    private static AgentFrame read(String frame) {
        return AgentFrame.read(frame.getBytes(StandardCharsets.UTF_8));
    }
}
