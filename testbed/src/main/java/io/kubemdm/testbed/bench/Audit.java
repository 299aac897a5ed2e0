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
        try (Tail tail = tail(topic)) {
            while (!tail.isAtEnd()) {
                tail.poll(each);
            }
        }
    }

    /** A reader of a topic from its beginning, that can wait for more. */
    Tail tail(Topic topic) {
        return new Tail(new KafkaConsumer<>(kafka.consumer("audit")), topic);
    }

    /** Where a reader of a topic is. Used by one thread. */
    static final class Tail implements AutoCloseable {
        private final KafkaConsumer<String, byte[]> consumer;
        private final Map<TopicPartition, Long> ends;

        private Tail(KafkaConsumer<String, byte[]> consumer, Topic topic) {
            this.consumer = consumer;
            List<TopicPartition> partitions = consumer.partitionsFor(topic.topicName()).stream()
                    .map(p -> new TopicPartition(p.topic(), p.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            this.ends = consumer.endOffsets(partitions);
        }

        /** Whether everything was read that was committed when it began. */
        boolean isAtEnd() {
            return ends.entrySet().stream().noneMatch(end -> consumer.position(end.getKey()) < end.getValue());
        }

        /** Hands over what has come, waiting up to 200 ms for it; how many records. */
        int poll(Consumer<ConsumerRecord<String, byte[]>> each) {
            var records = consumer.poll(Duration.ofMillis(200));
            records.forEach(each);
            return records.count();
        }

        @Override
        public void close() {
            consumer.close();
        }
    }
}
