package io.kubemdm.bus;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Tells when a reader has come to where a topic's log ended at some moment, uncommitted records included: records of one
 * transaction become visible partition by partition, and an open one may hide records that are older than visible ones.
 */
final class LogEnds implements AutoCloseable {

    private static final int REQUEST_MS = 5_000;

    private record Goal(Map<TopicPartition, Long> ends, CompletableFuture<Void> reached) {}

    private final KafkaAccess kafka;
    private final String clientId;
    private final Set<Goal> goals = ConcurrentHashMap.newKeySet();
    private volatile List<TopicPartition> partitions = List.of();
    private volatile Map<TopicPartition, Long> positions = Map.of();
    private @Nullable Admin admin;
    private boolean closed;

    LogEnds(KafkaAccess kafka, String clientId) {
        this.kafka = kafka;
        this.clientId = clientId;
    }

    /** The reader begins with these partitions, at their beginning. */
    void reading(List<TopicPartition> from) {
        positions = Map.of();
        partitions = List.copyOf(from);
    }

    /** The reader has come to {@code position} in each of its partitions; on its thread, after it handed records over. */
    void read(ToLongFunction<TopicPartition> position) {
        Map<TopicPartition, Long> now = new HashMap<>();
        partitions.forEach(each -> now.put(each, position.applyAsLong(each)));
        positions = now;
        goals.forEach(this::look);
    }

    /** Completes once the reader is where the topic's log ends at this moment. */
    CompletableFuture<Void> reached(Topic topic) {
        Map<TopicPartition, OffsetSpec> wanted = partitions.stream()
                .filter(each -> each.topic().equals(topic.topicName()))
                .collect(Collectors.toMap(each -> each, each -> OffsetSpec.latest()));
        if (wanted.isEmpty()) {
            return CompletableFuture.failedFuture(
                    new IllegalStateException(topic.topicName() + " is not being read yet"));
        }
        CompletableFuture<Void> reached = new CompletableFuture<>();
        try {
            var unused = admin().listOffsets(
                            wanted, new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED).timeoutMs(REQUEST_MS))
                    .all()
                    .toCompletionStage()
                    .whenComplete((found, failure) -> {
                        if (failure != null) {
                            reached.completeExceptionally(failure);
                        } else {
                            aim(found, reached);
                        }
                    });
        } catch (RuntimeException e) {
            reached.completeExceptionally(e);
        }
        return reached;
    }

    private void aim(Map<TopicPartition, ListOffsetsResultInfo> found, CompletableFuture<Void> reached) {
        Map<TopicPartition, Long> ends = new HashMap<>();
        found.forEach((partition, end) -> ends.put(partition, end.offset()));
        Goal goal = new Goal(Map.copyOf(ends), reached);
        goals.add(goal);
        look(goal);
    }

    private void look(Goal goal) {
        Map<TopicPartition, Long> now = positions;
        if (goal.ends().entrySet().stream().allMatch(end -> now.getOrDefault(end.getKey(), -1L) >= end.getValue())) {
            goals.remove(goal);
            goal.reached().complete(null);
        }
    }

    private synchronized Admin admin() {
        if (closed) {
            throw new IllegalStateException("the reader is closed");
        }
        if (admin == null) {
            Map<String, Object> settings = kafka.client(clientId);
            settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_MS);
            settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, REQUEST_MS);
            admin = Admin.create(settings);
        }
        return admin;
    }

    @Override
    public void close() {
        Admin current;
        synchronized (this) {
            closed = true;
            current = admin;
        }
        if (current != null) {
            current.close(Duration.ZERO);
        }
        goals.forEach(goal -> goal.reached().cancel(false));
    }
}
