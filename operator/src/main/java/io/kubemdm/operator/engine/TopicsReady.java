package io.kubemdm.operator.engine;

import io.kubemdm.bus.KafkaAccess;
import io.kubemdm.bus.Topic;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Looks whether the topics the engine needs are there and have one partition count. */
final class TopicsReady {

    private static final List<Topic> NEEDED = List.of(
            Topic.REPORTS,
            Topic.EVENTS,
            Topic.STATE,
            Topic.WATERMARKS,
            Topic.DEAD_LETTERS,
            Topic.BUNDLES,
            Topic.ANALYSIS);
    private static final List<Topic> ALIKE = List.of(Topic.REPORTS, Topic.EVENTS, Topic.STATE, Topic.WATERMARKS);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private TopicsReady() {}

    /** What was found. */
    sealed interface Answer {
        /** All is there, with this many partitions. */
        record Ready(int partitions) implements Answer {}

        /** Something is missing. */
        record Missing(String reason) implements Answer {}
    }

    static Answer look(KafkaAccess kafka, String clientId) {
        Map<String, Object> config = kafka.client(clientId + "-topics");
        config.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
        config.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
        try (Admin admin = Admin.create(config)) {
            return look(admin, "waiting for Kafka at " + kafka.bootstrapServers());
        } catch (TimeoutException e) {
            return new Answer.Missing("waiting for Kafka at " + kafka.bootstrapServers() + ": no answer");
        } catch (KafkaException e) {
            return new Answer.Missing("waiting for Kafka at " + kafka.bootstrapServers() + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer.Missing("interrupted");
        }
    }

    private static Answer look(Admin admin, String waiting) throws InterruptedException, TimeoutException {
        Map<String, KafkaFuture<TopicDescription>> descriptions = admin.describeTopics(
                        NEEDED.stream().map(Topic::topicName).toList())
                .topicNameValues();
        Set<Integer> counts = new HashSet<>();
        for (Topic topic : NEEDED) {
            try {
                TopicDescription found =
                        descriptions.get(topic.topicName()).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
                if (ALIKE.contains(topic)) {
                    counts.add(found.partitions().size());
                }
            } catch (ExecutionException e) {
                return new Answer.Missing(
                        e.getCause() instanceof UnknownTopicOrPartitionException
                                ? "waiting for topic " + topic.topicName()
                                : waiting + ": " + e.getCause());
            }
        }
        return counts.size() == 1
                ? new Answer.Ready(counts.iterator().next())
                : new Answer.Missing(
                        "mdm.reports, mdm.events, mdm.state and mdm.watermarks must have the same number of partitions,"
                                + " found " + counts);
    }
}
