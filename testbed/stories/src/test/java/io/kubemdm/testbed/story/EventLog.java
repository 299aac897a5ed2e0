package io.kubemdm.testbed.story;

import io.kubemdm.bus.KafkaAccess;
import io.kubemdm.bus.Topic;
import io.kubemdm.testbed.broker.BrokerLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/** Kafka as an auditor reads it: committed records only. */
final class EventLog {

    private final KafkaAccess kafka;

    EventLog(BrokerLayout broker) {
        this.kafka =
                new KafkaAccess(broker.bootstrapServers(), "SASL_PLAINTEXT", broker.jaas(BrokerLayout.ADMIN), null);
    }

    /** Bodies of a device's events of one CloudEvents type, in order. */
    List<String> ofType(String type, String device) {
        List<String> found = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> event : all(Topic.EVENTS)) {
            if (device.equals(event.key()) && type.equals(header(event, "ce_type"))) {
                found.add(new String(event.value(), StandardCharsets.UTF_8));
            }
        }
        return found;
    }

    /** Keys of a topic with the number of committed records that each has had and that compaction has left. */
    Map<String, Integer> records(Topic topic, String keyPrefix) {
        Map<String, Integer> counts = new TreeMap<>();
        for (ConsumerRecord<String, byte[]> one : all(topic)) {
            if (one.key().startsWith(keyPrefix)) {
                counts.merge(one.key(), 1, Integer::sum);
            }
        }
        return counts;
    }

    private List<ConsumerRecord<String, byte[]>> all(Topic topic) {
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(kafka.consumer("story-audit"))) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic.topicName()).stream()
                    .map(p -> new TopicPartition(p.topic(), p.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
            return records;
        }
    }

    private static String header(ConsumerRecord<String, byte[]> event, String name) {
        Header header = event.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }
}
