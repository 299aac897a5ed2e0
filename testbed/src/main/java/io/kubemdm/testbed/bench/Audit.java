package io.kubemdm.testbed.bench;

import io.kubemdm.bus.KafkaAccess;
import io.kubemdm.bus.Topic;
import io.kubemdm.testbed.Checkout;
import io.kubemdm.testbed.broker.BrokerLayout;
import io.kubemdm.testbed.region.Region;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** A region's topics as an auditor reads them: everything committed, from the start. */
final class Audit {

    private final KafkaAccess kafka;

    Audit(Region region) {
        BrokerLayout broker = BrokerLayout.in(region.folder().kafka(), Checkout.ofWorkingDirectory(), Set.of());
        this.kafka =
                new KafkaAccess(broker.bootstrapServers(), "SASL_PLAINTEXT", broker.jaas(BrokerLayout.ADMIN), null);
    }

    /** Hands over every record committed until now, in order per partition. */
    void read(Topic topic, Consumer<ConsumerRecord<String, byte[]>> each) {
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(kafka.consumer("audit"))) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic.topicName()).stream()
                    .map(p -> new TopicPartition(p.topic(), p.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(each);
            }
        }
    }
}
