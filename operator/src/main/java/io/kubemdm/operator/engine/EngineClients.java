package io.kubemdm.operator.engine;

import io.kubemdm.bus.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/** The clients Kafka Streams works with: plain ones, of which the main consumer tells how far it has read. */
final class EngineClients implements KafkaClientSupplier {

    private final String replica;
    private final InputProgress progress;

    EngineClients(String replica, InputProgress progress) {
        this.replica = replica;
        this.progress = progress;
    }

    @Override
    public Admin getAdmin(Map<String, Object> config) {
        return Admin.create(config);
    }

    @Override
    public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
        Map<String, Object> named = new HashMap<>(config);
        named.computeIfPresent(
                ProducerConfig.TRANSACTIONAL_ID_CONFIG, (key, given) -> transactionalId(String.valueOf(given)));
        return new KafkaProducer<>(named, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /**
     * Kafka Streams names transactions by a process id that, without files, is new at every start; then a killed
     * process's open transaction holds its partitions back until it times out. Named by the replica instead, its
     * successor fences and aborts it at once.
     */
    private String transactionalId(String given) {
        return Topic.ENGINE_APPLICATION_ID + "-" + replica + given.substring(given.lastIndexOf('-'));
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
