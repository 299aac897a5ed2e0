package io.kubemdm.agent;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** When the next heartbeat is due: once an interval, and soon after what is to be judged anew. Used by the agent's one thread. */
final class BeatTimer {

    /** One out of turn comes this long after the last one at the earliest: what happens together is told by one. */
    static final Duration APART = Duration.ofSeconds(2);

    private final EventExecutor executor;
    private final RandomGenerator random;
    private final LongSupplier ticks;
    private final Runnable beat;
    private @Nullable ScheduledFuture<?> due;
    private @Nullable Long last;
    private boolean soon;

    /** @param ticks monotonic nanoseconds */
    BeatTimer(EventExecutor executor, RandomGenerator random, LongSupplier ticks, Runnable beat) {
        this.executor = executor;
        this.random = random;
        this.ticks = ticks;
        this.beat = beat;
    }

    /** One was just sent, or would have been with a session; all that was asked for before is done by it. */
    void beaten() {
        last = ticks.getAsLong();
        soon = false;
    }

    /** The next one comes within {@code interval}, unless it comes soon anyway. */
    void within(Duration interval) {
        if (!soon) {
            // A tenth of jitter, so that agents that started together do not beat together for ever.
            long millis = interval.toMillis();
            schedule(millis - random.nextLong(millis / 10 + 1));
        }
    }

    /** The next one comes as early as {@link #APART} lets it. */
    void soon() {
        if (!soon) {
            soon = true;
            schedule(last == null ? 0 : Math.max(0, APART.toMillis() - (ticks.getAsLong() - last) / 1_000_000));
        }
    }

    void stop() {
        if (due != null) {
            due.cancel(false);
        }
    }

    private void schedule(long millis) {
        stop();
        due = executor.schedule(beat, millis, TimeUnit.MILLISECONDS);
    }
}
