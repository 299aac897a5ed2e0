package io.kubemdm.gateway.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PaceTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @Test
    void over_ten_seconds_no_more_than_the_rate_and_a_tenth_of_a_second_of_burst_get_a_turn() {
        Pace pace = new Pace(100, 0);
        long now = 20 * SECOND;
        long end = now + 10 * SECOND;
        int turns = 0;
        while (true) {
            now += pace.take(now);
            if (now >= end) {
                break;
            }
            turns++;
        }
        assertThat(turns).isBetween(1000, 1011);
    }

    @Test
    void a_turn_given_back_is_the_next_ones() {
        Pace pace = new Pace(1, 0);
        assertThat(pace.take(0)).isZero();
        assertThat(pace.take(0)).isEqualTo(SECOND);
        pace.giveBack();

        assertThat(pace.take(0)).isEqualTo(SECOND);
    }

    @Test
    void a_rate_that_is_none_is_refused_by_its_key() {
        assertThatThrownBy(() -> new Pace(0, 0)).hasMessageContaining("kubemdm.bridge.max-writes-per-second is 0");
    }
}
