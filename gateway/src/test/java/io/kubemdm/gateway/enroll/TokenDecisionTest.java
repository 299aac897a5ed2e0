package io.kubemdm.gateway.enroll;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.crds.Platform;
import io.kubemdm.crds.enrollmenttoken.EnrollmentTokenSpec;
import io.kubemdm.protocol.bundle.Digest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TokenDecisionTest {

    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final String LATER = "2026-11-25T13:00:00+00:30";
    private static final DeviceClaims LINUX = new DeviceClaims(Platform.Linux, "SN-1", null, null);

    static Stream<Arguments> cases() {
        return Stream.of(
                Arguments.of("an open token lets a device in", spec(LATER, List.of(), List.of(), false), LINUX, null),
                Arguments.of(
                        "a suspended one does not",
                        spec(LATER, List.of(), List.of(), true),
                        LINUX,
                        "suspended: set spec.suspended to false"),
                Arguments.of(
                        "an expired one does not, from that very second",
                        spec("2026-11-25T12:00:00Z", List.of(), List.of(), false),
                        LINUX,
                        "expired at 2026-11-25T12:00:00Z (spec.expiresAt)"),
                Arguments.of(
                        "a time with an offset is understood",
                        spec("2026-11-25T12:30:00+01:00", List.of(), List.of(), false),
                        LINUX,
                        "expired at"),
                Arguments.of(
                        "another platform is refused",
                        spec(LATER, List.of(Platform.Android, Platform.IOS), List.of(), false),
                        LINUX,
                        "not for platform Linux (spec.platforms)"),
                Arguments.of(
                        "a listed platform is let in",
                        spec(LATER, List.of(Platform.Android, Platform.Linux), List.of(), false),
                        LINUX,
                        null),
                Arguments.of(
                        "a serial number not on the list is refused",
                        spec(LATER, List.of(), List.of("SN-2"), false),
                        LINUX,
                        "does not list this serial number (spec.serialNumbers)"),
                Arguments.of(
                        "a missing serial number is refused with the header to send",
                        spec(LATER, List.of(), List.of("SN-2"), false),
                        new DeviceClaims(Platform.Linux, null, null, null),
                        "send it in the header Kubemdm-Serial"),
                Arguments.of(
                        "a listed serial number is let in",
                        spec(LATER, List.of(), List.of("SN-2", "SN-1"), false),
                        LINUX,
                        null));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void decides(String what, EnrollmentTokenSpec spec, DeviceClaims claims, @Nullable String refusedWith) {
        Refusal refusal = TokenDecision.decide("acme/laptops", spec, claims, NOW);

        if (refusedWith == null) {
            assertThat(refusal).isNull();
        } else {
            assertThat(refusal).isNotNull();
            assertThat(refusal.status()).isEqualTo(403);
            assertThat(refusal.message()).contains(refusedWith).contains("acme/laptops");
        }
    }

    @Test
    void a_wrong_secret_and_an_unknown_token_are_answered_alike() {
        EnrollmentTokenSpec spec = spec(LATER, List.of(), List.of(), true);

        assertThat(TokenDecision.checkSecret(spec, "secret")).isNull();
        assertThat(TokenDecision.checkSecret(spec, "Secret"))
                .isEqualTo(TokenDecision.checkSecret(null, "secret"))
                .isEqualTo(TokenDecision.UNKNOWN);
        assertThat(TokenDecision.checkSecret(null, "")).isEqualTo(TokenDecision.UNKNOWN);
    }

    static EnrollmentTokenSpec spec(
            String expiresAt, List<Platform> platforms, List<String> serials, boolean suspended) {
        return new EnrollmentTokenSpec(
                Digest.of("secret".getBytes(StandardCharsets.UTF_8)),
                expiresAt,
                null,
                null,
                Map.of(),
                null,
                platforms,
                serials,
                suspended);
    }
}
