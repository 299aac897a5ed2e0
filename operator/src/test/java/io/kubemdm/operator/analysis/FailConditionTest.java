package io.kubemdm.operator.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubemdm.operator.analysis.AnalysisRecordDecision.Figures;
import io.kubemdm.operator.analysis.FailCondition.Unusable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FailConditionTest {

    private static final Figures CANDIDATE = new Figures(50, 12, 11, 20, 22, 1, 30, 4);
    private static final Figures CONTROL = new Figures(60, 10, 10, 15, 16, 1, 20, 3);

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "candidate > control ; true",
                "candidate > control * 1.5 ; false",
                "candidate.mean > 11 ; true",
                "candidate.n >= 50 && control.n > 100 ; false",
                "candidate.p90 - control.p90 > 4.0 ; true",
                "candidate.median < control.median || candidate.max >= 30 ; true",
                "candidate.stddev / candidate.mean > 0.5 ; false",
                "candidate.p95 > control.p95 && candidate.min == control.min ; true"
            })
    void it_is_cel_over_the_figures_of_both_arms(String expression, boolean bad) throws Unusable {
        assertThat(FailCondition.compile(expression, true).holds(CANDIDATE, CONTROL))
                .isEqualTo(bad);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "candidate > control ; HIGHER",
                "candidate > control * 1.05 && candidate - control > 5.0 ; HIGHER",
                "candidate.p95 > 3.0 ; HIGHER",
                "candidate.median < control.median * 0.9 ; LOWER",
                "candidate != control ; EITHER",
                "candidate > control * 1.1 || candidate < control * 0.9 ; EITHER",
                "candidate > control && candidate < 1000.0 ; EITHER",
                "candidate.n < 50.0 ; EITHER"
            })
    void the_side_it_speaks_of_is_known_by_its_text(String expression, Statistics.Side side) throws Unusable {
        assertThat(FailCondition.compile(expression, true).side()).isEqualTo(side);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "candidate >",
                "candidate",
                "candidate.p99 > 1.0",
                "devices.size() > 1",
                "candidate > control * 2",
                "'a' == candidate",
                "{{{"
            })
    void what_is_no_condition_is_refused_with_a_remedy(String expression) {
        assertThatThrownBy(() -> FailCondition.compile(expression, true))
                .isInstanceOf(Unusable.class)
                .hasMessageStartingWith("failWhen is no condition: ")
                .hasMessageContaining("numbers are doubles, such as 1.2 or 2.0");
    }

    @Test
    void too_long_a_condition_is_refused() {
        assertThatThrownBy(() -> FailCondition.compile("candidate > 1.0 || ".repeat(100) + "true", true))
                .isInstanceOf(Unusable.class);
    }

    @Test
    void without_a_control_group_none_can_be_named() {
        assertThatThrownBy(() -> FailCondition.compile("candidate > control", false))
                .isInstanceOf(Unusable.class)
                .hasMessageContaining("control is there with compare: VersusControl only");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "candidate.value > 0.05 ; true",
                "candidate > 0.05 && candidate == candidate.value ; true",
                "candidate.value > 0.2 ; false",
                "candidate.value < 0.0 || candidate.value >= 1e3 ; false"
            })
    void of_a_query_it_is_cel_over_its_value(String expression, boolean bad) throws Unusable {
        assertThat(FailCondition.compileForValue(expression).holds(0.1)).isEqualTo(bad);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"candidate.median > 1.0", "candidate.n > 1.0", "candidate > control", "candidate.value * 2 > 1.0"
            })
    void of_a_query_nothing_else_can_be_named(String expression) {
        assertThatThrownBy(() -> FailCondition.compileForValue(expression))
                .isInstanceOf(Unusable.class)
                .hasMessageContaining("of a query there is candidate.value only");
    }

    @Test
    void of_a_fact_there_is_no_value() {
        assertThatThrownBy(() -> FailCondition.compile("candidate.value > 1.0", false))
                .isInstanceOf(Unusable.class);
    }
}
