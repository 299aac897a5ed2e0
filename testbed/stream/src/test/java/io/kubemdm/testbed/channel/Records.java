package io.kubemdm.testbed.channel;

import io.kubemdm.bus.DeadLetter;
import io.kubemdm.bus.Principal;
import io.kubemdm.bus.Topic;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.testbed.broker.Broker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Writes records as the service that may, and reads them as somebody who may read everything. */
public final class Records implements AutoCloseable {

    private final Broker broker;
    private final Map<Principal, KafkaProducer<String, byte[]>> producers = new EnumMap<>(Principal.class);

    /** On this broker. */
    public Records(Broker broker) {
        this.broker = broker;
    }

    /** Writes one and returns when the broker has it; null is a tombstone. */
    public void put(Principal as, Topic topic, String key, @Nullable String value) {
        KafkaProducer<String, byte[]> producer = producers.computeIfAbsent(
                as, who -> new KafkaProducer<>(broker.accessFor(who).producer("test-" + who.user())));
        byte[] bytes = value == null ? null : value.getBytes(StandardCharsets.UTF_8);
        try {
            producer.send(new ProducerRecord<>(topic.topicName(), key, bytes)).get(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException("cannot write to " + topic.topicName(), e);
        }
    }

    /** Everything committed to a topic until now. */
    public List<ConsumerRecord<String, byte[]>> all(Topic topic) {
        return broker.spectator().all(topic);
    }

    /** The dead letters until now. */
    public List<DeadLetter> deadLetters() {
        return all(Topic.DEAD_LETTERS).stream()
                .map(each -> Json.read(each.value(), DeadLetter.class))
                .toList();
    }

    @Override
    public void close() {
        producers.values().forEach(producer -> producer.close(Duration.ZERO));
    }
}
