package io.kubemdm.operator.engine;

import io.kubemdm.bus.CompactedTopic;
import io.kubemdm.bus.KafkaAccess;
import io.kubemdm.bus.Topic;
import io.kubemdm.operator.engine.analysis.DemandBook;
import io.kubemdm.operator.engine.compliance.Assessment;
import io.kubemdm.operator.engine.compliance.BundleRules;
import io.kubemdm.operator.engine.compliance.RuleBook;
import io.kubemdm.protocol.trust.Signer;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine of one process. It waits for Kafka and its topics, runs, and begins again with a back-off when Kafka Streams
 * gives up; whatever is committed is neither lost nor done twice by that. Needs nothing but Kafka.
 */
public final class Engine implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(8);

    private final EngineSettings settings;
    private final KafkaAccess kafka;
    private final BundleRules.Compiler compiler;
    private final @Nullable Signer checkpoints;
    private final EngineMeters meters;
    private final InstantSource clock;
    private final DeviceMemory memory = new DeviceMemory();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread supervisor;
    private volatile EngineStatus status = EngineStatus.waiting("starting");
    private volatile String lastFailure = "";

    /**
     * An engine, not yet started.
     *
     * @param compiler of bundles
     * @param checkpoints signs the heads of the event chain; null leaves them unsigned
     */
    public Engine(
            EngineSettings settings,
            KafkaAccess kafka,
            BundleRules.Compiler compiler,
            @Nullable Signer checkpoints,
            MeterRegistry meters,
            InstantSource clock) {
        this.settings = settings;
        this.kafka = kafka;
        this.compiler = compiler;
        this.checkpoints = checkpoints;
        this.meters = new EngineMeters(meters);
        this.clock = clock;
        this.supervisor = Thread.ofPlatform().name("engine").unstarted(this::supervise);
        this.meters.connected(memory);
    }

    /** Starts; returns at once. */
    public void start() {
        supervisor.start();
    }

    /** Whether it judges, and what it waits for. */
    public EngineStatus status() {
        return status;
    }

    /** Leaves the group, so that others take over at once, and returns within ten seconds. */
    @Override
    public void close() {
        closing.countDown();
        try {
            supervisor.join(CLOSE_PATIENCE.plusSeconds(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void supervise() {
        Duration pause = FIRST_PAUSE;
        while (!closed(Duration.ZERO)) {
            try {
                switch (TopicsReady.look(kafka, clientId())) {
                    case TopicsReady.Answer.Missing missing -> waiting(missing.reason());
                    case TopicsReady.Answer.Ready ready -> {
                        if (run(ready.partitions())) {
                            pause = FIRST_PAUSE;
                        }
                    }
                }
            } catch (RuntimeException e) {
                LOG.error("the engine stopped and begins again", e);
                waiting("beginning again after " + e);
            }
            if (closed(pause)) {
                break;
            }
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
        }
        status = EngineStatus.waiting("stopped");
    }

    /** Runs until closed or given up; tells whether it has judged meanwhile. */
    private boolean run(int partitions) {
        RuleBook book = new RuleBook(compiler);
        try (CompactedTopic bundles =
                CompactedTopic.read(kafka, clientId() + "-bundles", List.of(Topic.BUNDLES), book::accept)) {
            // Without the bundles every heartbeat would be judged to be pending, and once more when they are there.
            return read(bundles) && run(partitions, new Assessment(book));
        }
    }

    private boolean run(int partitions, Assessment assessment) {
        DemandBook demands = new DemandBook();
        // Not waited for: who asks late is answered late.
        CompactedTopic asked =
                CompactedTopic.read(kafka, clientId() + "-analysis", List.of(Topic.ANALYSIS), demands::accept);
        try {
            return run(partitions, assessment, demands);
        } finally {
            asked.close();
        }
    }

    private boolean run(int partitions, Assessment assessment, DemandBook demands) {
        InputProgress progress = new InputProgress(clock);
        Heads heads = new Heads();
        EngineParts parts = new EngineParts(
                clock,
                new KafkaEventHistory(kafka, clientId(), EngineSettings.TRANSACTION_TIMEOUT.multipliedBy(2), clock),
                progress,
                memory,
                new MassSilence(meters),
                heads,
                meters,
                assessment,
                demands,
                settings.defaultHeartbeat(),
                partitions);
        InputProbe probe = new InputProbe(kafka, clientId(), partitions, progress);
        CheckpointWriter writer =
                checkpoints == null ? null : new CheckpointWriter(kafka, settings, heads, checkpoints, clock, meters);
        try {
            return stream(parts, progress);
        } finally {
            probe.close();
            if (writer != null) {
                writer.close();
            }
        }
    }

    /** Waits until the bundles are read; false when closed before. */
    private boolean read(CompactedTopic bundles) {
        while (!bundles.isCaughtUp()) {
            waiting("reading " + Topic.BUNDLES.topicName());
            if (closed(Duration.ofMillis(50))) {
                return false;
            }
        }
        return true;
    }

    private boolean stream(EngineParts parts, InputProgress progress) {
        KafkaStreams streams = new KafkaStreams(
                EngineTopology.of(parts),
                StreamsProperties.of(kafka, settings),
                new EngineClients(settings.replica(), progress));
        boolean judged = false;
        try {
            streams.setUncaughtExceptionHandler(failure -> {
                LOG.error("a stream thread failed", failure);
                lastFailure = String.valueOf(failure.getMessage());
                return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
            });
            streams.start();
            while (!closed(Duration.ofMillis(100))) {
                KafkaStreams.State state = streams.state();
                if (state == KafkaStreams.State.RUNNING && progress.brokerIsAway()) {
                    waiting("Kafka does not answer");
                } else if (state == KafkaStreams.State.RUNNING) {
                    judging(parts.partitions());
                    judged = true;
                } else if (state.hasStartedOrFinishedShuttingDown()) {
                    waiting("beginning again after: " + lastFailure);
                    return judged;
                } else {
                    waiting("partitions are being assigned and restored");
                }
            }
            return judged;
        } finally {
            // Without leaving, the partitions would wait a session timeout for a member that is gone.
            streams.close(
                    new KafkaStreams.CloseOptions().timeout(CLOSE_PATIENCE).leaveGroup(true));
        }
    }

    private void judging(int partitions) {
        if (!status.judging()) {
            LOG.info("engine judges replica={} partitions={}", settings.replica(), partitions);
            status = EngineStatus.JUDGING;
        }
    }

    private void waiting(String reason) {
        if (!status.reason().equals(reason)) {
            LOG.info("engine waits replica={} reason={}", settings.replica(), reason);
            status = EngineStatus.waiting(reason);
        }
    }

    private boolean closed(Duration patience) {
        try {
            return closing.await(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private String clientId() {
        return "engine-" + settings.replica();
    }
}
