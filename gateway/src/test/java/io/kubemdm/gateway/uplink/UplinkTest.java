package io.kubemdm.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kubemdm.bus.EnvelopeBinding;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.Envelope;
import io.kubemdm.protocol.message.Heartbeat;
import io.kubemdm.protocol.message.MessageId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class UplinkTest {

    private static final ReportStamp STAMP = new ReportStamp(DeviceId.parse("acme/d-1"), 2, "gateway-0");

    private final List<String> outcomes = new CopyOnWriteArrayList<>();
    private final AtomicInteger reliefs = new AtomicInteger();
    private final InFlightBudget budget = new InFlightBudget(1000, reliefs::incrementAndGet);

    @Test
    void reports_are_stored_in_the_order_they_were_submitted() {
        MockProducer<String, byte[]> kafka = producer(true);
        try (Uplink uplink = new Uplink("test", () -> kafka, budget)) {
            for (int n = 1; n <= 100; n++) {
                submit(uplink, n);
            }
            await().until(() -> outcomes.size() == 100);
        }
        assertThat(kafka.history().stream().map(each -> EnvelopeBinding.fromRecord(each.headers(), each.value())
                        .messageId()
                        .n()))
                .isSorted()
                .hasSize(100);
        assertThat(kafka.history()).allMatch(each -> each.key().equals("acme/d-1"));
        assertThat(budget.inFlight()).isZero();
    }

    @Test
    void nothing_is_stored_before_kafka_says_so_and_the_budget_holds_it() {
        MockProducer<String, byte[]> kafka = producer(false);
        try (Uplink uplink = new Uplink("test", () -> kafka, budget)) {
            for (int n = 1; n <= 10; n++) {
                submit(uplink, n);
            }
            await().until(() -> kafka.history().size() == 10);
            assertThat(outcomes).isEmpty();
            assertThat(budget.isExhausted()).isTrue();

            for (int i = 0; i < 5; i++) {
                kafka.completeNext();
            }

            assertThat(outcomes).hasSize(5);
            assertThat(budget.isExhausted()).isFalse();
            assertThat(reliefs).hasValue(1);
        }
    }

    @Test
    void one_refusal_gives_up_all_in_flight_and_the_next_report_finds_a_new_producer() {
        MockProducer<String, byte[]> first = producer(false);
        MockProducer<String, byte[]> second = producer(true);
        AtomicInteger made = new AtomicInteger();
        try (Uplink uplink = new Uplink("test", () -> made.getAndIncrement() == 0 ? first : second, budget)) {
            submit(uplink, 1);
            submit(uplink, 2);
            await().until(() -> first.history().size() == 2);

            first.errorNext(new TopicAuthorizationException("mdm.reports"));
            submit(uplink, 3);

            await().until(() -> outcomes.contains("stored 3"));
            assertThat(outcomes).contains("lost 1").doesNotContain("stored 1", "stored 2");
            assertThat(first.closed()).isTrue();
        }
    }

    @Test
    void a_producer_that_cannot_be_made_is_tried_again_and_no_report_is_lost() {
        MockProducer<String, byte[]> kafka = producer(true);
        AtomicInteger attempts = new AtomicInteger();
        try (Uplink uplink = new Uplink(
                "test",
                () -> {
                    if (attempts.getAndIncrement() == 0) {
                        throw new KafkaException("no bootstrap server can be resolved");
                    }
                    return kafka;
                },
                budget)) {
            submit(uplink, 1);

            await().until(() -> outcomes.contains("stored 1"));
        }
    }

    @Test
    void closing_sends_what_is_queued() {
        MockProducer<String, byte[]> kafka = producer(true);
        Uplink uplink = new Uplink("test", () -> kafka, budget);
        for (int n = 1; n <= 50; n++) {
            submit(uplink, n);
        }

        uplink.close();

        assertThat(outcomes).hasSize(50).allMatch(outcome -> outcome.startsWith("stored"));
    }

    private void submit(Uplink uplink, long n) {
        Envelope<Heartbeat> said = new Envelope<>(
                "x",
                "/agent",
                null,
                Instant.EPOCH,
                0,
                new MessageId(1, n),
                null,
                new Heartbeat(Instant.EPOCH, 0, List.of(), Map.of()));
        uplink.submit(STAMP.agent(said, Instant.now()), 100, new Uplink.Outcome() {
            @Override
            public void stored() {
                outcomes.add("stored " + n);
            }

            @Override
            public void lost() {
                outcomes.add("lost " + n);
            }
        });
    }

    private static MockProducer<String, byte[]> producer(boolean storesAtOnce) {
        return new MockProducer<>(storesAtOnce, null, new StringSerializer(), new ByteArraySerializer());
    }
}
