package io.kubemdm.operator.engine;

import io.kubemdm.bus.KafkaAccess;
import io.kubemdm.bus.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the broker every second where the input partitions end. A broker that does not answer leaves the last answer to age. */
final class InputProbe implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(InputProbe.class);
    private static final Duration RHYTHM = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final Admin admin;
    private final InputProgress progress;
    private final Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    private final ScheduledExecutorService executor;
    private final Future<?> rounds;

    InputProbe(KafkaAccess kafka, String clientId, int partitions, InputProgress progress) {
        this.admin = Admin.create(kafka.client(clientId + "-probe"));
        this.progress = progress;
        for (int i = 0; i < partitions; i++) {
            ends.put(new TopicPartition(Topic.REPORTS.topicName(), i), OffsetSpec.latest());
        }
        this.executor = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name(clientId + "-probe").daemon().factory());
        this.rounds = executor.scheduleWithFixedDelay(this::ask, 0, RHYTHM.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void ask() {
        try {
            Instant asked = progress.now();
            admin.listOffsets(ends, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                    .all()
                    .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                    .forEach((partition, end) -> progress.end(partition.partition(), end.offset(), asked));
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            LOG.debug("the input's end is not known", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        rounds.cancel(true);
        executor.shutdownNow();
        admin.close(Duration.ofSeconds(1));
    }
}
