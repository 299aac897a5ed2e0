package io.kubemdm.agent.link;

import java.time.Instant;

/**
 * The server's clock as learnt when a session was accepted, carried on by a monotonic counter: a device whose own clock
 * is a day off still knows when an order expires.
 *
 * @param learnt what the server said
 * @param ticks the monotonic counter at that moment, in nanoseconds
 */
public record ServerTime(Instant learnt, long ticks) {

    /** The server's time now. */
    public Instant now(long currentTicks) {
        return learnt.plusNanos(currentTicks - ticks);
    }
}
