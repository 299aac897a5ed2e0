package io.kubemdm.operator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class InputProgressTest {

    private static final Instant T0 = Instant.parse("2026-11-28T08:00:00Z");

    private final InputProgress progress = new InputProgress(() -> T0.plusSeconds(100));

    private static Instant at(int second) {
        return T0.plusSeconds(second);
    }

    @Test
    void nothing_is_said_before_the_partition_was_read() {
        progress.end(0, 0, at(1));

        assertThat(progress.judgedThrough(0)).isNull();
    }

    @Test
    void a_partition_that_is_read_to_its_end_is_judged_through_the_time_its_end_was_asked_for() {
        progress.read(0, 10, 9);
        progress.judged(0, 9);
        progress.end(0, 10, at(1));

        assertThat(progress.judgedThrough(0)).isEqualTo(at(1));
    }

    @Test
    void what_is_read_but_not_judged_does_not_count() {
        progress.end(0, 5, at(1));
        progress.end(0, 10, at(2));
        progress.read(0, 10, 9);
        progress.judged(0, 6);

        assertThat(progress.judgedThrough(0)).isEqualTo(at(1));
    }

    @Test
    void markers_behind_the_last_record_do_not_hold_it_back() {
        progress.read(0, 12, 9);
        progress.judged(0, 9);
        progress.end(0, 12, at(3));

        assertThat(progress.judgedThrough(0)).isEqualTo(at(3));
    }

    @Test
    void while_the_end_runs_ahead_the_time_stands_still_and_then_follows() {
        progress.read(0, 10, 9);
        progress.judged(0, 9);
        progress.end(0, 10, at(1));
        progress.end(0, 20, at(2));
        assertThat(progress.judgedThrough(0)).isEqualTo(at(1));

        progress.read(0, 20, 19);
        assertThat(progress.judgedThrough(0)).isEqualTo(at(1));
        progress.judged(0, 19);
        assertThat(progress.judgedThrough(0)).isEqualTo(at(2));
    }

    @Test
    void after_an_abort_records_that_were_judged_in_vain_count_for_nothing() {
        progress.read(0, 10, 9);
        progress.judged(0, 9);
        progress.end(0, 10, at(1));
        progress.opened(0);
        assertThat(progress.judgedThrough(0)).isNull();

        progress.read(0, 10, 9);
        progress.end(0, 10, at(2));
        assertThat(progress.judgedThrough(0)).isNull();
        assertThat(progress.onTime(0)).isFalse();
        progress.judged(0, 9);
        assertThat(progress.judgedThrough(0)).isEqualTo(at(2));
    }

    @Test
    void a_partition_that_lags_for_long_keeps_the_looks_it_can_reach_first() {
        for (int second = 0; second < 200; second++) {
            progress.end(0, second, at(second));
        }
        progress.read(0, 500, 499);
        progress.judged(0, 29);

        assertThat(progress.judgedThrough(0)).isEqualTo(at(30));
        progress.judged(0, 499);
        assertThat(progress.judgedThrough(0)).isEqualTo(at(199));
    }
}
