package io.kubemdm.gateway;

import io.kubemdm.bus.DeadLetter;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes {@code mdm.dead-letters}. The producer is made for the first letter: most processes never write one. */
@ApplicationScoped
public class DeadLetters implements Consumer<DeadLetter> {

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);

    private final GatewayConfig config;
    private @Nullable Producer<String, byte[]> producer;

    DeadLetters(GatewayConfig config) {
        this.config = config;
    }

    /** Sends without waiting; what cannot be sent is logged. Safe for several threads. */
    @SuppressWarnings("FutureReturnValueIgnored") // the callback has the outcome
    @Override
    public void accept(DeadLetter letter) {
        try {
            opened().send(letter.toRecord(), (metadata, failure) -> {
                if (failure != null) {
                    LOG.warn("dead letter not written topic={} offset={}", letter.topic(), letter.offset(), failure);
                }
            });
        } catch (KafkaException e) {
            LOG.warn("dead letter not written topic={} offset={}", letter.topic(), letter.offset(), e);
        }
    }

    private synchronized Producer<String, byte[]> opened() {
        if (producer == null) {
            Map<String, Object> settings = config.kafka().access().producer(config.replica() + "-dead-letters");
            settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 100L);
            producer = new KafkaProducer<>(settings);
        }
        return producer;
    }

    @PreDestroy
    synchronized void close() {
        if (producer != null) {
            producer.close(Duration.ofSeconds(2));
        }
    }
}
