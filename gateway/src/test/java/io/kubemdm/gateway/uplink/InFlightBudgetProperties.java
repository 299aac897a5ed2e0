package io.kubemdm.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class InFlightBudgetProperties {

    /** Positive numbers take, zero gives the oldest back. */
    @Property
    void it_is_exhausted_from_the_limit_until_half_is_free_and_tells_of_each_relief(
            @ForAll @Size(max = 200) List<@IntRange(max = 60) Integer> moves) {
        AtomicInteger reliefs = new AtomicInteger();
        InFlightBudget budget = new InFlightBudget(100, reliefs::incrementAndGet);
        Deque<Integer> taken = new ArrayDeque<>();
        long sum = 0;
        boolean exhausted = false;
        int expected = 0;
        for (int move : moves) {
            if (move > 0) {
                taken.add(move);
                sum += move;
                budget.take(move);
                exhausted |= sum >= 100;
            } else if (!taken.isEmpty()) {
                int oldest = taken.remove();
                sum -= oldest;
                budget.give(oldest);
                if (exhausted && sum <= 50) {
                    exhausted = false;
                    expected++;
                }
            }
            assertThat(budget.inFlight()).isEqualTo(sum);
            assertThat(budget.isExhausted()).isEqualTo(exhausted);
            assertThat(reliefs).hasValue(expected);
        }
    }
}
