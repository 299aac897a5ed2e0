package io.kubemdm.gateway.downlink;

import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.order.WipeBudget.Lane;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One command as its budget sees it, from its first record on; the same command signed again is no other charge. Charges
 * are ordered as every replica orders them. Guarded by {@link CommandBudgets}.
 */
final class Charge implements Comparable<Charge> {

    private final Order.Command command;
    private final Lane lane;
    private final Instant at;
    private final long mark;
    private Instant leftAt;
    private @Nullable Instant releasedAt;

    /**
     * @param at when the broker took the record
     * @param mark how many charges were read before it
     */
    Charge(Order.Command command, Lane lane, Instant at, long mark) {
        this.command = command;
        this.lane = lane;
        this.at = at;
        this.mark = mark;
        this.leftAt = command.notAfter();
    }

    DeviceId device() {
        return command.device();
    }

    String id() {
        return command.id();
    }

    Lane lane() {
        return lane;
    }

    Instant at() {
        return at;
    }

    long mark() {
        return mark;
    }

    /** Whether a command read at {@code when} is this one once more; it then lives as long as that one does. */
    boolean covers(Order.Command again, Lane itsLane, Instant when) {
        if (command.epoch() != again.epoch() || lane != itsLane || !leftAt.isAfter(when)) {
            return false;
        }
        if (again.notAfter().isAfter(leftAt)) {
            leftAt = again.notAfter();
        }
        return true;
    }

    /** It waits no longer from then on. */
    void leave(Instant when) {
        if (when.isBefore(leftAt)) {
            leftAt = when;
        }
    }

    /** Whether it no longer waited at that moment; at the very moment of its turn, its turn comes first. */
    boolean hasLeft(Instant when) {
        return leftAt.isBefore(when);
    }

    void release(Instant when) {
        releasedAt = when;
    }

    boolean isReleased() {
        return releasedAt != null;
    }

    @Override
    public int compareTo(Charge other) {
        int byTime = at.compareTo(other.at);
        if (byTime != 0) {
            return byTime;
        }
        Order.Source mine = command.source();
        Order.Source theirs = other.command.source();
        int byPartition = Integer.compare(mine.partition(), theirs.partition());
        return byPartition != 0 ? byPartition : Long.compare(mine.offset(), theirs.offset());
    }
}
