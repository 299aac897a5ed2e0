package io.kubemdm.operator.engine;

import io.kubemdm.bus.KafkaAccess;
import io.kubemdm.bus.Topic;
import io.kubemdm.protocol.event.Checkpoint;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.Signer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Signs the committed head of each partition of this process, every interval, where it has moved. */
final class CheckpointWriter implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CheckpointWriter.class);

    private final Heads heads;
    private final Signer signer;
    private final InstantSource clock;
    private final EngineMeters meters;
    private final Producer<String, byte[]> producer;
    private final ScheduledExecutorService executor;
    private final Future<?> rounds;
    private final Map<Integer, String> signed = new HashMap<>();

    CheckpointWriter(
            KafkaAccess kafka,
            EngineSettings settings,
            Heads heads,
            Signer signer,
            InstantSource clock,
            EngineMeters meters) {
        this.heads = heads;
        this.signer = signer;
        this.clock = clock;
        this.meters = meters;
        String clientId = "engine-" + settings.replica() + "-checkpoints";
        Map<String, Object> config = kafka.producer(clientId);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000);
        this.producer = new KafkaProducer<>(config);
        this.executor = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name(clientId).daemon().factory());
        long millis = settings.checkpointInterval().toMillis();
        this.rounds = executor.scheduleWithFixedDelay(this::write, millis, millis, TimeUnit.MILLISECONDS);
    }

    private void write() {
        try {
            for (Map.Entry<Integer, PartitionHead> head : heads.confirmed().entrySet()) {
                if (!head.getValue().chain().equals(signed.get(head.getKey()))) {
                    write(head.getKey(), head.getValue());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | RuntimeException e) {
            // The next round signs the heads as they are then; nothing is owed for this one.
            LOG.warn("checkpoints were not written", e);
        }
    }

    private void write(int partition, PartitionHead head) throws ExecutionException, InterruptedException {
        Checkpoint checkpoint =
                new Checkpoint(partition, head.chain(), clock.instant().truncatedTo(ChronoUnit.MILLIS));
        byte[] value = signer.sign(JwsType.CHECKPOINT, checkpoint).getBytes(StandardCharsets.US_ASCII);
        producer.send(new ProducerRecord<>(Topic.CHECKPOINTS.topicName(), Integer.toString(partition), value))
                .get();
        signed.put(partition, head.chain());
        meters.checkpoint();
    }

    @Override
    public void close() {
        rounds.cancel(true);
        executor.shutdownNow();
        producer.close(Duration.ofSeconds(2));
    }
}
