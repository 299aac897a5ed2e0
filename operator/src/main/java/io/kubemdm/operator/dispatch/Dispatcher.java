package io.kubemdm.operator.dispatch;

import io.kubemdm.bus.KafkaAccess;
import io.kubemdm.bus.Partitions;
import io.kubemdm.bus.Principal;
import io.kubemdm.bus.Topic;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.DeviceAssigned;
import io.kubemdm.protocol.order.DesiredOrder;
import io.kubemdm.protocol.trust.Signer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one way out: one thread, one transactional producer, batches committed in groups. Another leader fences this one;
 * then, and whenever the outcome of a transaction cannot be known, the process ends and starts from what is on record.
 */
public final class Dispatcher implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final int MAX_GROUP_RECORDS = 500;

    /**
     * Right after two others more is likely to come: every partition that a transaction touches costs Kafka a marker. One
     * alone may be the decision whose first orders follow, and somebody looks on.
     */
    private static final long BUSY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final long BUSY_GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(25);
    private static final long QUIET_GATHER_NANOS = TimeUnit.MICROSECONDS.toNanos(400);
    private static final int MAX_QUEUE = 20_000;
    private static final int REHEARSALS = 300;

    private record Pending(Batch batch, CompletableFuture<Void> done) {}

    private final Producer<String, byte[]> producer;
    private final Issued issued;
    private final Decisions decisions;
    private final Signer signer;
    private final Clock clock;
    private final Runnable fenced;
    private final BlockingQueue<Pending> queue = new LinkedBlockingQueue<>(MAX_QUEUE);
    private final Thread thread = Thread.ofPlatform().name("dispatch").daemon().unstarted(this::run);
    private volatile boolean closed;
    private volatile int commandPartitions;

    /** When the last transaction was over, and the one before; the thread's own. */
    private long sentNanos = System.nanoTime() - BUSY_NANOS;

    private long sentBeforeNanos = sentNanos;

    /**
     * A dispatcher that does nothing before {@link #start()}.
     *
     * @param fenced what ends the process
     */
    public Dispatcher(KafkaAccess kafka, String region, Signer signer, Memory memory, Clock clock, Runnable fenced) {
        this(new KafkaProducer<>(config(kafka, region)), signer, memory, clock, fenced);
    }

    Dispatcher(Producer<String, byte[]> producer, Signer signer, Memory memory, Clock clock, Runnable fenced) {
        this.producer = producer;
        this.signer = signer;
        this.issued = memory.issued();
        this.decisions = memory.decisions();
        this.clock = clock;
        this.fenced = fenced;
    }

    private static Map<String, Object> config(KafkaAccess kafka, String region) {
        Map<String, Object> config = kafka.producer("operator-dispatch");
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, Principal.OPERATOR.prefix() + "-" + region);
        config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 10_000);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 9_000);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 9_000);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        // A transaction right after another waits for the former's markers in steps of this.
        config.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 2);
        config.put(ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG, 200);
        return config;
    }

    /**
     * Fences whoever dispatched before and opens the way out. Blocks until Kafka answers.
     *
     * @throws KafkaException when Kafka cannot be reached in time (try again) or refuses
     */
    public void start() {
        producer.initTransactions();
        commandPartitions = producer.partitionsFor(Topic.COMMANDS.topicName()).size();
        rehearse();
        thread.start();
        LOG.info("dispatch open keyId={}", signer.keyId());
    }

    /** Loads and compiles what signs, so that the first order after a takeover is not slower than the next. Sends nothing. */
    private void rehearse() {
        DesiredOrder order = new DesiredOrder(
                new DeviceId("rehearsal", "d-0"),
                1,
                1,
                clock.instant(),
                List.of(new PolicyRef("rehearsal", "1.0.0", "sha256:" + "0".repeat(64))),
                300);
        for (int i = 0; i < REHEARSALS; i++) {
            open().desired(order).report(order.device(), 1, new DeviceAssigned(1, order.policies(), 300));
        }
    }

    /** An empty batch. */
    public Batch open() {
        return new Batch(
                new Batch.Tools(signer, clock, device -> Partitions.of(device, commandPartitions), issued, decisions));
    }

    /**
     * Sends a batch; the future completes when it is committed and {@link Issued} and {@link Decisions} show it, or
     * exceptionally when none of it is on record.
     */
    public CompletableFuture<Void> submit(Batch batch) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        if (batch.isEmpty()) {
            done.complete(null);
        } else if (closed || !queue.offer(new Pending(batch, done))) {
            done.completeExceptionally(new DispatchFailed(
                    closed ? "the dispatcher is closed" : MAX_QUEUE + " batches wait for Kafka already", null));
        }
        return done;
    }

    /** {@link #submit} and waits. */
    public void commit(Batch batch) {
        try {
            submit(batch).get(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DispatchFailed("interrupted while waiting for Kafka", e);
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new DispatchFailed("not on record: " + e.getMessage(), e);
        }
    }

    /** The key that signs. */
    public String keyId() {
        return signer.keyId();
    }

    /** Whether the dispatcher's thread runs. */
    public boolean isOpen() {
        return thread.isAlive();
    }

    /** Sends what is queued, then ends; anything submitted later fails. */
    @Override
    public void close() {
        closed = true;
        try {
            thread.join(Duration.ofSeconds(8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close(Duration.ofSeconds(2));
    }

    private void run() {
        while (!closed || !queue.isEmpty()) {
            try {
                Pending first = queue.poll(200, TimeUnit.MILLISECONDS);
                if (first != null) {
                    send(gather(first));
                    sentBeforeNanos = sentNanos;
                    sentNanos = System.nanoTime();
                }
            } catch (InterruptedException e) {
                closed = true;
            } catch (RuntimeException e) {
                LOG.error("dispatch cannot go on, the process ends", e);
                closed = true;
                fenced.run();
            }
        }
    }

    /** What comes within 25 ms while many are on their way, and what is there already otherwise. */
    private List<Pending> gather(Pending first) throws InterruptedException {
        List<Pending> group = new ArrayList<>();
        group.add(first);
        int size = first.batch().records().size();
        long now = System.nanoTime();
        long until = now + (now - sentBeforeNanos < BUSY_NANOS ? BUSY_GATHER_NANOS : QUIET_GATHER_NANOS);
        while (size < MAX_GROUP_RECORDS) {
            Pending next = queue.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null) {
                break;
            }
            group.add(next);
            size += next.batch().records().size();
        }
        return group;
    }

    private void send(List<Pending> group) {
        try {
            transact(group);
            group.forEach(each -> each.batch().committed());
            group.forEach(each -> each.done().complete(null));
        } catch (Aborted e) {
            if (group.size() > 1) {
                // One that cannot be sent takes no other with it.
                group.forEach(each -> send(List.of(each)));
            } else {
                LOG.warn(
                        "batch not sent records={} error={}",
                        group.getFirst().batch().records().size(),
                        e.getMessage());
                group.getFirst().done().completeExceptionally(new DispatchFailed(e.getMessage(), e));
            }
        } catch (RuntimeException e) {
            group.forEach(each -> each.done().completeExceptionally(new DispatchFailed(e.getMessage(), e)));
            throw e;
        }
    }

    private void transact(List<Pending> group) {
        producer.beginTransaction();
        try {
            group.stream().flatMap(each -> each.batch().records().stream()).forEach(this::hand);
        } catch (RuntimeException e) {
            abort(e);
        }
        commitOrAbort();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // committing tells whether it arrived
    private void hand(ProducerRecord<String, byte[]> record) {
        producer.send(record);
    }

    private void commitOrAbort() {
        for (int attempt = 1; ; attempt++) {
            try {
                producer.commitTransaction();
                return;
            } catch (TimeoutException e) {
                // The outcome is open; only asking again tells.
                if (attempt == 6) {
                    throw e;
                }
                LOG.warn("waiting for Kafka to commit attempt={} error={}", attempt, e.getMessage());
            } catch (org.apache.kafka.common.errors.ProducerFencedException
                    | org.apache.kafka.common.errors.InvalidProducerEpochException
                    | org.apache.kafka.common.errors.OutOfOrderSequenceException
                    | org.apache.kafka.common.errors.AuthorizationException
                    | org.apache.kafka.common.errors.UnsupportedVersionException e) {
                throw e;
            } catch (KafkaException e) {
                abort(e);
            }
        }
    }

    private void abort(RuntimeException cause) {
        producer.abortTransaction();
        throw new Aborted(cause);
    }

    /** The transaction was aborted: nothing of it is on record. */
    private static final class Aborted extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Aborted(RuntimeException cause) {
            super(
                    cause.getCause() == null
                            ? cause.getMessage()
                            : cause.getCause().getMessage(),
                    cause);
        }
    }
}
