package io.kubemdm.gateway.downlink;

import io.kubemdm.bus.CompactedTopic;
import io.kubemdm.protocol.device.DeviceId;
import java.util.HashMap;
import java.util.Map;

/** Takes in what {@code mdm.commands} holds: refuses what may not stand, charges the rest. Confined to the reader's thread. */
final class CommandIntake {

    private record Place(DeviceId device, int partition) {}

    private final OrderBook book;
    private final CommandBudgets budgets;
    private final Fleet fleet;
    private final RefusedOrders refused;
    private final Runnable charged;
    private final Map<Place, ArrivalDecision.Counter> counters = new HashMap<>();
    private final Map<Integer, Long> read = new HashMap<>();

    /** @param charged called when a command was charged to its budget, and has to be settled */
    CommandIntake(OrderBook book, CommandBudgets budgets, Fleet fleet, RefusedOrders refused, Runnable charged) {
        this.book = book;
        this.budgets = budgets;
        this.fleet = fleet;
        this.refused = refused;
        this.charged = charged;
    }

    /** Whether the record was read before: a reader that had to start over hands everything over again. */
    boolean isRepeated(CompactedTopic.Entry entry) {
        Long before = read.get(entry.partition());
        if (before != null && entry.offset() <= before) {
            return true;
        }
        read.put(entry.partition(), entry.offset());
        return false;
    }

    /**
     * Whether a command, or what takes it back, may stand. Its signature is good.
     *
     * @param ledgerRead whether the ledger can be asked for the device's enrolment
     */
    boolean mayStand(CompactedTopic.Entry entry, Order.OfCommand order, boolean ledgerRead) {
        Place place = new Place(order.device(), entry.partition());
        ArrivalDecision.Verdict verdict = ArrivalDecision.decide(new ArrivalDecision.Arrival(
                order,
                entry.timestamp(),
                book.find(order.device(), order.id()),
                counters.getOrDefault(place, ArrivalDecision.Counter.NONE),
                ledgerRead ? fleet.epoch(order.device()) : 0));
        return switch (verdict) {
            case ArrivalDecision.Stands stands -> {
                charge(entry, order, place);
                yield true;
            }
            case ArrivalDecision.Refused no -> {
                refused.bury(entry, no.reason(), no.message());
                if (no.counts()) {
                    charge(entry, order, place);
                }
                yield false;
            }
        };
    }

    private void charge(CompactedTopic.Entry entry, Order.OfCommand order, Place place) {
        switch (order) {
            case Order.Withdrawal withdrawal -> gone(entry, order.device(), order.id());
            case Order.Command command -> {
                counters.put(place, new ArrivalDecision.Counter(command.epoch(), command.seq()));
                if (budgets.arrived(command, entry.timestamp())) {
                    charged.run();
                }
            }
        }
    }

    /** A command was withdrawn or removed: if it still waits, it waits no longer. */
    void gone(CompactedTopic.Entry entry, DeviceId device, String id) {
        budgets.left(device, id, entry.timestamp());
    }
}
