package io.kubemdm.protocol.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.protocol.bundle.LineRank.Basis;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineRankTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "the stricter value stands whatever the priorities, 1, 900, 1, true, Stricter",
        "the laxer one does not, 900, 1, -1, false, Stricter",
        "of values without an order that of the higher priority stands, 101, 100, 0, true, Priority",
        "that of the lower does not, 100, 101, 0, false, Priority",
        "of equals the first in the alphabet stands, 100, 100, 0, true, Tie",
    })
    void the_line_a_against_the_line_b(String why, int a, int b, int strictness, boolean stands, Basis basis) {
        LineRank one = new LineRank("a", a);
        LineRank other = new LineRank("b", b);

        assertThat(one.standsAgainst(other, strictness)).isEqualTo(stands);
        assertThat(other.standsAgainst(one, -strictness)).isEqualTo(!stands);
        assertThat(one.basisAgainst(other, strictness)).isEqualTo(basis);
        assertThat(other.basisAgainst(one, -strictness)).isEqualTo(basis);
    }
}
