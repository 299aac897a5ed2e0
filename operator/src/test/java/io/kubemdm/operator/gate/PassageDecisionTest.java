package io.kubemdm.operator.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.operator.gate.PassageDecision.Flag;
import io.kubemdm.operator.gate.PassageDecision.Way;
import io.kubemdm.protocol.bundle.PolicyRef;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PassageDecisionTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        nothing asked                                      | NONE        | true  | false | FREE
        on                                                 | ON          | true  | false | FREE
        off: not given                                     | OFF         | true  | false | FLAG_OFF
        off: given back, at any hour                       | OFF         | false | true  | FLAG_OFF
        unreachable: nobody further                        | UNREACHABLE | true  | false | FLAG_UNREACHABLE
        unreachable: nothing is taken back, open or shut   | UNREACHABLE | false | true  | FREE
        a window delays the first admission                | NONE        | false | false | WINDOW_SHUT
        a window delays the first admission by a flag, too | ON          | false | false | WINDOW_SHUT
        a window does not take back                        | ON          | false | true  | FREE
        """)
    void flagAndWindowTogether(String what, Flag flag, boolean open, boolean has, Way way) {
        PassageDecision passage = PassageDecision.decide(flag, open, "Europe/Berlin", has);

        assertThat(passage.way()).isEqualTo(way);
        assertThat(passage.zone()).isEqualTo(way == Way.WINDOW_SHUT ? "Europe/Berlin" : "");
    }

    @Test
    void whoWasLetInIsToldFromTheLastOrder() {
        PolicyRef bundle = ref("base", "1.1.0");

        assertThat(PassageDecision.has(List.of(), bundle, false)).isFalse();
        assertThat(PassageDecision.has(List.of(ref("base", "1.1.0")), bundle, false))
                .isTrue();
        assertThat(PassageDecision.has(List.of(ref("base", "1.0.0")), bundle, false))
                .isFalse();
        assertThat(PassageDecision.has(List.of(ref("base", "1.2.0")), bundle, false))
                .as("so that it can come back from a later version at any time")
                .isTrue();
        assertThat(PassageDecision.has(List.of(ref("other", "2.0.0")), bundle, false))
                .isFalse();
        assertThat(PassageDecision.has(List.of(ref("other", "2.0.0")), bundle, true))
                .as("a line to be removed is gone")
                .isTrue();
        assertThat(PassageDecision.has(List.of(bundle), bundle, true)).isFalse();
    }

    private static PolicyRef ref(String policy, String version) {
        return new PolicyRef(policy, version, "sha256:" + version);
    }
}
