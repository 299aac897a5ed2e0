package io.kubemdm.gateway.enroll;

import io.kubemdm.bus.KafkaAccess;
import io.kubemdm.bus.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits ledger records and reports, both of one certificate in the same Kafka transaction. One thread: whatever came
 * while a commit was under way goes into the next one, so the rate follows the load and not the commit's latency. What a
 * failed transaction held is written again by a new producer, whose start settles what the former left open: a record that
 * is there already has the same key in the ledger, and the engine takes an enrolment once.
 */
final class LedgerWriter implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LedgerWriter.class);
    private static final int MAX_GROUP = 500;
    private static final int MAX_WAITING = 2_000;

    /** How long a fact may wait to be committed; the devices' own patience with an answer is 20 s. */
    private static final Duration PATIENCE = Duration.ofSeconds(14);

    /** When Kafka gives up a transaction by itself: until then a killed process holds back every reader. */
    private static final Duration TRANSACTION = Duration.ofSeconds(10);

    /**
     * Right after another transaction more is likely to come: every partition that one touches costs Kafka a marker, and what
     * comes together goes on together through engine and operator, whose transactions follow.
     */
    private static final long BUSY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final long GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final Duration RECONNECT = Duration.ofSeconds(1);
    private static final Duration REOPEN = Duration.ofMillis(50);
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
    private volatile CompletableFuture<Void> opened = new CompletableFuture<>();
    private volatile boolean unanswered;

    // The thread's own.
    private List<Waiting> underWay = List.of();
    private final Deque<Waiting> again = new ArrayDeque<>();
    private boolean oneByOne;
    private @Nullable Instant begun;
    private Instant committed = Instant.EPOCH;
    private boolean everCommitted;

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

    /** Completes, on the writer's thread, when it can commit; done while it can. */
    CompletableFuture<Void> opened() {
        return opened.copy();
    }

    /**
     * Hands over a fact. Kafka failing meanwhile is waited out, for 14 s.
     *
     * @return completes once it is committed; exceptionally when it is not, or nobody knows
     */
    CompletableFuture<Void> commit(Fact fact) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        if (closed || !queue.offer(new Waiting(fact, done))) {
            done.completeExceptionally(new KafkaException(
                    closed ? "the ledger is closed" : MAX_WAITING + " certificates wait for Kafka already"));
            return done;
        }
        return done.orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
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
            everCommitted = false;
            try {
                write();
            } catch (InterruptException | InterruptedException e) {
                LOG.debug("ledger writer stopped");
            } catch (RuntimeException e) {
                failed(e);
            }
        }
        again.addAll(underWay);
        queue.drainTo(again);
        again.forEach(each -> each.committed().completeExceptionally(new KafkaException("the ledger is closed")));
    }

    private void failed(RuntimeException e) {
        Duration open = begun == null ? Duration.ZERO : Duration.between(begun, Instant.now());
        begun = null;
        LedgerFailureDecision.Step step = LedgerFailureDecision.decide(
                Causes.of(e).map(each -> each.getClass().getSimpleName()).toList(), open, TRANSACTION);
        if (step == LedgerFailureDecision.Step.END) {
            notReadyBecause = "another process writes as " + transactionalId
                    + ": give each replica its own kubemdm.replica (POD_NAME)";
            LOG.error("fenced transactionalId={} openMillis={}", transactionalId, open.toMillis(), e);
            closed = true;
            fenced.run();
            return;
        }
        oneByOne = step == LedgerFailureDecision.Step.ONE_BY_ONE;
        notReadyBecause = "waiting for Kafka: " + e.getMessage();
        if (opened.isDone()) {
            opened = new CompletableFuture<>();
        }
        LOG.warn(
                "ledger not written, trying again certificates={} waiting={} openMillis={} step={} cause={}",
                underWay.size(),
                queue.size() + again.size(),
                open.toMillis(),
                step,
                Causes.line(e));
        again.addAll(underWay);
        underWay = List.of();
        pause(everCommitted ? REOPEN : RECONNECT);
    }

    private void write() throws InterruptedException {
        Producer<String, byte[]> producer = new KafkaProducer<>(settings());
        try (Admin admin = Admin.create(kafka.client(transactionalId + "-probe"))) {
            producer.initTransactions();
            int partitions =
                    producer.partitionsFor(Topic.CERTIFICATES.topicName()).size();
            notReadyBecause = null;
            unanswered = false;
            LOG.info("ledger open for writing transactionalId={} again={}", transactionalId, again.size());
            opened.complete(null);
            Instant answered = Instant.now();
            while (!closed) {
                if (commitNext(producer, partitions)) {
                    answered = committed;
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
        underWay = next();
        underWay.removeIf(each -> each.committed().isDone());
        if (underWay.isEmpty()) {
            return false;
        }
        begun = Instant.now();
        producer.beginTransaction();
        for (Waiting each : underWay) {
            send(producer, each.fact().certificate().toRecord(partitions));
            send(producer, each.fact().report());
        }
        producer.commitTransaction();
        begun = null;
        committed = Instant.now();
        everCommitted = true;
        List<Waiting> done = underWay;
        underWay = List.of();
        done.forEach(each -> each.committed().complete(null));
        return true;
    }

    /** First what a failed transaction held, then what came since, and shortly after another what comes within 50 ms. */
    private List<Waiting> next() throws InterruptedException {
        List<Waiting> group = new ArrayList<>();
        Waiting first = again.poll();
        if (first != null) {
            group.add(first);
            while (!oneByOne && !again.isEmpty()) {
                group.add(again.poll());
            }
            return group;
        }
        oneByOne = false;
        first = queue.poll(1, TimeUnit.SECONDS);
        if (first == null) {
            return group;
        }
        long now = System.nanoTime();
        boolean busy = Duration.between(committed, Instant.now()).toNanos() < BUSY_NANOS;
        long until = busy ? now + GATHER_NANOS : now;
        while (first != null && group.size() < MAX_GROUP) {
            group.add(first);
            first = queue.poll(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
        }
        if (first != null) {
            group.add(first);
        }
        return group;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the commit fails when a send did
    private static void send(Producer<String, byte[]> producer, ProducerRecord<String, byte[]> record) {
        producer.send(record);
    }

    private Map<String, Object> settings() {
        Map<String, Object> settings = kafka.producer(transactionalId);
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
        settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int) TRANSACTION.toMillis());
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 7_000L);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 7_000);
        // A transaction right after another waits for the former's markers in steps of this.
        settings.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 2);
        settings.put(ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG, 200);
        return settings;
    }

    private static void pause(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
