package io.kubemdm.crds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FormatsTest {

    @ParameterizedTest
    @CsvSource({"0s,PT0S", "90s,PT1M30S", "5m,PT5M", "1h30m,PT1H30M", "7d,PT168H", "1d1d,PT48H"})
    void aDurationIsTheSumOfItsParts(String text, Duration expected) {
        assertThat(Formats.duration(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "m", "-5m", "1.5h", "5 m", "5M", "1w", "111111111111111111111111111111111s"})
    void whatIsNoDurationIsRefusedWithTheForm(String text) {
        assertThatThrownBy(() -> Formats.duration(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("use whole numbers with s, m, h or d");
    }

    @Test
    void anEmptySelectorSelectsEverything() {
        assertThat(new LabelSelector(Map.of(), List.of()).matches(Map.of("a", "b")))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "In,true",
        "NotIn,false",
        "Exists,true",
        "DoesNotExist,false",
        "Unrecognised,false",
    })
    void aRequirementHoldsOnALabelThatIsListed(LabelSelector.Operator operator, boolean expected) {
        assertThat(selector(operator).matches(Map.of("ring", "canary"))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "In,false",
        "NotIn,true",
        "Exists,false",
        "DoesNotExist,true",
        "Unrecognised,false",
    })
    void aRequirementHoldsOnALabelThatIsAbsent(LabelSelector.Operator operator, boolean expected) {
        assertThat(selector(operator).matches(Map.of())).isEqualTo(expected);
    }

    private static LabelSelector selector(LabelSelector.Operator operator) {
        return new LabelSelector(Map.of(), List.of(new LabelSelector.Requirement("ring", operator, List.of("canary"))));
    }
}
