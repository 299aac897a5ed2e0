package io.kubemdm.protocol.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SemanticVersionTest {

    @Test
    void versionsStandInTheOrderOfTheSpecification() {
        List<String> ascending = List.of(
                "0.9.9",
                "1.0.0-alpha",
                "1.0.0-alpha.1",
                "1.0.0-alpha.beta",
                "1.0.0-beta",
                "1.0.0-beta.2",
                "1.0.0-beta.11",
                "1.0.0-rc.1",
                "1.0.0",
                "1.0.1",
                "1.10.0",
                "2.0.0",
                "99999999999999999999.0.0");
        for (int i = 0; i < ascending.size(); i++) {
            for (int j = 0; j < ascending.size(); j++) {
                assertThat(Integer.signum(SemanticVersion.parse(ascending.get(i))
                                .compareTo(SemanticVersion.parse(ascending.get(j)))))
                        .as("%s against %s", ascending.get(i), ascending.get(j))
                        .isEqualTo(Integer.compare(i, j));
            }
        }
    }

    @Test
    void buildMetadataDoesNotCount() {
        assertThat(SemanticVersion.parse("1.2.3+a")).isEqualByComparingTo(SemanticVersion.parse("1.2.3+b"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1.2", "01.2.3", "1.2.3.4", "v1.2.3", "1.2.3-", "1.2.3 "})
    void whatIsNoVersionIsRefusedWithARemedy(String text) {
        assertThat(SemanticVersion.isVersion(text)).isFalse();
        assertThatThrownBy(() -> SemanticVersion.parse(text)).hasMessageContaining("1.4.0");
    }
}
