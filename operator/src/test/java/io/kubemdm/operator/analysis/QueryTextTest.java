package io.kubemdm.operator.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubemdm.operator.analysis.FailCondition.Unusable;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryTextTest {

    private static final Map<String, String> VALUES =
            Map.of("namespace", "acme", "rollout", "base-2.eu", "line", "base", "version", "2.0.0-rc.1+build.7");

    private static String filled(String query) throws Unusable {
        return QueryText.filled(query, VALUES);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "up ; up",
                "up{ns=\"$namespace\"} ; up{ns=\"acme\"}",
                "a{b='$line-$version',c=\"$rollout\"} ; a{b='base-2.0.0-rc.1+build.7',c=\"base-2.eu\"}",
                "$namespace$namespace ; acmeacme",
                "up{a=~\"b$|c$\"} ; up{a=~\"b$|c$\"}",
                "up{a=\"$$line\"} ; up{a=\"$base\"}",
                "up{a=\"$\"} ; up{a=\"$\"}"
            })
    void names_are_filled_in_and_other_dollars_stay(String query, String text) throws Unusable {
        assertThat(filled(query)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"$namespaces", "$device", "$1", "${line}", "$Line", "$line_"})
    void an_unknown_placeholder_is_refused(String query) {
        assertThatThrownBy(() -> filled("up{a=\"" + query + "\"}"))
                .isInstanceOf(Unusable.class)
                .hasMessageContaining("there are $namespace, $rollout, $line and $version");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\"} or vector(0)", "a'", "a`", "a\\", "a\nb", "", "-a", "a b", "a{}"})
    void what_could_end_a_string_is_never_filled_in(String value) {
        assertThatThrownBy(() -> QueryText.filled("up{a=\"$line\"}", Map.of("line", value)))
                .isInstanceOf(Unusable.class)
                .hasMessage("metric.query cannot have $line filled in: it is no plain name.");
    }

    @Test
    void a_query_that_grows_too_long_is_refused() {
        assertThatThrownBy(() -> QueryText.filled("$line".repeat(200), Map.of("line", "a".repeat(63))))
                .isInstanceOf(Unusable.class)
                .hasMessageContaining("longer than 4096 characters");
    }
}
