package io.kubemdm.gateway.bridge;

import java.util.concurrent.TimeUnit;

/** Spaces writes evenly, with a short burst after quiet times (generic cell rate algorithm). Safe for several threads. */
final class Pace {

    private static final long BURST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final long intervalNanos;
    private long nextNanos;

    /** @param perSecond 1 to 10000 */
    Pace(int perSecond, long nowNanos) {
        if (perSecond < 1 || perSecond > 10_000) {
            throw new IllegalArgumentException(
                    "kubemdm.bridge.max-writes-per-second is " + perSecond + ", it must be 1 to 10000");
        }
        this.intervalNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.nextNanos = nowNanos;
    }

    /** Takes a turn; how long to wait before using it, in nanoseconds. */
    synchronized long take(long nowNanos) {
        nextNanos = Math.max(nextNanos, nowNanos - BURST_NANOS) + intervalNanos;
        return Math.max(0, nextNanos - intervalNanos - nowNanos);
    }

    /** Gives a turn back that was not used. */
    synchronized void giveBack() {
        nextNanos -= intervalNanos;
    }
}
