package io.kubemdm.gateway.downlink;

import io.kubemdm.protocol.order.WipeBudget;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The commands of one namespace that one budget lets go, one after another. When each may go follows from the broker's
 * times and the limits alone: so every replica lets the same ones go, and so does one that starts later and reads the past
 * again. What left the queue before its turn, withdrawn or expired, takes no place in the budget; what had its turn does,
 * whether or not it was withdrawn afterwards. Guarded by {@link CommandBudgets}.
 */
final class ReleaseQueue {

    private final TreeSet<Charge> waiting = new TreeSet<>();
    private final List<Instant> releases = new ArrayList<>();

    void add(Charge charge) {
        waiting.add(charge);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Those that wait and have not left. */
    int held(Instant now) {
        return (int) waiting.stream().filter(charge -> !charge.hasLeft(now)).count();
    }

    /**
     * Lets those go whose turn has come.
     *
     * @param settled charges read before this many are known to have none older before them that is still unread
     */
    List<Charge> release(WipeBudget budget, Instant now, long settled) {
        List<Charge> released = new ArrayList<>();
        while (!waiting.isEmpty() && waiting.first().mark() < settled) {
            Charge first = waiting.first();
            Instant turn = turn(budget, first);
            // A broker's clock may be ahead of ours: what never had to wait does not wait for that.
            if (turn.isAfter(now) && turn.isAfter(first.at())) {
                break;
            }
            waiting.pollFirst();
            if (first.hasLeft(turn)) {
                continue;
            }
            first.release(turn);
            releases.add(turn);
            released.add(first);
        }
        return released;
    }

    /** When the first one's turn comes, null when none waits, or it is not known whether it is the first. */
    @Nullable Instant next(WipeBudget budget, long settled) {
        return waiting.isEmpty() || waiting.first().mark() >= settled ? null : turn(budget, waiting.first());
    }

    /** Why the first one waits, in numbers; null when it does not. */
    WipeBudget.@Nullable Reached reached(WipeBudget budget, Instant now) {
        return budget.reached(releases, now);
    }

    private Instant turn(WipeBudget budget, Charge first) {
        Instant counts = first.at().minus(WipeBudget.LONGEST);
        while (!releases.isEmpty() && releases.getFirst().isBefore(counts)) {
            releases.removeFirst();
        }
        Instant turn = budget.earliest(releases, first.at());
        // Brokers' clocks differ a little: one that is read late does not push itself before those that are gone.
        return !releases.isEmpty() && turn.isBefore(releases.getLast()) ? releases.getLast() : turn;
    }
}
