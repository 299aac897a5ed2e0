package io.kubemdm.gateway.uplink;

import io.kubemdm.bus.EnvelopeBinding;
import io.kubemdm.bus.KafkaAccess;
import io.kubemdm.bus.Topic;
import io.kubemdm.protocol.message.Envelope;
import io.kubemdm.protocol.message.Report;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands reports to Kafka in the order they were submitted, on one thread of its own, so that no event loop ever waits for
 * a broker. A device's reports are in one partition, an idempotent producer with one request in flight keeps their
 * order there, and nothing is ever given up for being slow: Kafka being away shows as reports in flight, which the
 * {@link InFlightBudget} bounds.
 *
 * <p>When Kafka refuses a report, all others in flight are given up with it and the producer begins anew: a later report
 * must never be stored before an earlier one that the agent will send again, since the engine would take the repeat for
 * old.
 */
public final class Uplink implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Uplink.class);
    private static final Duration FLUSH = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** What became of a report; called once, on any thread, must not block. */
    public interface Outcome {

        /** Nobody waits for it. */
        Outcome NONE = new Outcome() {
            @Override
            public void stored() {}

            @Override
            public void lost() {}
        };

        /** Kafka has it. */
        void stored();

        /** It will not be in Kafka; whoever sent it must send it again. */
        void lost();
    }

    private record Pending(Envelope<? extends Report> report, long size, Outcome outcome) {}

    private final Supplier<? extends Producer<String, byte[]>> producers;
    private final InFlightBudget budget;
    private final Queue<Pending> queue = new ConcurrentLinkedQueue<>();
    private final Semaphore arrived = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closing;
    private volatile @Nullable Producer<String, byte[]> refused;

    /** Starts the thread. */
    public Uplink(String name, Supplier<? extends Producer<String, byte[]>> producers, InFlightBudget budget) {
        this.producers = producers;
        this.budget = budget;
        this.thread = Thread.ofPlatform().name(name).daemon().start(this::run);
    }

    /** A producer that waits for Kafka as long as it takes. */
    public static Producer<String, byte[]> patient(KafkaAccess kafka, String clientId) {
        Map<String, Object> config = kafka.producer(clientId);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Long.MAX_VALUE);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        // A broker that comes back knows nothing of a producer whose first batch it refused, and takes the second one,
        // whatever its sequence number (KIP-360): with several requests in flight a later report would stand first.
        config.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        config.put(ProducerConfig.METADATA_MAX_AGE_CONFIG, (int)
                Duration.ofMinutes(1).toMillis());
        return new KafkaProducer<>(config);
    }

    /**
     * Takes a report. Never blocks and never refuses: who submits looks at {@link InFlightBudget#isExhausted()}
     * afterwards and stops reading.
     *
     * @param size what it counts in the budget, in bytes
     */
    public void submit(Envelope<? extends Report> report, long size, Outcome outcome) {
        budget.take(size);
        queue.add(new Pending(report, size, outcome));
        if (arrived.availablePermits() == 0) {
            arrived.release();
        }
    }

    private void run() {
        Producer<String, byte[]> producer = null;
        try {
            while (!(closing && queue.isEmpty())) {
                Pending next = queue.peek();
                if (producer != null && producer == refused) {
                    producer.close(Duration.ZERO);
                    producer = null;
                    Thread.sleep(PAUSE);
                } else if (next == null) {
                    // Wakes for a report and for closing.
                    arrived.tryAcquire(100, TimeUnit.MILLISECONDS);
                } else if (producer == null) {
                    producer = made();
                } else {
                    queue.remove();
                    send(producer, next);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("uplink interrupted while closing");
        }
        if (producer != null) {
            producer.close(FLUSH);
        }
        queue.forEach(left -> done(left, false));
    }

    private @Nullable Producer<String, byte[]> made() throws InterruptedException {
        try {
            return producers.get();
        } catch (KafkaException e) {
            LOG.error("the producer of reports cannot be made, next attempt in {} s", PAUSE.toSeconds(), e);
            Thread.sleep(PAUSE);
            return null;
        }
    }

    private void send(Producer<String, byte[]> producer, Pending next) {
        ProducerRecord<String, byte[]> kafkaRecord;
        try {
            kafkaRecord = EnvelopeBinding.toRecord(Topic.REPORTS.topicName(), next.report());
        } catch (RuntimeException e) {
            LOG.error(
                    "report cannot be written device={} id={}",
                    next.report().subject(),
                    next.report().id(),
                    e);
            done(next, false);
            return;
        }
        try {
            var unused = producer.send(kafkaRecord, (metadata, failure) -> {
                if (failure != null) {
                    refuse(producer, failure);
                }
                done(next, failure == null);
            });
        } catch (KafkaException e) {
            refuse(producer, e);
            done(next, false);
        }
    }

    private void refuse(Producer<String, byte[]> producer, Exception failure) {
        if (refused != producer) {
            refused = producer;
            if (!closing) {
                LOG.error(
                        "Kafka refuses reports, all in flight are given up topic={}",
                        Topic.REPORTS.topicName(),
                        failure);
            }
        }
    }

    private void done(Pending pending, boolean stored) {
        budget.give(pending.size());
        if (stored) {
            pending.outcome().stored();
        } else {
            pending.outcome().lost();
        }
    }

    /** Bytes in flight. */
    public long inFlight() {
        return budget.inFlight();
    }

    /** Sends what is queued, waits at most 5 s for Kafka, gives up the rest. */
    @Override
    public void close() {
        closing = true;
        try {
            if (!thread.join(FLUSH)) {
                thread.interrupt();
                thread.join(FLUSH);
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}
