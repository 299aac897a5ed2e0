package io.kubemdm.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.gateway.access.AccessDecision.Granted;
import io.kubemdm.gateway.access.AccessDecision.Question;
import io.kubemdm.gateway.access.AccessDecision.Refused;
import io.kubemdm.gateway.ledger.Authorization;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.state.Compliance;
import io.kubemdm.protocol.state.ComplianceState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every way not to get a token, and the one to get it. */
class AccessDecisionTest {

    private static final Instant NOW = Instant.parse("2026-11-28T08:00:00Z");
    private static final String WIKI = "https://wiki.example";
    private static final DeviceId DEVICE = DeviceId.parse("acme/d-1");
    private static final String DIGEST = "sha256:" + "0".repeat(64);
    private static final Authorization LISTED = listed(Duration.ofDays(30));
    private static final Standing GOOD = standing(compliance(ComplianceState.Compliant, ComplianceState.Compliant));
    private static final Question GRANTED = new Question(WIKI, LISTED, GOOD, NOW.minusSeconds(6));

    private static Authorization listed(Duration left) {
        return new Authorization.Listed(DEVICE, 1, NOW.minusSeconds(60), NOW.plus(left));
    }

    private static Compliance compliance(ComplianceState state, ComplianceState requires) {
        TreeMap<String, Compliance.Broken> rules = new TreeMap<>();
        if (state != ComplianceState.Compliant && state != ComplianceState.NotApplicable) {
            rules.put(
                    "settings.password.minLength",
                    new Compliance.Broken(state, NOW, null, "8 < 12", "High", "None", null));
        }
        Compliance.Line line = new Compliance.Line(
                new PolicyRef("baseline", "1.0.0", DIGEST), false, state, NOW, null, null, List.of(), rules);
        return new Compliance(
                state,
                NOW,
                null,
                new TreeMap<>(Map.of("baseline", line)),
                false,
                null,
                new TreeMap<>(Map.of(WIKI, new Compliance.Grant("baseline", DIGEST, 120, requires))));
    }

    private static Standing standing(@Nullable Compliance compliance) {
        return new Standing(1, true, "Active", null, null, false, compliance);
    }

    private static Standing declared(String lifecycle, Standing.@Nullable Confined confined) {
        return new Standing(1, true, lifecycle, confined, null, false, GOOD.compliance());
    }

    private static Compliance changed(boolean denied, Compliance.@Nullable Quarantine quarantine) {
        Compliance broken = compliance(ComplianceState.NonCompliant, ComplianceState.Compliant);
        return new Compliance(
                broken.state(), broken.since(), null, broken.lines(), denied, quarantine, broken.access());
    }

    private static Question with(Authorization authorization) {
        return new Question(WIKI, authorization, GOOD, GRANTED.judgedThrough());
    }

    private static Question with(@Nullable Standing standing) {
        return new Question(WIKI, LISTED, standing, GRANTED.judgedThrough());
    }

    private static Question judgedThrough(@Nullable Instant time) {
        return new Question(WIKI, LISTED, GOOD, time);
    }

    static Stream<Arguments> refusals() {
        Compliance good = GOOD.compliance();
        return Stream.of(
                Arguments.of(Refusal.CertificateUnlisted, with(new Authorization.Unlisted())),
                Arguments.of(Refusal.CertificateRevoked, with(new Authorization.Revoked(DEVICE, 1, NOW))),
                Arguments.of(Refusal.CertificateSuperseded, with(new Authorization.Superseded(DEVICE, 1, 2))),
                Arguments.of(Refusal.CertificateExpired, with(new Authorization.Expired(DEVICE, 1, NOW))),
                Arguments.of(Refusal.CertificateExpired, with(listed(Duration.ofMillis(900)))),
                Arguments.of(Refusal.CertificateForeign, with(new Authorization.Foreign(DEVICE))),
                Arguments.of(Refusal.NotKnown, with((Standing) null)),
                Arguments.of(Refusal.NotKnown, with(new Standing(2, true, "Active", null, null, false, good))),
                Arguments.of(Refusal.EngineBehind, judgedThrough(null)),
                Arguments.of(Refusal.EngineBehind, judgedThrough(NOW.minusMillis(30_001))),
                Arguments.of(Refusal.ClockBehind, judgedThrough(NOW.plusMillis(5_001))),
                Arguments.of(Refusal.Conflict, with(new Standing(1, true, "Active", null, "two", false, good))),
                Arguments.of(Refusal.Lost, with(declared("Lost", null))),
                Arguments.of(Refusal.Retired, with(declared("Retired", null))),
                Arguments.of(Refusal.Wiping, with(new Standing(1, true, "Active", null, null, true, good))),
                Arguments.of(
                        Refusal.QuarantinedByPerson, with(declared("Active", new Standing.Confined("audit", null)))),
                Arguments.of(
                        Refusal.QuarantinedByPerson,
                        with(declared("Active", new Standing.Confined("audit", NOW.plusSeconds(1))))),
                Arguments.of(
                        Refusal.Quarantined, with(standing(changed(false, new Compliance.Quarantine("Stale", NOW))))),
                Arguments.of(Refusal.NotConnected, with(new Standing(1, false, "Active", null, null, false, good))),
                Arguments.of(Refusal.NotJudged, with(standing(null))),
                Arguments.of(
                        Refusal.NoGrant, new Question("https://other.example", LISTED, GOOD, GRANTED.judgedThrough())),
                Arguments.of(Refusal.AccessDenied, with(standing(changed(true, null)))),
                state(ComplianceState.Unknown),
                state(ComplianceState.NotApplicable),
                state(ComplianceState.NonCompliant),
                state(ComplianceState.Error),
                Arguments.of(
                        Refusal.NotCompliant,
                        with(standing(compliance(ComplianceState.InGracePeriod, ComplianceState.Compliant)))));
    }

    private static Arguments state(ComplianceState state) {
        return Arguments.of(Refusal.NotCompliant, with(standing(compliance(state, ComplianceState.InGracePeriod))));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void is_refused(Refusal refusal, Question question) {
        assertThat(AccessDecision.decide(question, NOW))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.refusal()).isEqualTo(refusal));
    }

    @Test
    void a_device_that_keeps_the_rules_gets_it_for_as_long_as_its_bundle_says() {
        assertThat(AccessDecision.decide(GRANTED, NOW)).isInstanceOfSatisfying(Granted.class, granted -> {
            assertThat(granted.life()).isEqualTo(Duration.ofMinutes(2));
            assertThat(granted.grant().digest()).isEqualTo(DIGEST);
        });
        assertThat(AccessDecision.decide(judgedThrough(NOW.minusSeconds(30)), NOW))
                .isInstanceOf(Granted.class);
        assertThat(AccessDecision.decide(judgedThrough(NOW.plusSeconds(5)), NOW))
                .isInstanceOf(Granted.class);
    }

    @Test
    void grace_is_enough_where_the_bundle_says_so_and_a_quarantine_that_is_over_is_none() {
        Standing grace = standing(compliance(ComplianceState.InGracePeriod, ComplianceState.InGracePeriod));

        assertThat(AccessDecision.decide(with(grace), NOW)).isInstanceOf(Granted.class);
        assertThat(AccessDecision.decide(with(declared("Active", new Standing.Confined("audit", NOW))), NOW))
                .isInstanceOf(Granted.class);
    }

    @Test
    void no_token_outlives_its_certificate() {
        assertThat(AccessDecision.decide(with(listed(Duration.ofSeconds(40))), NOW))
                .isInstanceOfSatisfying(
                        Granted.class, granted -> assertThat(granted.life()).isEqualTo(Duration.ofSeconds(40)));
    }

    @Test
    void no_token_lives_longer_than_five_minutes_whatever_a_bundle_says() {
        Compliance good = compliance(ComplianceState.Compliant, ComplianceState.Compliant);
        Compliance.Grant hour = new Compliance.Grant("baseline", DIGEST, 3_600, ComplianceState.Compliant);
        Compliance generous = new Compliance(
                good.state(), good.since(), null, good.lines(), false, null, new TreeMap<>(Map.of(WIKI, hour)));

        assertThat(AccessDecision.decide(with(standing(generous)), NOW))
                .isInstanceOfSatisfying(
                        Granted.class, granted -> assertThat(granted.life()).isEqualTo(Duration.ofMinutes(5)));
    }

    @Test
    void the_failing_rule_is_named() {
        Question bad = with(standing(compliance(ComplianceState.NonCompliant, ComplianceState.Compliant)));

        assertThat(AccessDecision.decide(bad, NOW)).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.rules()).containsExactly("baseline/settings.password.minLength");
            assertThat(refused.because())
                    .contains("rule baseline/settings.password.minLength is NonCompliant (8 < 12)");
        });
    }
}
