package io.kubemdm.gateway.downlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.order.CommandType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReleasesTest {

    private final CommandBudgets budgets = new CommandBudgets(DownlinkFeed.LIMITS, DownlinkFeed.fleet(1), alert -> {});
    private final Deque<CompletableFuture<Void>> asked = new ArrayDeque<>();
    private final List<String> released = new CopyOnWriteArrayList<>();
    private final Releases releases =
            new Releases(budgets, this::written, Clock.systemUTC(), key -> released.add(key.id()));
    private long offset;

    @AfterEach
    void close() {
        releases.close();
    }

    @Test
    void nothing_goes_before_the_start_is_known() {
        arrive("a", Instant.now());

        assertThat(asked).isEmpty();
        releases.open();
        last().complete(null);

        assertThat(released).containsExactly("a");
    }

    @Test
    void a_command_goes_when_all_that_may_be_older_is_read() {
        releases.open();
        last().complete(null);
        Instant now = Instant.now();
        arrive("second", now);
        CompletableFuture<Void> first = last();
        arrive("first", now.minusSeconds(1));
        assertThat(released).isEmpty();

        first.complete(null);
        assertThat(released)
                .as("what came after the question is not settled by its answer")
                .isEmpty();
        last().complete(null);

        assertThat(released).containsExactly("first", "second");
    }

    @Test
    void while_kafka_does_not_answer_nothing_goes_and_it_is_asked_again() {
        releases.open();
        last().complete(null);
        arrive("a", Instant.now());
        int questions = asked.size();
        last().completeExceptionally(new IllegalStateException("no broker"));

        await().untilAsserted(() -> assertThat(asked).hasSizeGreaterThan(questions));
        assertThat(released).isEmpty();
        last().complete(null);

        assertThat(released).containsExactly("a");
    }

    @Test
    void a_held_command_goes_by_itself_when_its_time_comes() {
        releases.open();
        last().complete(null);
        Instant before = Instant.now().minus(Duration.ofHours(24)).plusMillis(700);
        for (String id : List.of("a", "b", "c", "held")) {
            arrive(id, before);
        }
        // The first was asked for alone, the others together.
        last().complete(null);
        last().complete(null);
        assertThat(released).containsExactly("a", "b", "c");

        await().untilAsserted(() -> assertThat(released).containsExactly("a", "b", "c", "held"));
    }

    private void arrive(String id, Instant at) {
        Order.Command command = new Order.Command(
                DeviceId.parse("acme/d-" + id),
                1,
                id,
                1,
                CommandType.FullWipe,
                Instant.now().plus(Duration.ofDays(1)),
                new Order.Source(0, offset++),
                "");
        if (budgets.arrived(command, at)) {
            releases.settle();
        }
    }

    private synchronized CompletableFuture<Void> written() {
        CompletableFuture<Void> question = new CompletableFuture<>();
        asked.add(question);
        return question;
    }

    private synchronized CompletableFuture<Void> last() {
        return asked.getLast();
    }
}
