package io.kubemdm.operator.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kubemdm.operator.analysis.Statistics.Side;
import io.kubemdm.protocol.analysis.Sketch;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StatisticsTest {

    private static final ArmValues CONTROL = from(0);
    private static final ArmValues ABOVE = from(8);
    private static final ArmValues BELOW = from(-8);

    /** Thirty values in a row. */
    private static ArmValues from(int first) {
        return ArmValues.of(List.of(new Sketch(
                IntStream.range(first, first + 30).mapToObj(i -> (double) i).toList(), List.of())));
    }

    @Test
    void a_difference_to_the_side_asked_for_is_half_as_likely_by_chance_as_to_either() {
        double either = Statistics.compare(ABOVE, CONTROL, Side.EITHER).p();
        assertThat(either).isBetween(0.001, 0.01);
        assertThat(Statistics.compare(ABOVE, CONTROL, Side.HIGHER).p()).isCloseTo(either / 2, within(1e-9));
        assertThat(Statistics.compare(BELOW, CONTROL, Side.LOWER).p()).isCloseTo(either / 2, within(1e-9));
    }

    @Test
    void a_difference_to_the_other_side_is_none() {
        assertThat(Statistics.compare(BELOW, CONTROL, Side.HIGHER).p()).isGreaterThan(0.99);
        assertThat(Statistics.compare(ABOVE, CONTROL, Side.LOWER).p()).isGreaterThan(0.99);
    }

    @Test
    void where_there_is_nothing_to_compare_nothing_differs() {
        for (Side side : Side.values()) {
            assertThat(Statistics.compare(CONTROL, ArmValues.of(List.of()), side))
                    .isEqualTo(new Statistics.Difference(1, 0.5));
            assertThat(Statistics.compare(CONTROL, CONTROL, side).p()).isGreaterThan(0.4);
        }
    }
}
