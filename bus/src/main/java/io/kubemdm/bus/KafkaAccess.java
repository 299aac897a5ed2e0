package io.kubemdm.bus;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * How a service reaches Kafka, and the client settings the design demands of everybody.
 *
 * @param bootstrapServers {@code host:port} list
 * @param securityProtocol {@code SASL_PLAINTEXT}, {@code SASL_SSL} or {@code PLAINTEXT}
 * @param jaasConfig what Strimzi puts in the user's Secret under {@code sasl.jaas.config}; a secret, never logged
 * @param truststore PEM file of the broker's CA, for {@code SASL_SSL}
 */
public record KafkaAccess(
        String bootstrapServers,
        String securityProtocol,
        @Nullable String jaasConfig,
        @Nullable Path truststore) {

    /** The longest record any of us writes, in bytes. */
    public static final int MAX_RECORD_BYTES = 2 << 20;

    /** Reads the JAAS line from the file a Secret is mounted as. */
    public static KafkaAccess scram(
            String bootstrapServers, String securityProtocol, Path jaasFile, @Nullable Path truststore) {
        try {
            return new KafkaAccess(
                    bootstrapServers,
                    securityProtocol,
                    Files.readString(jaasFile).strip(),
                    truststore);
        } catch (IOException e) {
            throw new IllegalStateException("cannot read the Kafka credential " + jaasFile + ": " + e.getMessage(), e);
        }
    }

    /** Settings common to all clients. */
    public Map<String, Object> client(String clientId) {
        Map<String, Object> config = new HashMap<>();
        config.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        config.put(CommonClientConfigs.CLIENT_ID_CONFIG, clientId);
        config.put(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, securityProtocol);
        config.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
        if (jaasConfig != null) {
            config.put(SaslConfigs.SASL_MECHANISM, "SCRAM-SHA-512");
            config.put(SaslConfigs.SASL_JAAS_CONFIG, jaasConfig);
        }
        if (truststore != null) {
            config.put("ssl.truststore.type", "PEM");
            config.put("ssl.truststore.location", truststore.toString());
        }
        return config;
    }

    /** An idempotent producer of string keys and byte values, {@code acks=all}, 2 ms linger. */
    public Map<String, Object> producer(String clientId) {
        Map<String, Object> config = client(clientId);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 2);
        config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_RECORD_BYTES);
        config.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
        config.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        return config;
    }

    /** A {@code read_committed} consumer of string keys and byte values that never commits by itself. */
    public Map<String, Object> consumer(String clientId) {
        Map<String, Object> config = client(clientId);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
        config.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        return config;
    }

    @Override
    public String toString() {
        return "KafkaAccess[" + bootstrapServers + ", " + securityProtocol + "]";
    }
}
