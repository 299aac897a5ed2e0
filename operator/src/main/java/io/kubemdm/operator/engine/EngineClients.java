package io.kubemdm.operator.engine;

import io.kubemdm.bus.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/** The clients Kafka Streams works with: plain ones, of which the main consumer tells how far it has read. */
final class EngineClients implements KafkaClientSupplier {

    private final InputProgress progress;

    EngineClients(InputProgress progress) {
        this.progress = progress;
    }

    @Override
    public Admin getAdmin(Map<String, Object> config) {
        return Admin.create(config);
    }

    @Override
    public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
        return new TellingConsumer(config, progress);
    }

    @Override
    public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** Its position steps over transaction markers, which the records' offsets do not tell. */
    private static final class TellingConsumer extends KafkaConsumer<byte[], byte[]> {

        private final InputProgress progress;

        TellingConsumer(Map<String, Object> config, InputProgress progress) {
            super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
            this.progress = progress;
        }

        @Override
        public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            ConsumerRecords<byte[], byte[]> records = super.poll(timeout);
            for (TopicPartition partition : assignment()) {
                if (partition.topic().equals(Topic.REPORTS.topicName())) {
                    tell(partition, records.records(partition));
                }
            }
            return records;
        }

        private void tell(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
            try {
                long last = records.isEmpty() ? -1 : records.getLast().offset();
                progress.read(partition.partition(), position(partition, Duration.ZERO), last);
            } catch (TimeoutException e) {
                // The position is not known yet: neither is the progress.
                progress.forget(partition.partition());
            }
        }
    }
}
