package io.kubemdm.gateway;

import io.kubemdm.bus.DeadLetter;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes {@code mdm.dead-letters}. The producer is made for the first letter: most processes never write one. */
@ApplicationScoped
public class DeadLetters implements Consumer<DeadLetter> {

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);

    /** Letters that wait for Kafka; above it they are logged, for a flood of rubbish must not fill the memory. */
    private static final int MAX_WAITING = 1_000;

    private final GatewayConfig config;
    private final ExecutorService writer = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MAX_WAITING),
            Thread.ofPlatform().name("dead-letters").daemon().factory());
    private @Nullable Producer<String, byte[]> producer;

    DeadLetters(GatewayConfig config) {
        this.config = config;
    }

    /** Sends without making the caller wait; what cannot be sent is logged. Safe for several threads. */
    @Override
    public void accept(DeadLetter letter) {
        try {
            writer.execute(() -> write(letter));
        } catch (RejectedExecutionException e) {
            LOG.warn("dead letter not written topic={} offset={}", letter.topic(), letter.offset(), e);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the callback has the outcome
    private void write(DeadLetter letter) {
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
            producer = new KafkaProducer<>(config.kafka().access().producer(config.replica() + "-dead-letters"));
        }
        return producer;
    }

    @PreDestroy
    void close() {
        writer.shutdown();
        try {
            if (!writer.awaitTermination(2, TimeUnit.SECONDS)) {
                LOG.warn(
                        "dead letters left unwritten count={}",
                        writer.shutdownNow().size());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            if (producer != null) {
                producer.close(Duration.ofSeconds(2));
            }
        }
    }
}
