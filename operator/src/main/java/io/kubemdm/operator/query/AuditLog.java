package io.kubemdm.operator.query;

import io.kubemdm.bus.AuditRecords;
import io.kubemdm.bus.KafkaAccess;
import io.kubemdm.bus.Partitions;
import io.kubemdm.bus.Topic;
import io.kubemdm.operator.https.Refused;
import io.kubemdm.protocol.audit.AuditLine;
import io.kubemdm.protocol.audit.SignedHead;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Reads events and signed heads from Kafka, a page at a time: a plain {@code read_committed} consumer without a group for
 * each answer, which writes nothing, not even an offset. Safe for several threads.
 */
final class AuditLog {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(200);

    /** Records looked at for one answer, whether or not they belong to it. */
    private static final int MAX_SCANNED = 50_000;

    /** Values of one answer. */
    private static final int MAX_BYTES = 4 << 20;

    private final KafkaAccess kafka;
    private final String clientId;

    AuditLog(KafkaAccess kafka, String clientId) {
        this.kafka = kafka;
        this.clientId = clientId;
    }

    /**
     * Answers.
     *
     * @throws Refused 400 for a partition that is not there, 503 when Kafka does not answer
     */
    List<AuditLine> answer(Question question) {
        try (Consumer<String, byte[]> consumer = consumer()) {
            return switch (question) {
                case Question.Partitions partitions -> partitions(consumer);
                case Question.Heads heads -> heads(consumer, heads);
                case Question.Events events -> {
                    TopicPartition log = partition(consumer, Topic.EVENTS, events.partition());
                    yield page(
                            consumer,
                            log,
                            events.offset(),
                            events.limit(),
                            record -> events.keys().test(record.key() == null ? "" : record.key())
                                    ? AuditLine.of(AuditRecords.of(record))
                                    : null);
                }
                case Question.Life life -> {
                    int number = Partitions.of(life.device(), count(consumer, Topic.EVENTS));
                    String key = life.device().toString();
                    yield page(
                            consumer,
                            new TopicPartition(Topic.EVENTS.topicName(), number),
                            life.offset(),
                            life.limit(),
                            record -> key.equals(record.key()) ? AuditLine.of(AuditRecords.of(record)) : null);
                }
            };
        } catch (KafkaException e) {
            throw new Refused(503, "Kafka does not answer: try again", e);
        }
    }

    private List<AuditLine> partitions(Consumer<String, byte[]> consumer) {
        List<TopicPartition> all = IntStream.range(0, count(consumer, Topic.EVENTS))
                .mapToObj(number -> new TopicPartition(Topic.EVENTS.topicName(), number))
                .toList();
        Map<TopicPartition, Long> first = consumer.beginningOffsets(all);
        Map<TopicPartition, Long> end = consumer.endOffsets(all);
        return all.stream()
                .map(each -> AuditLine.of(new AuditLine.Partition(
                        each.partition(), first.getOrDefault(each, 0L), end.getOrDefault(each, 0L))))
                .toList();
    }

    private List<AuditLine> heads(Consumer<String, byte[]> consumer, Question.Heads question) {
        partition(consumer, Topic.EVENTS, question.partition());
        String key = Integer.toString(question.partition());
        TopicPartition log = new TopicPartition(
                Topic.CHECKPOINTS.topicName(), Partitions.of(key, count(consumer, Topic.CHECKPOINTS)));
        return page(
                consumer,
                log,
                question.offset(),
                question.limit(),
                record -> key.equals(record.key()) && record.value() != null
                        ? AuditLine.of(new SignedHead(
                                question.partition(),
                                record.offset(),
                                Instant.ofEpochMilli(record.timestamp()),
                                new String(record.value(), StandardCharsets.UTF_8)))
                        : null);
    }

    private static List<AuditLine> page(
            Consumer<String, byte[]> consumer,
            TopicPartition log,
            long offset,
            int limit,
            Function<ConsumerRecord<String, byte[]>, @Nullable AuditLine> line) {
        consumer.assign(List.of(log));
        long end = consumer.endOffsets(List.of(log)).getOrDefault(log, 0L);
        long first = consumer.beginningOffsets(List.of(log)).getOrDefault(log, 0L);
        long next = Math.max(offset, first);
        List<AuditLine> lines = new ArrayList<>();
        int scanned = 0;
        int bytes = 0;
        Instant until = Instant.now().plus(PATIENCE);
        consumer.seek(log, next);
        while (next < end && lines.size() < limit && scanned < MAX_SCANNED && bytes < MAX_BYTES) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL).records(log)) {
                if (record.offset() >= end || lines.size() >= limit || bytes >= MAX_BYTES) {
                    lines.add(AuditLine.of(new AuditLine.Page(record.offset(), end)));
                    return lines;
                }
                AuditLine found = line.apply(record);
                if (found != null) {
                    lines.add(found);
                    bytes += record.value() == null ? 0 : record.value().length;
                }
                scanned++;
            }
            // The position also steps over the ends of transactions, which are no records.
            next = consumer.position(log);
            if (Instant.now().isAfter(until)) {
                break;
            }
        }
        lines.add(AuditLine.of(new AuditLine.Page(next, end)));
        return lines;
    }

    private static TopicPartition partition(Consumer<String, byte[]> consumer, Topic topic, int number) {
        int count = count(consumer, topic);
        if (number >= count) {
            throw Refused.parameter("partition", "must be below " + count);
        }
        return new TopicPartition(topic.topicName(), number);
    }

    private static int count(Consumer<String, byte[]> consumer, Topic topic) {
        int count = consumer.partitionsFor(topic.topicName()).size();
        if (count == 0) {
            throw new Refused(503, "Kafka does not have the topic " + topic.topicName() + " yet: try again");
        }
        return count;
    }

    private Consumer<String, byte[]> consumer() {
        Map<String, Object> config = kafka.consumer(clientId);
        config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
        config.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, Question.MAX_LIMIT);
        return new KafkaConsumer<>(config);
    }
}
