package io.kubemdm.operator.plan;

import io.kubemdm.bus.KafkaAccess;
import io.kubemdm.bus.Partitions;
import io.kubemdm.bus.Topic;
import io.kubemdm.operator.https.Refused;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The last committed record of each wanted key, read by one plain {@code read_committed} consumer without a group, for one
 * answer. Keys are looked at before anything is parsed. For one thread.
 */
final class LastRecords implements Records, AutoCloseable {

    /** The longest time spent on all topics of one answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int MAX_RECORDS = 5_000;

    private final Consumer<String, byte[]> consumer;
    private Duration left = PATIENCE;

    LastRecords(KafkaAccess kafka, String clientId) {
        Map<String, Object> config = kafka.consumer(clientId);
        config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) ANSWER.toMillis());
        config.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) ANSWER.toMillis());
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_RECORDS);
        this.consumer = new KafkaConsumer<>(config);
    }

    @Override
    public Map<String, ConsumerRecord<String, byte[]>> all(Topic topic, Predicate<String> keys) {
        return read(
                        everyPartition(topic),
                        consumer::beginningOffsets,
                        Long.MAX_VALUE,
                        record -> keys.test(record.key()))
                .records();
    }

    @Override
    public Map<String, ConsumerRecord<String, byte[]>> of(Topic topic, Set<String> devices) {
        return read(
                        partitions(topic, devices),
                        consumer::beginningOffsets,
                        Long.MAX_VALUE,
                        record -> devices.contains(record.key()))
                .records();
    }

    @Override
    public Found since(
            Instant from,
            Topic topic,
            Set<String> devices,
            long most,
            Predicate<ConsumerRecord<String, byte[]>> wanted) {
        return read(
                partitions(topic, devices),
                partitions -> offsets(partitions, from),
                most,
                record -> devices.contains(record.key()) && wanted.test(record));
    }

    private Found read(
            List<TopicPartition> partitions,
            Function<Collection<TopicPartition>, Map<TopicPartition, Long>> begin,
            long most,
            Predicate<ConsumerRecord<String, byte[]>> wanted) {
        Map<String, ConsumerRecord<String, byte[]>> last = new HashMap<>();
        if (partitions.isEmpty()) {
            return new Found(last, true);
        }
        Instant from = Instant.now();
        Instant until = from.plus(left);
        try {
            consumer.assign(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            begin.apply(partitions).forEach(consumer::seek);
            long bytes = 0;
            while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.getOrDefault(each, 0L))) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                    bytes += Math.max(0, record.serializedValueSize());
                    if (record.key() == null || !wanted.test(record)) {
                        continue;
                    }
                    if (record.value() == null) {
                        last.remove(record.key());
                    } else {
                        last.put(record.key(), record);
                    }
                }
                if (bytes > most) {
                    return new Found(last, false);
                }
                if (Instant.now().isAfter(until)) {
                    throw new Refused(503, "there is more to read than " + PATIENCE.toSeconds() + " s: try again");
                }
            }
            return new Found(last, true);
        } catch (KafkaException e) {
            throw new Refused(503, "Kafka does not answer: try again", e);
        } finally {
            left = left.minus(Duration.between(from, Instant.now()));
        }
    }

    private Map<TopicPartition, Long> offsets(Collection<TopicPartition> partitions, Instant from) {
        Map<TopicPartition, Long> times = new HashMap<>();
        partitions.forEach(each -> times.put(each, from.toEpochMilli()));
        Map<TopicPartition, @Nullable OffsetAndTimestamp> found = consumer.offsetsForTimes(times);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        Map<TopicPartition, Long> offsets = new HashMap<>();
        partitions.forEach(each -> {
            OffsetAndTimestamp first = found.get(each);
            offsets.put(each, first == null ? ends.getOrDefault(each, 0L) : Long.valueOf(first.offset()));
        });
        return offsets;
    }

    private List<TopicPartition> partitions(Topic topic, Set<String> devices) {
        List<TopicPartition> all = everyPartition(topic);
        Set<Integer> theirs =
                devices.stream().map(each -> Partitions.of(each, all.size())).collect(Collectors.toSet());
        return all.stream().filter(each -> theirs.contains(each.partition())).toList();
    }

    private List<TopicPartition> everyPartition(Topic topic) {
        try {
            int count = consumer.partitionsFor(topic.topicName()).size();
            if (count == 0) {
                throw new Refused(503, "Kafka does not have the topic " + topic.topicName() + " yet: try again");
            }
            return IntStream.range(0, count)
                    .mapToObj(number -> new TopicPartition(topic.topicName(), number))
                    .toList();
        } catch (KafkaException e) {
            throw new Refused(503, "Kafka does not answer: try again", e);
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
