package io.kubemdm.agent;

import io.kubemdm.agent.order.Orders;
import io.kubemdm.protocol.message.OrderIssued;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Orders are judged as they come, and again where the disk refused what follows from one or a remediation waits for
 * another one. On the agent's thread.
 */
final class Docket {

    private static final int MAX_DEFERRED = 16;

    private final Orders orders;
    private final DiskTrouble disk;
    private final Supplier<Instant> serverNow;
    private final Deque<OrderIssued> deferred = new ArrayDeque<>(1);

    Docket(Orders orders, DiskTrouble disk, Supplier<Instant> serverNow) {
        this.orders = orders;
        this.disk = disk;
        this.serverNow = serverNow;
    }

    void judge(OrderIssued order) {
        if (!judged(order) && deferred.size() < MAX_DEFERRED) {
            deferred.add(order);
        }
    }

    /** Judges again what could not be. */
    void retry() {
        for (int left = deferred.size(); left > 0; left--) {
            OrderIssued order = deferred.remove();
            if (!judged(order)) {
                deferred.add(order);
            }
        }
    }

    private boolean judged(OrderIssued order) {
        AtomicBoolean done = new AtomicBoolean();
        return disk.passes("judge " + order.lane(), () -> done.set(orders.judge(order, serverNow.get()))) && done.get();
    }
}
