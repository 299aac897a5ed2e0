package io.kubemdm.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class InstalledServiceTest {

    private static final Map<String, String> SERVICE = Map.of("INVOCATION_ID", "x", "SYSTEMD_EXEC_PID", "42");

    static Stream<Arguments> cases() {
        return Stream.of(
                Arguments.of("a service of systemd", SERVICE, 1L, true),
                Arguments.of("of a systemd that does not tell whom it started", Map.of("INVOCATION_ID", "x"), 1L, true),
                Arguments.of("a shell in a desktop session", SERVICE, 7L, false),
                Arguments.of(
                        "left behind by a shell in a desktop session",
                        Map.of("INVOCATION_ID", "x", "SYSTEMD_EXEC_PID", "41"),
                        1L,
                        false),
                Arguments.of("a container's only process", Map.of(), 1L, false),
                Arguments.of("a login shell", Map.of(), 7L, false));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void tells(String name, Map<String, String> environment, long parent, boolean expected) {
        assertThat(InstalledService.is(environment, 42, parent)).isEqualTo(expected);
    }

    @Test
    void a_test_is_none() {
        assertThat(InstalledService.isThisProcess()).isFalse();
    }
}
