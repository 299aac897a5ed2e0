package io.kubemdm.operator.engine;

import io.kubemdm.bus.KafkaAccess;
import io.kubemdm.bus.Topic;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads {@code mdm.events} back with a plain {@code read_committed} consumer. What was folded is kept until the store has
 * it: a replay longer than the transaction timeout loses the transaction it runs in, and the next attempt only reads on.
 */
final class KafkaEventHistory implements EventHistory {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaEventHistory.class);
    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaAccess kafka;
    private final String clientId;
    private final Duration patience;
    private final InstantSource clock;
    private final Map<Integer, Progress> kept = new ConcurrentHashMap<>();

    private static final class Progress {
        private final Rebuilding rebuilding;
        private long next = -1;

        Progress(Rebuilding rebuilding) {
            this.rebuilding = rebuilding;
        }
    }

    /**
     * Over {@code kafka}.
     *
     * @param patience how long a predecessor's open transaction is waited for, or a broker that does not answer
     */
    KafkaEventHistory(KafkaAccess kafka, String clientId, Duration patience, InstantSource clock) {
        this.kafka = kafka;
        this.clientId = clientId;
        this.patience = patience;
        this.clock = clock;
    }

    @Override
    public @Nullable Rebuilding replay(int partition) {
        Instant started = clock.instant();
        TopicPartition log = new TopicPartition(Topic.EVENTS.topicName(), partition);
        Progress progress = kept.computeIfAbsent(partition, p -> new Progress(new Rebuilding(p, EventFormat.CURRENT)));
        try (Consumer<String, byte[]> consumer = consumer(partition, "read_committed")) {
            consumer.assign(List.of(log));
            long end = stableEnd(consumer, log);
            if (progress.next < 0) {
                progress.next = consumer.beginningOffsets(List.of(log)).getOrDefault(log, 0L);
            }
            read(consumer, log, progress, end);
        }
        Rebuilding rebuilt = progress.rebuilding;
        if (rebuilt.records() == 0) {
            return null;
        }
        LOG.info(
                "store rebuilt from the log partition={} events={} devices={} flaws={} ms={}",
                partition,
                rebuilt.records(),
                rebuilt.states().size(),
                rebuilt.flaws(),
                Duration.between(started, clock.instant()).toMillis());
        return rebuilt;
    }

    @Override
    public void settled(int partition) {
        kept.remove(partition);
    }

    private void read(Consumer<String, byte[]> consumer, TopicPartition log, Progress progress, long end) {
        consumer.seek(log, progress.next);
        Instant heard = clock.instant();
        while (consumer.position(log) < end) {
            long before = consumer.position(log);
            for (ConsumerRecord<String, byte[]> each : consumer.poll(POLL)) {
                try {
                    progress.rebuilding.accept(each.offset(), each.headers(), each.value());
                } catch (RuntimeException e) {
                    throw new IllegalStateException(
                            log + " offset " + each.offset() + " cannot be read by this version: " + e.getMessage(), e);
                }
                progress.next = each.offset() + 1;
            }
            Instant now = clock.instant();
            if (consumer.position(log) > before) {
                heard = now;
            } else if (heard.plus(patience).isBefore(now)) {
                throw new IllegalStateException(log + " stands still at offset " + before + ", its end is " + end);
            }
        }
    }

    /** The end of the log, once no transaction of a predecessor is open on it. */
    private long stableEnd(Consumer<String, byte[]> committed, TopicPartition log) {
        Instant until = clock.instant().plus(patience);
        try (Consumer<String, byte[]> uncommitted = consumer(log.partition(), "read_uncommitted")) {
            while (true) {
                long high = uncommitted.endOffsets(List.of(log)).getOrDefault(log, 0L);
                long stable = committed.endOffsets(List.of(log)).getOrDefault(log, 0L);
                if (stable >= high) {
                    return stable;
                }
                if (until.isBefore(clock.instant())) {
                    throw new IllegalStateException(log + " has an open transaction at offset " + stable);
                }
                pause();
            }
        }
    }

    private Consumer<String, byte[]> consumer(int partition, String isolation) {
        Map<String, Object> config = kafka.consumer(clientId + "-replay-" + partition + "-" + isolation);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
        config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) patience.toMillis());
        return new KafkaConsumer<>(config);
    }

    private static void pause() {
        try {
            Thread.sleep(Duration.ofMillis(50));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a transaction to end", e);
        }
    }
}
