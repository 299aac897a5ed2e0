package io.kubemdm.gateway.enroll;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.gateway.ledger.Authorization;
import io.kubemdm.protocol.device.DeviceId;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RenewalDecisionTest {

    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final DeviceId DEVICE = new DeviceId("acme", "d-one");
    private static final Duration GRACE = Duration.ofDays(30);

    static Stream<Arguments> cases() {
        return Stream.of(
                Arguments.of(
                        "a current certificate renews",
                        new Authorization.Listed(DEVICE, 1, NOW, NOW.plusSeconds(1)),
                        null),
                Arguments.of(
                        "one expired within the grace renews",
                        new Authorization.Expired(DEVICE, 1, NOW.minus(GRACE)),
                        null),
                Arguments.of(
                        "one expired before the grace does not",
                        new Authorization.Expired(DEVICE, 1, NOW.minus(GRACE).minusSeconds(1)),
                        "more than 30 days ago"),
                Arguments.of("a revoked one does not", new Authorization.Revoked(DEVICE, 1, NOW), "is revoked"),
                Arguments.of(
                        "one of an earlier enrolment does not",
                        new Authorization.Superseded(DEVICE, 1, 2),
                        "has enrolled again since"),
                Arguments.of("one nobody recorded does not", new Authorization.Unlisted(), "not in the ledger"),
                Arguments.of("another device's does not", new Authorization.Foreign(DEVICE), "another device"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void decides(String what, Authorization certificate, @Nullable String refusedWith) {
        Refusal refusal = RenewalDecision.decide(certificate, GRACE, NOW);

        if (refusedWith == null) {
            assertThat(refusal).isNull();
        } else {
            assertThat(refusal).isNotNull();
            assertThat(refusal.status()).isEqualTo(403);
            assertThat(refusal.message()).contains(refusedWith);
        }
    }
}
