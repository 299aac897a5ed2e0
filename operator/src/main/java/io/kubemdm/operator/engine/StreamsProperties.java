package io.kubemdm.operator.engine;

import io.kubemdm.bus.KafkaAccess;
import io.kubemdm.bus.Topic;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/** The engine's Kafka Streams configuration; why each value is what it is stands in docs/engine.md. */
final class StreamsProperties {

    private StreamsProperties() {}

    static Properties of(KafkaAccess kafka, EngineSettings settings) {
        Properties properties = new Properties();
        properties.putAll(kafka.client("engine-" + settings.replica()));
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, Topic.ENGINE_APPLICATION_ID);
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, EngineSettings.COMMIT_INTERVAL.toMillis());
        properties.put(StreamsConfig.POLL_MS_CONFIG, EngineSettings.POLL.toMillis());
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, settings.threads());
        properties.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, settings.standbys());
        properties.put(StreamsConfig.STATE_DIR_CONFIG, settings.stateDirectory().toString());
        properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        consumer(properties, settings);
        producer(properties);
        return properties;
    }

    private static void consumer(Properties properties, EngineSettings settings) {
        properties.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), settings.replica());
        properties.put(
                StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG),
                millis(EngineSettings.SESSION_TIMEOUT));
        properties.put(
                StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG),
                millis(EngineSettings.SESSION_TIMEOUT) / 4);
        properties.put(
                StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG),
                millis(EngineSettings.MAX_POLL_INTERVAL));
        // Recent reports only would mean reports lost: where offsets are unknown, repeats are ignored instead.
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    }

    private static void producer(Properties properties) {
        properties.put(
                StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG),
                millis(EngineSettings.TRANSACTION_TIMEOUT));
        properties.put(
                StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), KafkaAccess.MAX_RECORD_BYTES);
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 5);
    }

    private static int millis(Duration duration) {
        return Math.toIntExact(duration.toMillis());
    }
}
