package io.kubemdm.agent;

import io.kubemdm.agent.wipe.OfflineLease;
import io.kubemdm.protocol.order.DesiredOrder;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * When the agent beats: once an interval, earlier where an offline lease has to be counted, and soon after what is to be
 * judged anew. On the agent's thread.
 */
final class Rhythm {

    private final BeatTimer timer;
    private final OfflineLease lease;
    private final BooleanSupplier connected;
    private Duration interval;

    /** @param first the interval until an order names another */
    Rhythm(BeatTimer timer, OfflineLease lease, BooleanSupplier connected, Duration first) {
        this.timer = timer;
        this.lease = lease;
        this.connected = connected;
        this.interval = first;
    }

    /** As an order says; whether the interval is another one now. */
    boolean follow(DesiredOrder order) {
        Duration before = interval;
        interval = Duration.ofSeconds(order.heartbeatSeconds());
        lease.allow(order.lockAfterSeconds());
        return !interval.equals(before);
    }

    /** Plans the next beat. */
    void schedule() {
        Duration look = connected.getAsBoolean() ? null : lease.next();
        timer.within(look == null || look.compareTo(interval) > 0 ? interval : look);
    }

    /** The next beat comes soon, if anybody would hear it. */
    void soon() {
        if (connected.getAsBoolean()) {
            timer.soon();
        }
    }

    /** It has beaten. */
    void beaten() {
        timer.beaten();
        schedule();
    }

    void stop() {
        timer.stop();
    }
}
