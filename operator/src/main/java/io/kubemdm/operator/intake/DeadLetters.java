package io.kubemdm.operator.intake;

import io.kubemdm.bus.CompactedTopic;
import io.kubemdm.bus.DeadLetter;
import io.kubemdm.bus.KafkaAccess;
import io.kubemdm.bus.Principal;
import java.time.Duration;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps what could not be read for people, and lets the reader go on. Does not block longer than five seconds. */
public final class DeadLetters implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);

    private final Producer<String, byte[]> producer;

    public DeadLetters(KafkaAccess kafka) {
        var config = kafka.producer("operator-dead-letters");
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000);
        this.producer = new KafkaProducer<>(config);
    }

    /** Keeps {@code entry}. */
    @SuppressWarnings("FutureReturnValueIgnored") // the callback logs
    public void write(CompactedTopic.Entry entry, String reason) {
        LOG.warn(
                "record set aside topic={} partition={} offset={} key={} reason={}",
                entry.topic().topicName(),
                entry.partition(),
                entry.offset(),
                entry.key(),
                reason);
        DeadLetter letter = new DeadLetter(
                entry.topic().topicName(),
                entry.partition(),
                entry.offset(),
                Principal.OPERATOR.user(),
                reason,
                entry.key(),
                entry.value());
        producer.send(letter.toRecord(), (sent, error) -> {
            if (error != null) {
                LOG.error("dead letter not written topic={} offset={}", letter.topic(), letter.offset(), error);
            }
        });
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(2));
    }
}
