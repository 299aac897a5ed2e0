package io.kubemdm.gateway.downlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.WipeBudget;
import io.kubemdm.protocol.order.WipeBudget.Lane;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** The default budget of a fleet of one: three wipes in 24 hours, ten in an hour; twenty locks in 24 hours. */
class CommandBudgetsTest {

    private static final Instant T = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant END = T.plus(Duration.ofDays(60));
    private static final Duration DAY = Duration.ofHours(24);

    private final List<CommandBudgets.Alert> alerts = new ArrayList<>();
    private final CommandBudgets budgets = budgets();
    private long offset;

    @Test
    void what_is_over_the_budget_waits_and_goes_in_order_as_the_window_moves() {
        List<Order.Command> wipes = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            wipes.add(arrive(i, CommandType.FullWipe, T.plusSeconds(i)));
        }

        assertThat(released(T.plusSeconds(60))).containsExactly("c-0", "c-1", "c-2");
        assertThat(budgets.isReleased(wipes.get(2))).isTrue();
        assertThat(budgets.isReleased(wipes.get(3))).isFalse();
        assertThat(budgets.next()).isEqualTo(T.plus(DAY));
        assertThat(budgets.held(Lane.Destructive, T.plusSeconds(60))).isEqualTo(5);

        assertThat(released(T.plus(DAY).plusSeconds(1))).containsExactly("c-3", "c-4");
        assertThat(released(T.plus(DAY).plusSeconds(60))).containsExactly("c-5");
        assertThat(released(T.plus(DAY.multipliedBy(3)))).containsExactly("c-6", "c-7");
        assertThat(budgets.next()).isNull();
    }

    @Test
    void one_alert_per_namespace_and_window() {
        for (int i = 0; i < 9; i++) {
            arrive(i, CommandType.Retire, T);
        }
        released(T);
        released(T.plusSeconds(5));
        assertThat(alerts)
                .containsExactly(new CommandBudgets.Alert(
                        "acme", Lane.Destructive, new WipeBudget.Reached(3, 3, DAY), 6, T.plus(DAY)));

        released(T.plus(DAY));
        assertThat(alerts).as("the next window, and there are still some").hasSize(2);
    }

    @Test
    void a_moment_of_waiting_is_no_alert() {
        for (int i = 0; i < 3; i++) {
            arrive(i, CommandType.Retire, T);
        }
        released(T);
        arrive(3, CommandType.Retire, T.plus(DAY).minusMillis(8));

        assertThat(released(T.plus(DAY).minusMillis(8))).isEmpty();
        assertThat(alerts).isEmpty();
        assertThat(released(T.plus(DAY))).containsExactly("c-3");
    }

    @Test
    void each_namespace_and_each_lane_has_its_own_budget_and_unlock_has_none() {
        for (int i = 0; i < 4; i++) {
            arrive(i, CommandType.FullWipe, T);
        }
        arrive(10, CommandType.Lock, T);
        Order.Command unlock = arrive(11, CommandType.Unlock, T);
        budgets.arrived(command(DeviceId.parse("other/d-1"), "o", CommandType.FullWipe, END), T);

        assertThat(released(T)).containsExactlyInAnyOrder("c-0", "c-1", "c-2", "c-10", "o");
        assertThat(budgets.isReleased(unlock)).isTrue();
    }

    @Test
    void the_same_command_signed_again_counts_once() {
        arrive(0, CommandType.FullWipe, T);
        released(T);
        Order.Command again = arrive(0, CommandType.FullWipe, T.plusSeconds(5));
        assertThat(budgets.isReleased(again)).isTrue();

        arrive(1, CommandType.FullWipe, T.plusSeconds(6));
        arrive(2, CommandType.FullWipe, T.plusSeconds(7));
        assertThat(released(T.plusSeconds(9))).containsExactly("c-1", "c-2");
    }

    @Test
    void signed_again_with_a_later_end_it_keeps_its_place_and_waits_longer() {
        for (int i = 0; i < 3; i++) {
            arrive(i, CommandType.FullWipe, T);
        }
        budgets.arrived(command(device(3), "c-3", CommandType.FullWipe, T.plusSeconds(60)), T.plusSeconds(1));
        arrive(4, CommandType.FullWipe, T.plusSeconds(2));
        released(T.plusSeconds(3));
        arrive(3, CommandType.FullWipe, T.plusSeconds(30));

        assertThat(released(T.plus(DAY).plusSeconds(9))).containsExactly("c-3", "c-4");
    }

    @Test
    void a_lock_signed_again_as_a_wipe_is_charged_as_a_wipe() {
        for (int i = 0; i < 3; i++) {
            arrive(i, CommandType.FullWipe, T);
        }
        arrive(9, CommandType.Lock, T);
        assertThat(released(T)).hasSize(4);

        Order.Command wipe = arrive(9, CommandType.FullWipe, T.plusSeconds(1));

        assertThat(released(T.plusSeconds(2))).isEmpty();
        assertThat(budgets.isReleased(wipe)).isFalse();
    }

    @Test
    void a_wipe_that_was_withdrawn_after_its_turn_counts_so_withdrawing_and_asking_again_gains_nothing() {
        for (int i = 0; i < 3; i++) {
            arrive(i, CommandType.FullWipe, T);
        }
        released(T);
        for (int i = 0; i < 3; i++) {
            withdraw(i, T.plusSeconds(5));
        }
        arrive(7, CommandType.FullWipe, T.plusSeconds(6));

        assertThat(released(T.plusSeconds(9))).isEmpty();
        assertThat(budgets.next()).isEqualTo(T.plus(DAY));
    }

    @Test
    void one_withdrawn_or_ended_while_it_waited_does_not_hold_up_the_next() {
        for (int i = 0; i < 3; i++) {
            arrive(i, CommandType.FullWipe, T);
        }
        arrive(3, CommandType.FullWipe, T.plusSeconds(1));
        budgets.arrived(command(device(4), "c-4", CommandType.FullWipe, T.plusSeconds(60)), T.plusSeconds(2));
        arrive(5, CommandType.FullWipe, T.plusSeconds(3));
        released(T.plusSeconds(4));
        withdraw(3, T.plusSeconds(9));

        assertThat(budgets.held(Lane.Destructive, T.plusSeconds(90))).isEqualTo(1);
        assertThat(released(T.plus(DAY))).containsExactly("c-5");
    }

    @Test
    void nothing_goes_before_it_is_settled_and_the_brokers_times_decide_not_the_order_of_reading() {
        budgets.arrived(command(device(0), "late", CommandType.FullWipe, END), T.plusSeconds(9));
        assertThat(budgets.release(T.plusSeconds(9))).isEmpty();
        for (int i = 1; i <= 3; i++) {
            arrive(i, CommandType.FullWipe, T);
        }
        assertThat(budgets.release(T.plusSeconds(10))).isEmpty();

        assertThat(released(T.plusSeconds(11))).containsExactly("c-1", "c-2", "c-3");
    }

    /** One thing that happens to one of few commands. */
    record Happening(int command, int minutes, boolean withdrawn, boolean lock) {}

    @Property(tries = 1000)
    void replicas_agree_whatever_they_read_first_and_whenever_they_start(
            @ForAll("history") List<Happening> history, @ForAll Random random) {
        List<Happening> inOrder = history.stream()
                // Whoever lets something go has read all that stands before it, in every partition.
                .sorted(Comparator.comparingInt(Happening::minutes).thenComparingInt(Happening::command))
                .toList();
        Instant now = T.plus(Duration.ofMinutes(5_000));

        CommandBudgets live = budgets();
        Set<String> fromLive = new HashSet<>();
        for (int i = 0; i < inOrder.size(); i++) {
            happen(live, inOrder.get(i), i);
            live.settled(Long.MAX_VALUE);
            live.release(at(inOrder.get(i))).forEach(key -> fromLive.add(key.id()));
        }
        live.release(now).forEach(key -> fromLive.add(key.id()));

        // Another reads partitions in any order, each in its own, and all of it before it lets anything go.
        CommandBudgets late = budgets();
        List<Integer> commands = new ArrayList<>(
                inOrder.stream().map(Happening::command).distinct().toList());
        Collections.shuffle(commands, random);
        for (int command : commands) {
            for (int i = 0; i < inOrder.size(); i++) {
                if (inOrder.get(i).command() == command) {
                    happen(late, inOrder.get(i), i);
                }
            }
        }
        late.settled(Long.MAX_VALUE);
        Set<String> fromLate = new HashSet<>();
        late.release(now).forEach(key -> fromLate.add(key.id()));

        assertThat(fromLate).isEqualTo(fromLive);
        assertThat(late.next()).isEqualTo(live.next());
    }

    @Provide
    Arbitrary<List<Happening>> history() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 12),
                        Arbitraries.integers().between(0, 4_000),
                        Arbitraries.of(true, false, false, false),
                        Arbitraries.of(true, false, false, false))
                .as(Happening::new)
                .list()
                .ofMaxSize(40);
    }

    private static void happen(CommandBudgets into, Happening happening, int number) {
        String id = "c-" + happening.command();
        DeviceId device = device(happening.command());
        if (happening.withdrawn()) {
            into.left(device, id, at(happening));
        } else {
            into.arrived(
                    new Order.Command(
                            device,
                            1,
                            id,
                            number + 1,
                            happening.lock() ? CommandType.Lock : CommandType.FullWipe,
                            END,
                            new Order.Source(happening.command(), number),
                            ""),
                    at(happening));
        }
    }

    private static Instant at(Happening happening) {
        return T.plus(Duration.ofMinutes(happening.minutes()));
    }

    private CommandBudgets budgets() {
        return new CommandBudgets(DownlinkFeed.LIMITS, DownlinkFeed.fleet(1), alerts::add);
    }

    private List<String> released(Instant now) {
        budgets.settled(budgets.read());
        return budgets.release(now).stream().map(CommandBudgets.CommandKey::id).toList();
    }

    private Order.Command arrive(int number, CommandType type, Instant at) {
        Order.Command command = command(device(number), "c-" + number, type, END);
        budgets.arrived(command, at);
        return command;
    }

    private void withdraw(int number, Instant at) {
        budgets.left(device(number), "c-" + number, at);
    }

    private Order.Command command(DeviceId device, String id, CommandType type, Instant notAfter) {
        return new Order.Command(device, 1, id, offset + 1, type, notAfter, new Order.Source(0, offset++), "");
    }

    private static DeviceId device(int number) {
        return DeviceId.parse("acme/d-" + number);
    }
}
