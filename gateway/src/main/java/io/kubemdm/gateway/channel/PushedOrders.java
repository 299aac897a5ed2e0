package io.kubemdm.gateway.channel;

import io.kubemdm.gateway.downlink.Order;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which orders a session has been sent, so that one that arrives while the pending ones are being sent is not sent twice,
 * nor an older one after a newer.
 */
final class PushedOrders {

    private Holder holder;
    private final Map<String, Long> commands = new HashMap<>();
    private final Set<String> wipes = new HashSet<>();
    private final Set<String> withdrawn = new HashSet<>();
    private long desiredSeq;

    /** @param desiredSeq the highest desired counter the device has seen */
    PushedOrders(Holder holder, long desiredSeq) {
        this.holder = holder;
        this.desiredSeq = desiredSeq;
    }

    /** Whether the order is new to this session and meant for it; from then on it no longer is. */
    boolean take(Order order, Instant now) {
        if (order.epoch() != holder.epoch()) {
            return false;
        }
        return switch (order) {
            case Order.Desired desired -> takeDesired(desired);
            case Order.Command command -> takeCommand(command, now);
            case Order.Withdrawal withdrawal ->
                (!holder.wipeOnly() || hasCommand(withdrawal.id())) && withdrawn.add(withdrawal.id());
        };
    }

    /** The certificate was revoked: of what was sent only the wipes count from here on. */
    void confine(Holder narrowed) {
        holder = narrowed;
        commands.keySet().retainAll(wipes);
    }

    /** Whether this session was sent a command of that id, and may still answer it. */
    boolean hasCommand(String id) {
        return commands.containsKey(id);
    }

    private boolean takeDesired(Order.Desired desired) {
        if (holder.wipeOnly() || desired.seq() <= desiredSeq) {
            return false;
        }
        desiredSeq = desired.seq();
        return true;
    }

    private boolean takeCommand(Order.Command command, Instant now) {
        if ((holder.wipeOnly() && !command.isWipe())
                || !command.notAfter().isAfter(now)
                || command.seq() <= commands.getOrDefault(command.id(), 0L)) {
            return false;
        }
        commands.put(command.id(), command.seq());
        if (command.isWipe()) {
            wipes.add(command.id());
        }
        return true;
    }
}
