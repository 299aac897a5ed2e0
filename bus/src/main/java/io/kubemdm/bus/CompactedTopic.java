package io.kubemdm.bus;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads compacted topics from the start and then for ever, on one thread of its own: a plain {@code assign} consumer
 * without a group, {@code read_committed}. {@link #caughtUp()} completes when everything that was committed at start has
 * been handed to the listener. Kafka being away is waited out.
 */
public final class CompactedTopic implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CompactedTopic.class);
    private static final Duration POLL = Duration.ofMillis(500);

    /** Takes records, in order per partition, on the reader's thread. An exception is logged and the record skipped. */
    @FunctionalInterface
    public interface Listener {
        /** One record; {@code value} is null for a tombstone. */
        void accept(Entry entry);
    }

    /**
     * One record.
     *
     * @param value null for a tombstone
     * @param timestamp the record's, by the topic's timestamp type
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
    public record Entry(
            Topic topic, String key, byte @Nullable [] value, int partition, long offset, Instant timestamp) {}

    private final KafkaAccess kafka;
    private final String clientId;
    private final List<Topic> topics;
    private final Listener listener;
    private final CompletableFuture<Void> caughtUp = new CompletableFuture<>();
    private final Thread thread;
    private volatile boolean closed;
    private volatile @Nullable Consumer<String, byte[]> consumer;
    private final LogEnds logEnds;

    private CompactedTopic(KafkaAccess kafka, String clientId, List<Topic> topics, Listener listener) {
        this.kafka = kafka;
        this.clientId = clientId;
        this.topics = List.copyOf(topics);
        this.listener = listener;
        this.logEnds = new LogEnds(kafka, clientId + "-ends");
        this.thread = Thread.ofPlatform().name(clientId).daemon().unstarted(this::run);
    }

    /** Starts reading. */
    public static CompactedTopic read(KafkaAccess kafka, String clientId, List<Topic> topics, Listener listener) {
        CompactedTopic reader = new CompactedTopic(kafka, clientId, topics, listener);
        reader.thread.start();
        return reader;
    }

    /** Completes once all that was there at start has been handed over; never before Kafka answered. */
    public CompletableFuture<Void> caughtUp() {
        return caughtUp;
    }

    /** Whether {@link #caughtUp()} has completed. */
    public boolean isCaughtUp() {
        return caughtUp.isDone();
    }

    /**
     * Completes, on the reader's thread or a Kafka client's, once everything that any producer had appended to
     * {@code topic} by now has been handed over or was aborted; until then an older record may still come. It waits for
     * open transactions. Completes exceptionally when Kafka does not answer; ask again then.
     */
    public CompletableFuture<Void> written(Topic topic) {
        return logEnds.reached(topic);
    }

    @Override
    public void close() {
        closed = true;
        Consumer<String, byte[]> current = consumer;
        if (current != null) {
            current.wakeup();
        }
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        logEnds.close();
    }

    private void run() {
        while (!closed) {
            try {
                readFromStart();
            } catch (WakeupException e) {
                LOG.debug("reader stopped client={}", clientId);
            } catch (RuntimeException e) {
                // Nothing a reader may die of: it begins again, and listeners take every record as it comes.
                LOG.error("reading starts over topics={} client={}", topics, clientId, e);
                pause();
            }
        }
    }

    private void readFromStart() {
        try (Consumer<String, byte[]> created = new KafkaConsumer<>(kafka.consumer(clientId))) {
            consumer = created;
            List<TopicPartition> partitions = awaitPartitions(created);
            created.assign(partitions);
            created.seekToBeginning(partitions);
            logEnds.reading(partitions);
            Map<TopicPartition, Long> ends = awaitEnds(created, partitions);
            while (!closed) {
                for (ConsumerRecord<String, byte[]> each : created.poll(POLL)) {
                    handOver(each);
                }
                logEnds.read(created::position);
                if (!caughtUp.isDone() && reached(created, ends)) {
                    LOG.info("read to the end topics={} client={}", topics, clientId);
                    caughtUp.complete(null);
                }
            }
        }
    }

    private List<TopicPartition> awaitPartitions(Consumer<String, byte[]> from) {
        List<TopicPartition> found = new ArrayList<>();
        for (Topic topic : topics) {
            List<PartitionInfo> infos = retrying("partitions of " + topic.topicName(), () -> {
                List<PartitionInfo> answer = from.partitionsFor(topic.topicName(), Duration.ofSeconds(5));
                if (answer == null || answer.isEmpty()) {
                    throw new org.apache.kafka.common.errors.UnknownTopicOrPartitionException(topic.topicName());
                }
                return answer;
            });
            infos.forEach(info -> found.add(new TopicPartition(info.topic(), info.partition())));
        }
        return found;
    }

    private Map<TopicPartition, Long> awaitEnds(Consumer<String, byte[]> from, List<TopicPartition> partitions) {
        return new HashMap<>(
                retrying("end offsets of " + topics, () -> from.endOffsets(partitions, Duration.ofSeconds(5))));
    }

    private <T> T retrying(String what, java.util.function.Supplier<T> attempt) {
        while (true) {
            try {
                return attempt.get();
            } catch (WakeupException e) {
                throw e;
            } catch (org.apache.kafka.common.errors.RetriableException
                    | org.apache.kafka.common.errors.AuthorizationException e) {
                LOG.warn("waiting for Kafka: {} error={}", what, e.toString());
                pause();
            }
            if (closed) {
                throw new WakeupException();
            }
        }
    }

    private void pause() {
        try {
            Thread.sleep(Duration.ofMillis(500));
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    private void handOver(ConsumerRecord<String, byte[]> each) {
        Topic topic = topics.stream()
                .filter(t -> t.topicName().equals(each.topic()))
                .findFirst()
                .orElseThrow();
        if (each.key() == null) {
            LOG.warn(
                    "record without key skipped topic={} partition={} offset={}",
                    each.topic(),
                    each.partition(),
                    each.offset());
            return;
        }
        try {
            listener.accept(new Entry(
                    topic,
                    each.key(),
                    each.value(),
                    each.partition(),
                    each.offset(),
                    Instant.ofEpochMilli(each.timestamp())));
        } catch (RuntimeException e) {
            LOG.error(
                    "record not understood, skipped topic={} partition={} offset={} key={}",
                    each.topic(),
                    each.partition(),
                    each.offset(),
                    each.key(),
                    e);
        }
    }

    private static boolean reached(Consumer<String, byte[]> from, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> from.position(end.getKey()) >= end.getValue());
    }
}
