package io.kubemdm.operator.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.operator.device.OrderFlow.Group;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.device.DeviceId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How many orders may be on their way, and who comes next. */
class OrderFlowTest {

    private static final Group ONE = group("1.0.0");
    private static final Group OTHER = group("2.0.0");

    private final List<DeviceId> rung = new ArrayList<>();
    private final List<Runnable> looks = new ArrayList<>();
    private long now = TimeUnit.DAYS.toNanos(-1);
    private final OrderFlow flow = new OrderFlow(rung::add, looks::add, () -> now);

    @Test
    void oneMoreThanTheLeastWaitsForAnAnswer() {
        assertThat(entered(ONE, 0, OrderFlow.LEAST + 2)).isEqualTo(OrderFlow.LEAST);
        assertThat(rung).isEmpty();
        flow.answered(device(7));
        assertThat(rung).containsExactly(device(OrderFlow.LEAST));
        assertThat(flow.enter(device(OrderFlow.LEAST), ONE))
                .as("whose turn it is")
                .isTrue();
        assertThat(flow.enter(device(OrderFlow.LEAST + 1), ONE)).isFalse();
        flow.answered(device(7));
        flow.answered(device(9_999));
        assertThat(rung).as("an answer makes room once, and a stranger's none").hasSize(1);
    }

    @Test
    void whoseOrderIsOutMayHaveAnother() {
        entered(ONE, 0, OrderFlow.LEAST);
        assertThat(flow.enter(device(3), OTHER)).isTrue();
    }

    @Test
    void nobodyPassesThoseWhoWait() {
        entered(ONE, 0, OrderFlow.LEAST + 1);
        flow.answered(device(0));
        flow.answered(device(1));
        assertThat(rung).hasSize(1);
        assertThat(flow.enter(device(500), ONE)).as("nobody waits any more").isTrue();
        assertThat(flow.enter(device(501), ONE)).isFalse();
    }

    @Test
    void whoDoesNotAnswerKeepsNobodyBackForLongerThanASecond() {
        entered(ONE, 0, OrderFlow.LEAST + 3);
        now += OrderFlow.PATIENCE_NANOS - 1;
        look();
        assertThat(rung).isEmpty();
        now += 1;
        look();
        assertThat(rung).hasSize(3);
        assertThat(looks).as("nobody waits, so nobody looks").isEmpty();
    }

    @Test
    void asManyMayBeOutAsAnsweredWithinASecond() {
        int most = OrderFlow.LEAST * 4;
        entered(ONE, 0, most * 2);
        for (int i = 0; i < most; i++) {
            now += OrderFlow.PATIENCE_NANOS / most;
            flow.answered(i < OrderFlow.LEAST ? device(i) : rung.get(i - OrderFlow.LEAST));
        }
        assertThat(rung.size() + OrderFlow.LEAST - most)
                .as("unanswered after that many answers in a second")
                .isBetween(most - 2, most);
    }

    @Test
    void rolloutsTakeTurns() {
        entered(ONE, 0, OrderFlow.LEAST + 100);
        entered(OTHER, 1_000, 2);
        IntStream.range(0, 4).forEach(i -> flow.answered(device(i)));
        assertThat(rung.subList(0, 4)).contains(device(1_000), device(1_001)).contains(device(OrderFlow.LEAST));
    }

    @Test
    void whoHasNothingToWaitForMakesWay() {
        entered(ONE, 0, OrderFlow.LEAST + 2);
        flow.leave(device(OrderFlow.LEAST));
        flow.answered(device(0));
        assertThat(rung).containsExactly(device(OrderFlow.LEAST + 1));
    }

    @Test
    void whoWaitsForSomethingElseNowWaitsThere() {
        entered(ONE, 0, OrderFlow.LEAST + 1);
        assertThat(flow.enter(device(OrderFlow.LEAST), OTHER)).isFalse();
        flow.answered(device(0));
        flow.answered(device(1));
        assertThat(rung).containsExactly(device(OrderFlow.LEAST));
    }

    private int entered(Group group, int from, int count) {
        return (int) IntStream.range(from, from + count)
                .filter(i -> flow.enter(device(i), group))
                .count();
    }

    private void look() {
        List<Runnable> due = List.copyOf(looks);
        looks.clear();
        due.forEach(Runnable::run);
    }

    private static DeviceId device(int i) {
        return new DeviceId("acme", "d-" + i);
    }

    private static Group group(String version) {
        return new Group("acme", List.of(new PolicyRef("base", version, "sha256:" + version)));
    }
}
