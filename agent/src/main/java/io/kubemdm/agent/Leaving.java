package io.kubemdm.agent;

import io.kubemdm.agent.wipe.Departure;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Leaves when it is due: the identity goes once the receipt is in Kafka or, without storage, in ten minutes; until then it
 * hands it in. On the agent's thread.
 */
final class Leaving {

    /** After a disk refused what leaving needs. */
    private static final Duration AGAIN = Duration.ofMinutes(1);

    private final Departure departure;
    private final DiskTrouble disk;
    private final EventExecutor executor;
    private final Runnable afterwards;
    private @Nullable ScheduledFuture<?> next;
    private boolean left;

    /** @param afterwards runs once, when the device has left */
    Leaving(Departure departure, DiskTrouble disk, EventExecutor executor, Runnable afterwards) {
        this.departure = departure;
        this.disk = disk;
        this.executor = executor;
        this.afterwards = afterwards;
    }

    /** Looks whether it is due, and when to look again. */
    void look() {
        Duration due = departure.due();
        if (left) {
            return;
        }
        if (departure.isDue()) {
            if (disk.passes("leave", departure::leave)) {
                left = true;
                afterwards.run();
                return;
            }
            due = AGAIN;
        }
        if (due != null) {
            stop();
            next = executor.schedule(this::look, due.toMillis() + 1, TimeUnit.MILLISECONDS);
        }
    }

    void stop() {
        if (next != null) {
            next.cancel(false);
        }
    }
}
