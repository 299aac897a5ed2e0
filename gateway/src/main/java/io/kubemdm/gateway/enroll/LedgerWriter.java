package io.kubemdm.gateway.enroll;

import io.kubemdm.bus.KafkaAccess;
import io.kubemdm.bus.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits ledger records and reports, both of one certificate in the same Kafka transaction. One thread: whatever came
 * while a commit was under way goes into the next one, so the rate follows the load and not the commit's latency.
 */
final class LedgerWriter implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LedgerWriter.class);
    private static final int MAX_GROUP = 500;
    private static final int MAX_WAITING = 2_000;
    private static final Duration RECONNECT = Duration.ofSeconds(1);
    private static final Duration PROBE = Duration.ofSeconds(5);
    private static final Duration PROBE_PATIENCE = Duration.ofSeconds(4);

    /** Everything Kafka must learn of one certificate before its device does. */
    record Fact(LedgerRecord certificate, ProducerRecord<String, byte[]> report) {}

    private record Waiting(Fact fact, CompletableFuture<Void> committed) {}

    private final KafkaAccess kafka;
    private final String transactionalId;
    private final Runnable fenced;
    private final BlockingQueue<Waiting> queue = new ArrayBlockingQueue<>(MAX_WAITING);
    private final Thread thread;
    private volatile boolean closed;
    private volatile @Nullable String notReadyBecause = "waiting for Kafka";
    private volatile boolean unanswered;

    /**
     * Starts the writer; Kafka being away is waited out.
     *
     * @param transactionalId unique among replicas, the same after a restart
     * @param fenced called when another process has taken this id
     */
    LedgerWriter(KafkaAccess kafka, String transactionalId, Runnable fenced) {
        this.kafka = kafka;
        this.transactionalId = transactionalId;
        this.fenced = fenced;
        this.thread = Thread.ofPlatform().name("ledger-writer").daemon().start(this::run);
    }

    /** Null when it can commit. */
    @Nullable String notReadyBecause() {
        String closed = notReadyBecause;
        return closed == null && unanswered ? "waiting for Kafka: the broker does not answer" : closed;
    }

    /**
     * Hands over a fact.
     *
     * @return completes once it is committed; exceptionally when it is not, or nobody knows
     */
    CompletableFuture<Void> commit(Fact fact) {
        Waiting waiting = new Waiting(fact, new CompletableFuture<>());
        if (closed || notReadyBecause != null || !queue.offer(waiting)) {
            waiting.committed().completeExceptionally(new KafkaException("the ledger cannot be written now"));
        }
        return waiting.committed();
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!closed) {
            try {
                write();
            } catch (ProducerFencedException e) {
                notReadyBecause = "another process writes as " + transactionalId
                        + ": give each replica its own kubemdm.replica (POD_NAME)";
                LOG.error("fenced transactionalId={}", transactionalId, e);
                fenced.run();
                closed = true;
            } catch (InterruptException | InterruptedException e) {
                LOG.debug("ledger writer stopped");
            } catch (KafkaException e) {
                notReadyBecause = "waiting for Kafka: " + e.getMessage();
                LOG.warn("ledger not writable, trying again error={}", e.toString());
                pause();
            }
            failWaiting();
        }
    }

    private void write() throws InterruptedException {
        Producer<String, byte[]> producer = new KafkaProducer<>(settings());
        try (Admin admin = Admin.create(kafka.client(transactionalId + "-probe"))) {
            producer.initTransactions();
            int partitions =
                    producer.partitionsFor(Topic.CERTIFICATES.topicName()).size();
            notReadyBecause = null;
            unanswered = false;
            LOG.info("ledger open for writing transactionalId={}", transactionalId);
            Instant answered = Instant.now();
            while (!closed) {
                if (commitNext(producer, partitions)) {
                    answered = Instant.now();
                    unanswered = false;
                } else if (answered.plus(PROBE).isBefore(Instant.now())) {
                    probe(admin);
                    answered = Instant.now();
                }
            }
        } finally {
            // Without a bound it would wait for the broker that is away; the next producer aborts what this one left.
            producer.close(Duration.ZERO);
        }
    }

    /** Nothing to commit must not mean that nobody notices. Whoever comes meanwhile is still tried. */
    private void probe(Admin admin) throws InterruptedException {
        try {
            admin.describeCluster().nodes().get(PROBE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            unanswered = false;
        } catch (ExecutionException | TimeoutException e) {
            unanswered = true;
        }
    }

    /** Returns false when there was nothing to commit for a second. */
    private boolean commitNext(Producer<String, byte[]> producer, int partitions) throws InterruptedException {
        Waiting first = queue.poll(1, TimeUnit.SECONDS);
        if (first == null) {
            return false;
        }
        List<Waiting> group = new ArrayList<>();
        group.add(first);
        queue.drainTo(group, MAX_GROUP - 1);
        try {
            producer.beginTransaction();
            for (Waiting each : group) {
                send(producer, each.fact().certificate().toRecord(partitions));
                send(producer, each.fact().report());
            }
            producer.commitTransaction();
        } catch (KafkaException e) {
            group.forEach(each -> each.committed().completeExceptionally(e));
            throw e;
        }
        group.forEach(each -> each.committed().complete(null));
        return true;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the commit fails when a send did
    private static void send(Producer<String, byte[]> producer, ProducerRecord<String, byte[]> record) {
        producer.send(record);
    }

    private void failWaiting() {
        List<Waiting> left = new ArrayList<>();
        queue.drainTo(left);
        left.forEach(each -> each.committed().completeExceptionally(new KafkaException("the ledger is closed")));
    }

    private Map<String, Object> settings() {
        Map<String, Object> settings = kafka.producer(transactionalId);
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
        settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 10_000);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000L);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 8_000);
        return settings;
    }

    private void pause() {
        try {
            Thread.sleep(RECONNECT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
