package io.kubemdm.agent.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAfterTest {

    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "5, 5",
        "' 5 ', 5",
        "0, 1",
        "999999999, 600",
        "'Sat, 28 Nov 2026 12:00:30 GMT', 30",
        "'Sat, 28 Nov 2026 11:00:00 GMT', 1",
        "'Sat, 28 Nov 2099 12:00:00 GMT', 600",
        ", 10",
        "'', 10",
        "soon, 10",
        "-5, 10",
        "99999999999999999999, 10",
    })
    void table(@Nullable String header, int seconds) {
        assertThat(RetryAfter.of(header, NOW)).isEqualTo(Duration.ofSeconds(seconds));
    }
}
