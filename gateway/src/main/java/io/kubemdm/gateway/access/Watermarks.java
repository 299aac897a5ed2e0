package io.kubemdm.gateway.access;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far each partition has been judged, as far as it has been read here, too. A watermark counts once this process has
 * read everything of the other topics that was there when the watermark arrived: a reader that hangs on one of them lets
 * all tokens end. Safe for several threads.
 */
final class Watermarks {

    private static final Logger LOG = LoggerFactory.getLogger(Watermarks.class);

    /** A question that is not answered by then is asked anew. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Supplier<CompletableFuture<Void>> everythingRead;
    private final Duration patience;
    private final Map<Integer, Instant> arrived = new ConcurrentHashMap<>();
    private final Map<Integer, Instant> confirmed = new ConcurrentHashMap<>();
    private final AtomicBoolean asking = new AtomicBoolean();

    /**
     * @param everythingRead completes once all that was written by now has been read; fails when Kafka does not answer
     * @param patience how long to wait for that
     */
    Watermarks(Supplier<CompletableFuture<Void>> everythingRead, Duration patience) {
        this.everythingRead = everythingRead;
        this.patience = patience;
    }

    /** One was read. */
    void arrived(int partition, Instant through) {
        arrived.put(partition, through);
    }

    /** Looks whether those that arrived count by now; to be called every few seconds, does not wait. */
    void confirm() {
        Map<Integer, Instant> candidates = Map.copyOf(arrived);
        if (candidates.isEmpty() || !asking.compareAndSet(false, true)) {
            return;
        }
        try {
            // Without an end one question that is never answered would be the last, and no device would get a token
            // again.
            CompletableFuture<Void> answer = everythingRead.get().orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS);
            var unused = answer.whenComplete((read, failure) -> {
                if (failure == null) {
                    candidates.forEach(this::confirmed);
                } else {
                    LOG.debug("it is not known whether everything is read", failure);
                }
                asking.set(false);
            });
        } catch (RuntimeException e) {
            LOG.debug("it cannot be asked whether everything is read", e);
            asking.set(false);
        }
    }

    private void confirmed(int partition, Instant through) {
        confirmed.put(partition, through);
        arrived.remove(partition, through);
    }

    /** Everything in the partition by then has been judged, and the verdicts are known here; null when nothing is known. */
    @Nullable Instant judgedThrough(int partition) {
        return confirmed.get(partition);
    }

    /** The partition that is judged least far, null before the first. */
    @Nullable Instant earliest() {
        return confirmed.values().stream().min(Instant::compareTo).orElse(null);
    }
}
