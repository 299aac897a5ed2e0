package io.kubemdm.gateway.downlink;

import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.order.WipeBudget;
import io.kubemdm.protocol.order.WipeBudget.Lane;
import io.kubemdm.protocol.order.WipeBudget.Limits;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Holds back commands that are beyond their namespace's budget, whoever signed and wrote them: the operator's own budget is
 * no help against whoever has the operator's keys. It is reckoned from {@code mdm.commands} alone, with the broker's times
 * as the clock. Safe for several threads.
 */
final class CommandBudgets {

    /**
     * The operator keeps the same budget by its own clock and the moment of its decision: what it lets go may come a little
     * early by the broker's. That is no news.
     */
    private static final Duration ALERTING = Duration.ofMinutes(1);

    /** A command, whatever was signed under its id. */
    record CommandKey(DeviceId device, String id) {}

    /**
     * A budget is spent and commands wait.
     *
     * @param reached the window that holds the first of them longest
     * @param held how many wait
     * @param next when the first of them may go
     */
    record Alert(String namespace, Lane lane, WipeBudget.Reached reached, int held, Instant next) {}

    private record Purse(String namespace, Lane lane) {}

    private final Map<Lane, Limits> limits;
    private final Fleet fleet;
    private final Consumer<Alert> alerts;
    private final Map<CommandKey, Charge> charges = new HashMap<>();
    private final Map<Purse, ReleaseQueue> queues = new HashMap<>();
    private final Map<Purse, Instant> quietUntil = new HashMap<>();
    private long read;
    private long settled;

    /**
     * @param limits of every lane
     * @param alerts hears once per namespace, lane and window that commands wait
     */
    CommandBudgets(Map<Lane, Limits> limits, Fleet fleet, Consumer<Alert> alerts) {
        this.limits = Map.copyOf(limits);
        this.fleet = fleet;
        this.alerts = alerts;
    }

    /**
     * A command was read.
     *
     * @param at when the broker took it
     * @return whether it is a new charge that has to be settled before anybody gets it
     */
    synchronized boolean arrived(Order.Command command, Instant at) {
        CommandKey key = new CommandKey(command.device(), command.id());
        Lane lane = Lane.of(command.type());
        Charge before = charges.get(key);
        if (before != null && lane != null && before.covers(command, lane, at)) {
            return false;
        }
        left(key, at);
        if (lane == null) {
            return false;
        }
        Charge charge = new Charge(command, lane, at, read++);
        charges.put(key, charge);
        queues.computeIfAbsent(new Purse(command.device().namespace(), lane), each -> new ReleaseQueue())
                .add(charge);
        return true;
    }

    /** A command was withdrawn or removed. */
    synchronized void left(DeviceId device, String id, Instant at) {
        left(new CommandKey(device, id), at);
    }

    private void left(CommandKey key, Instant at) {
        Charge charge = charges.remove(key);
        if (charge != null) {
            charge.leave(at);
        }
    }

    /** How many charges have been read. */
    synchronized long read() {
        return read;
    }

    /** Of all that the brokers took before any of the first {@code upTo} charges, nothing is unread. */
    synchronized void settled(long upTo) {
        settled = Math.max(settled, upTo);
    }

    /** Whether a device may have this command now. */
    synchronized boolean isReleased(Order.Command command) {
        Lane lane = Lane.of(command.type());
        if (lane == null) {
            return true;
        }
        Charge charge = charges.get(new CommandKey(command.device(), command.id()));
        return charge != null && charge.lane() == lane && charge.isReleased();
    }

    /** Lets those go whose turn has come, and tells people once a window when others stay. */
    synchronized List<CommandKey> release(Instant now) {
        List<CommandKey> released = new ArrayList<>();
        queues.forEach((purse, queue) -> {
            if (queue.isEmpty()) {
                return;
            }
            WipeBudget budget = budget(purse);
            queue.release(budget, now, settled)
                    .forEach(charge -> released.add(new CommandKey(charge.device(), charge.id())));
            alert(purse, queue, budget, now);
        });
        return released;
    }

    private void alert(Purse purse, ReleaseQueue queue, WipeBudget budget, Instant now) {
        Instant next = queue.next(budget, settled);
        int held = queue.held(now);
        WipeBudget.Reached reached = queue.reached(budget, now);
        if (held == 0
                || next == null
                || reached == null
                || next.isBefore(now.plus(ALERTING))
                || now.isBefore(quietUntil.getOrDefault(purse, Instant.MIN))) {
            return;
        }
        quietUntil.put(purse, now.plus(reached.window()));
        alerts.accept(new Alert(purse.namespace(), purse.lane(), reached, held, next));
    }

    /** When the next turn comes, null when nothing waits for one. */
    synchronized @Nullable Instant next() {
        return queues.entrySet().stream()
                .map(each -> each.getValue().next(budget(each.getKey()), settled))
                .filter(java.util.Objects::nonNull)
                .min(Instant::compareTo)
                .orElse(null);
    }

    /** Commands that wait for their turn. */
    synchronized int held(Lane lane, Instant now) {
        return queues.entrySet().stream()
                .filter(each -> each.getKey().lane() == lane)
                .mapToInt(each -> each.getValue().held(now))
                .sum();
    }

    private WipeBudget budget(Purse purse) {
        Limits its = limits.get(purse.lane());
        if (its == null) {
            throw new IllegalStateException("no limits for lane " + purse.lane());
        }
        return its.forFleet(fleet.devices(purse.namespace()));
    }
}
