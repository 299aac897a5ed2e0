package io.kubemdm.operator.compliance;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.order.WipeBudget.Limits;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class QuarantinePurseTest {

    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @Test
    void a_bad_policy_confines_no_fleet_and_people_are_told_once() {
        QuarantinePurse purse = purse(new Limits(20, 10, 100), 1_000);
        int confined = 0;
        for (int i = 0; i < 1_000; i++) {
            confined += purse.take(device(i), NOW) == null ? 1 : 0;
        }
        assertThat(confined).isEqualTo(100);
        assertThat(meters.counter("kubemdm.quarantines.budget.exceeded").count())
                .isEqualTo(1);
        assertThat(meters.get("kubemdm.quarantines.held").gauge().value()).isEqualTo(900);
    }

    @Test
    void room_comes_as_the_window_moves_and_what_was_not_used_is_given_back() {
        QuarantinePurse purse = purse(new Limits(1, 0, 1), 10);
        assertThat(purse.take(device(1), NOW)).isNull();
        assertThat(purse.take(device(2), NOW)).isEqualTo(NOW.plus(Duration.ofDays(1)));
        assertThat(purse.take(device(2), NOW.plus(Duration.ofDays(1)))).isNull();

        purse.giveBack(device(2), NOW.plus(Duration.ofDays(1)));
        assertThat(purse.take(device(3), NOW.plus(Duration.ofDays(1)))).isNull();
    }

    @Test
    void a_new_leader_counts_what_is_on_record() {
        QuarantinePurse purse = new QuarantinePurse(
                new Limits(2, 0, 2),
                namespace -> Stream.of(NOW.minusSeconds(5), NOW.minusSeconds(9)),
                any -> 10,
                meters);
        assertThat(purse.take(device(1), NOW)).isNotNull();
    }

    @Test
    void whoever_waits_no_more_is_not_held() {
        QuarantinePurse purse = purse(new Limits(1, 0, 1), 10);
        assertThat(purse.take(device(1), NOW)).isNull();
        assertThat(purse.take(device(2), NOW)).isNotNull();
        purse.settled(device(2));
        assertThat(meters.get("kubemdm.quarantines.held").gauge().value()).isZero();
    }

    private QuarantinePurse purse(Limits limits, int devices) {
        return new QuarantinePurse(limits, namespace -> Stream.of(), any -> devices, meters);
    }

    private static DeviceId device(int number) {
        return new DeviceId("acme", "d-" + number);
    }
}
