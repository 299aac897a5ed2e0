package io.kubemdm.gateway.bridge;

import static io.kubemdm.gateway.bridge.States.T0;
import static io.kubemdm.gateway.bridge.States.enrolled;
import static io.kubemdm.gateway.bridge.States.well;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.crds.Condition;
import io.kubemdm.crds.device.DevicePhase;
import io.kubemdm.crds.device.DeviceStatus;
import io.kubemdm.protocol.state.ComplianceState;
import io.kubemdm.protocol.state.DeviceState.Reach;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ComplianceViewTest {

    private static DeviceStatus project(States state) {
        return StatusProjection.project(state.build(), null, T0.plusSeconds(500))
                .status();
    }

    private static Condition condition(DeviceStatus status, String type) {
        return status.conditions().stream()
                .filter(each -> each.type().equals(type))
                .findFirst()
                .orElseThrow();
    }

    static Stream<Arguments> compliance() {
        return Stream.of(
                Arguments.of(
                        "no policy", enrolled().reach(Reach.Online, 1), "NotApplicable", "Unknown", "NotApplicable"),
                Arguments.of("not judged yet", well(), "Unknown", "Unknown", "NotJudged"),
                Arguments.of(
                        "all kept",
                        well().judged(ComplianceState.Compliant, false, null, null),
                        "Compliant",
                        "True",
                        "Compliant"),
                Arguments.of(
                        "the bundle is not there yet",
                        well().judged(ComplianceState.Unknown, false, "BundlePending", null),
                        "Unknown",
                        "Unknown",
                        "BundlePending"),
                Arguments.of(
                        "grace",
                        well().judged(ComplianceState.InGracePeriod, false, null, null, "length"),
                        "InGracePeriod",
                        "False",
                        "InGracePeriod"),
                Arguments.of(
                        "broken",
                        well().judged(ComplianceState.NonCompliant, false, null, null, "length"),
                        "NonCompliant",
                        "False",
                        "NonCompliant"),
                Arguments.of(
                        "rules that fail",
                        well().judged(ComplianceState.Error, false, "RulesInvalid", null),
                        "Error",
                        "False",
                        "RulesInvalid"),
                Arguments.of(
                        "a shadow",
                        well().judged(ComplianceState.NonCompliant, true, null, null, "length"),
                        "NotApplicable",
                        "Unknown",
                        "NotApplicable"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void compliance(String name, States state, String shown, String value, String reason) {
        DeviceStatus status = project(state);
        Condition compliant = condition(status, "Compliant");

        assertThat(status.compliance().state()).hasToString(shown);
        assertThat(compliant.status()).hasToString(value);
        assertThat(compliant.reason()).isEqualTo(reason);
    }

    @Test
    void failing_rules_grace_and_since_are_shown() {
        DeviceStatus status =
                project(well().judged(ComplianceState.InGracePeriod, false, null, null, "length", "lock"));

        assertThat(status.compliance().failingRules()).containsExactly("base/length", "base/lock");
        assertThat(status.compliance().since()).isEqualTo("2026-01-01T00:01:10Z");
        assertThat(status.compliance().graceExpiresAt()).isEqualTo("2026-01-01T00:11:40Z");
        assertThat(condition(status, "Compliant").message())
                .isEqualTo("Not kept: base/length (too short), base/lock (too short).");
        assertThat(project(well().judged(ComplianceState.NonCompliant, true, null, null, "length"))
                        .compliance()
                        .failingRules())
                .isEmpty();
    }

    @Test
    void as_many_rules_are_shown_as_the_schema_allows() {
        String[] many =
                IntStream.range(0, 40).mapToObj(i -> ("rule-" + i).repeat(30)).toArray(String[]::new);

        assertThat(project(well().judged(ComplianceState.NonCompliant, false, null, null, many))
                        .compliance()
                        .failingRules())
                .hasSize(16)
                .allMatch(rule -> rule.length() <= 128);
    }

    @Test
    void the_automatic_quarantine_stands_beside_a_persons() {
        States automatic = well().judged(ComplianceState.NonCompliant, false, null, "base: length", "length");
        DeviceStatus alone = project(automatic);
        DeviceStatus both = project(automatic.declared(3, "{\"quarantine\":{\"reason\":\"lost badge\"}}"));

        assertThat(alone.phase()).isEqualTo(DevicePhase.Quarantined);
        assertThat(condition(alone, "Quarantined").reason()).isEqualTo("NonCompliant");
        assertThat(condition(alone, "Quarantined").message()).isEqualTo("base: length");
        assertThat(condition(alone, "Quarantined").lastTransitionTime()).isEqualTo("2026-01-01T00:01:20Z");
        assertThat(condition(both, "Quarantined").reason()).isEqualTo("DeclaredAndNonCompliant");
        assertThat(condition(both, "Quarantined").message()).isEqualTo("lost badge; base: length");
    }

    @Test
    void a_device_heard_again_is_shown_online_with_its_verdict() {
        DeviceStatus silent = project(well().reach(Reach.Stale, 100)
                .judged(ComplianceState.NonCompliant, false, null, "base: device.heartbeat", "device.heartbeat"));
        DeviceStatus heard =
                project(well().reach(Reach.Online, 200).judged(ComplianceState.Compliant, false, null, null));

        assertThat(condition(silent, "Connected").reason()).isEqualTo("Stale");
        assertThat(silent.compliance().failingRules()).containsExactly("base/device.heartbeat");
        assertThat(condition(heard, "Connected").reason()).isEqualTo("Online");
        assertThat(heard.phase()).isEqualTo(DevicePhase.Enrolled);
        assertThat(condition(heard, "Ready").status()).hasToString("True");
    }
}
