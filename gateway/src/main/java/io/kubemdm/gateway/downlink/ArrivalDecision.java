package io.kubemdm.gateway.downlink;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether an order whose signature is good may stand. But for the ledger's epoch it is decided by what the topic holds
 * before it, so that a gateway that reads the topic from the start comes to the same.
 */
final class ArrivalDecision {

    /** Highest counter of a device's command lane so far, with its enrolment; {@link #NONE} before the first. */
    record Counter(long epoch, long seq) {
        static final Counter NONE = new Counter(0, 0);
    }

    /**
     * All that is known when an order arrives.
     *
     * @param at when the broker took it
     * @param standing what stands under its command id, null when nothing does
     * @param highest of the commands before it in its partition
     * @param enrolment the device's latest by the ledger, 0 when that is not known (yet)
     */
    record Arrival(Order order, Instant at, Order.@Nullable OfCommand standing, Counter highest, long enrolment) {}

    /** The answer. */
    sealed interface Verdict {}

    /** It stands. */
    record Stands() implements Verdict {}

    /**
     * It does not.
     *
     * @param message a sentence for people
     * @param counts whether it is charged to the budget all the same, since others who know less will do so
     */
    record Refused(OrderRefusal reason, String message, boolean counts) implements Verdict {}

    private ArrivalDecision() {}

    /** Decides. */
    static Verdict decide(Arrival arrival) {
        return switch (arrival.order()) {
            case Order.Desired desired -> new Stands();
            case Order.Withdrawal withdrawal -> new Stands();
            case Order.Command command -> command(command, arrival);
        };
    }

    private static Verdict command(Order.Command command, Arrival arrival) {
        Counter highest = arrival.highest();
        if (!command.notAfter().isAfter(arrival.at())) {
            return refused(OrderRefusal.Expired, "it ended at " + command.notAfter() + ", before it was written");
        }
        if (arrival.standing() instanceof Order.Withdrawal withdrawal && withdrawal.epoch() >= command.epoch()) {
            return refused(OrderRefusal.Withdrawn, "the command was withdrawn");
        }
        if (command.epoch() < highest.epoch()) {
            return refused(
                    OrderRefusal.EarlierEpoch, "commands of epoch " + highest.epoch() + " were written before it");
        }
        if (command.epoch() == highest.epoch() && command.seq() <= highest.seq()) {
            return refused(
                    OrderRefusal.StaleCounter,
                    "its counter is " + command.seq() + ", " + highest.seq() + " was written before it");
        }
        if (command.epoch() < arrival.enrolment()) {
            return new Refused(
                    OrderRefusal.EarlierEpoch, "the device has enrolled in epoch " + arrival.enrolment(), true);
        }
        return new Stands();
    }

    private static Refused refused(OrderRefusal reason, String message) {
        return new Refused(reason, message, false);
    }
}
