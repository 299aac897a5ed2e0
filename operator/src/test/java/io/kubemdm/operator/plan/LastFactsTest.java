package io.kubemdm.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.bus.EnvelopeBinding;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.Envelope;
import io.kubemdm.protocol.message.Heartbeat;
import io.kubemdm.protocol.message.MessageId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class LastFactsTest {

    private static final Heartbeat HEARTBEAT = new Heartbeat(Instant.EPOCH, 0, List.of(), Map.of());

    private static ConsumerRecord<String, byte[]> read(byte @Nullable [] value) {
        ProducerRecord<String, byte[]> written = EnvelopeBinding.toRecord(
                "mdm.reports",
                new Envelope<>(
                        "1",
                        "/agent",
                        new DeviceId("acme", "d-1"),
                        Instant.EPOCH,
                        2,
                        new MessageId(1, 1),
                        null,
                        HEARTBEAT));
        return new ConsumerRecord<>(
                written.topic(),
                0,
                0,
                0,
                TimestampType.CREATE_TIME,
                0,
                0,
                written.key(),
                value == null ? written.value() : value,
                written.headers(),
                java.util.Optional.empty());
    }

    @Test
    void a_heartbeat_of_this_enrolment_tells_the_facts() {
        assertThat(Situation.isHeartbeat(read(null))).isTrue();
        assertThat(Situation.heartbeat(read(null), 2)).isEqualTo(HEARTBEAT);
        assertThat(Situation.heartbeat(read(null), 3))
                .as("of a former enrolment")
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "rubbish", "[]", "{\"clock\": 7}", "{\"facts\": []}"})
    void of_rubbish_nothing_is_known(String value) {
        assertThat(Situation.heartbeat(read(value.getBytes(StandardCharsets.UTF_8)), 2))
                .isNull();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "io.kubemdm.session.opened.v1", "\u0000"})
    void what_does_not_say_that_it_is_one_is_passed_over(@Nullable String type) {
        ConsumerRecord<String, byte[]> record = read(null);
        record.headers().remove("ce_type");
        if (type != null) {
            record.headers().add("ce_type", type.getBytes(StandardCharsets.UTF_8));
        }
        assertThat(Situation.isHeartbeat(record)).isFalse();
    }
}
