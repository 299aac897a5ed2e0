package io.kubemdm.operator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class SnapshotScheduleTest {

    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    @Property
    void every_device_is_due_once_in_any_period(@ForAll @LongRange(min = 0, max = 1L << 40) long number) {
        String device = "corp/d-" + number;
        Instant slot = SnapshotSchedule.slot(device, NOW);

        assertThat(slot).isAfter(NOW.minus(SnapshotSchedule.PERIOD)).isBeforeOrEqualTo(NOW);
        assertThat(SnapshotSchedule.slot(device, slot)).isEqualTo(slot);
        assertThat(SnapshotSchedule.slot(device, slot.plus(SnapshotSchedule.PERIOD)))
                .isEqualTo(slot.plus(SnapshotSchedule.PERIOD));
        assertThat(SnapshotSchedule.due(device, slot, NOW)).isFalse();
        assertThat(SnapshotSchedule.due(device, slot.minusMillis(1), NOW)).isTrue();
    }

    @Test
    void the_fleet_is_spread_over_the_period() {
        int[] days = new int[90];
        for (int i = 0; i < 90_000; i++) {
            days[
                    (int) Duration.between(SnapshotSchedule.slot("corp/d-" + i, NOW), NOW)
                            .toDays()]++;
        }
        assertThat(Arrays.stream(days).boxed())
                .allSatisfy(count -> assertThat(count).isBetween(500, 1_500));
    }

    @Test
    void the_earliest_come_first_and_one_slot_is_never_split() {
        Map<String, Instant> due = new HashMap<>();
        due.put("c", NOW.plusSeconds(2));
        due.put("a", NOW);
        due.put("b", NOW.plusSeconds(1));
        due.put("b2", NOW.plusSeconds(1));

        assertThat(SnapshotSchedule.first(due, 2)).containsExactly("a", "b", "b2");
        assertThat(SnapshotSchedule.first(due, 9)).containsExactly("a", "b", "b2", "c");
    }
}
