package io.kubemdm.gateway.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.gateway.ledger.Authorization;
import io.kubemdm.protocol.device.DeviceId;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AdmissionDecisionTest {

    private static final DeviceId DEVICE = DeviceId.parse("acme/d-1");
    private static final Instant T = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void a_listed_certificate_is_admitted_with_the_ledgers_epoch() {
        assertThat(decide(new Authorization.Listed(DEVICE, 3, T, T), false))
                .isEqualTo(new AdmissionDecision.Admitted(new Holder(DEVICE, 3, "sha256:x", T, false)));
    }

    static Stream<Authorization> wipeOnly() {
        return Stream.of(new Authorization.Revoked(DEVICE, 3, T), new Authorization.Expired(DEVICE, 3, T));
    }

    @ParameterizedTest
    @MethodSource
    void wipeOnly(Authorization authorization) {
        assertThat(decide(authorization, true))
                .isEqualTo(new AdmissionDecision.Admitted(new Holder(DEVICE, 3, "sha256:x", T, true)));
    }

    static Stream<Arguments> turned() {
        return Stream.of(
                Arguments.of(new Authorization.Revoked(DEVICE, 3, T), CloseCause.Revoked),
                Arguments.of(new Authorization.Unlisted(), CloseCause.Unlisted),
                Arguments.of(new Authorization.Superseded(DEVICE, 3, 4), CloseCause.EpochEnded),
                Arguments.of(new Authorization.Expired(DEVICE, 3, T), CloseCause.CertificateExpired),
                Arguments.of(new Authorization.Foreign(DEVICE), CloseCause.Foreign));
    }

    @ParameterizedTest
    @MethodSource
    void turned(Authorization authorization, CloseCause cause) {
        assertThat(decide(authorization, false)).isEqualTo(new AdmissionDecision.Turned(cause));
    }

    static Stream<Authorization> without_any_right() {
        return Stream.of(
                new Authorization.Unlisted(),
                new Authorization.Superseded(DEVICE, 3, 4),
                new Authorization.Foreign(DEVICE));
    }

    @ParameterizedTest
    @MethodSource
    void without_any_right(Authorization authorization) {
        assertThat(decide(authorization, true)).isInstanceOf(AdmissionDecision.Turned.class);
    }

    private static AdmissionDecision.Verdict decide(Authorization authorization, boolean wipePending) {
        return AdmissionDecision.decide(new AdmissionDecision.Standing("sha256:x", T, authorization, wipePending));
    }
}
