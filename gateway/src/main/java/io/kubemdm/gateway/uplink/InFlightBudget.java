package io.kubemdm.gateway.uplink;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes of reports have been read from agents and are not yet in Kafka, over all sessions. Above its limit
 * nobody reads; reading begins again once half of it is free, so that a slow Kafka does not make every session flap.
 * One frame per session may overshoot the limit, because it was already being read.
 *
 * <p>Safe for several threads.
 */
public final class InFlightBudget {

    private final long maxBytes;
    private final Runnable onRelief;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicBoolean exhausted = new AtomicBoolean();

    /**
     * An empty budget.
     *
     * @param maxBytes above this, reading stops; at least 1
     * @param onRelief called, on whichever thread freed the bytes, when reading may begin again
     */
    public InFlightBudget(long maxBytes, Runnable onRelief) {
        if (maxBytes < 1) {
            throw new IllegalArgumentException("the in-flight budget is " + maxBytes + " bytes, it must be at least 1");
        }
        this.maxBytes = maxBytes;
        this.onRelief = onRelief;
    }

    /** Counts a report that was read. */
    public void take(long size) {
        if (bytes.addAndGet(size) >= maxBytes) {
            exhausted.set(true);
            // Somebody may have freed everything between the two lines above.
            relieve(bytes.get());
        }
    }

    /** Counts a report that is in Kafka, or will never be. */
    public void give(long size) {
        relieve(bytes.addAndGet(-size));
    }

    /** Whether nobody should read now. */
    public boolean isExhausted() {
        return exhausted.get();
    }

    /** Bytes in flight. */
    public long inFlight() {
        return bytes.get();
    }

    private void relieve(long left) {
        if (left <= maxBytes / 2 && exhausted.compareAndSet(true, false)) {
            onRelief.run();
        }
    }
}
