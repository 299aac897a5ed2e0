package io.kubemdm.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.kubemdm.operator.fleet.SampleState;
import io.kubemdm.operator.plan.ComplianceForecast.Fired;
import io.kubemdm.operator.plan.ComplianceForecast.Outlook;
import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.message.Heartbeat;
import io.kubemdm.protocol.state.Compliance;
import io.kubemdm.protocol.state.Compliance.Broken;
import io.kubemdm.protocol.state.ComplianceState;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ComplianceForecastTest {

    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    private static final PolicyRef FORMER = new PolicyRef("base", "0.9.0", "sha256:" + "b".repeat(64));

    private static final String BUNDLE = """
            policy: base
            version: 1.0.0
            platforms: [Linux]
            enforcement: %s
            settings:
              password: {minLength: 12}
            rules:
            - {name: yearly, expression: 'password.maxAge <= 365', gracePeriod: 1h, severity: High}
            nonComplianceActions:
            - {action: Notify, after: 0s}
            - {action: Quarantine, after: 2d}
            """;

    private static BundleContent bundle(String enforcement) {
        return BundleContent.ofSpec(Serialization.unmarshal(BUNDLE.formatted(enforcement), JsonNode.class));
    }

    private static Heartbeat facts(String json) {
        Map<String, JsonNode> facts = new TreeMap<>();
        Json.read(json.replace('\'', '"').getBytes(java.nio.charset.StandardCharsets.UTF_8), JsonNode.class)
                .properties()
                .forEach(each -> facts.put(each.getKey(), each.getValue()));
        return new Heartbeat(NOW, 0, List.of(), facts);
    }

    private static Outlook outlook(String enforcement, @Nullable Compliance compliance, String facts) {
        return new ComplianceForecast(bundle(enforcement), NOW)
                .of(
                        new SampleState(new DeviceId("acme", "d-1"), NOW)
                                .judged(compliance)
                                .state(),
                        facts(facts));
    }

    private static Compliance judged(String policy, ComplianceState state, @Nullable Instant graceExpiresAt) {
        Compliance.Line line = new Compliance.Line(
                FORMER,
                false,
                state,
                NOW.minusSeconds(60),
                null,
                state == ComplianceState.NonCompliant ? NOW.minusSeconds(60) : null,
                List.of(),
                new TreeMap<>(Map.of(
                        "yearly",
                        new Broken(state, NOW.minusSeconds(60), graceExpiresAt, null, "High", "None", null))));
        return new Compliance(
                state, NOW, null, new TreeMap<>(Map.of(policy, line)), false, null, Collections.emptySortedMap());
    }

    @Test
    void a_broken_rule_makes_a_device_non_compliant_when_its_grace_ends_and_then_the_actions_follow() {
        Outlook outlook = outlook("Enforce", null, "{'password': {'maxAge': 999, 'minLength': 12}}");

        assertThat(outlook.newlyNonCompliant()).isTrue();
        assertThat(outlook.broken()).containsExactly("yearly");
        assertThat(outlook.fired())
                .containsExactly(
                        new Fired("Notify", Duration.ofHours(1)),
                        new Fired("Quarantine", Duration.ofHours(1).plusDays(2)));
    }

    @Test
    void what_an_enforcing_bundle_sets_is_taken_as_set_and_told() {
        Outlook outlook = outlook("Enforce", null, "{'password': {'maxAge': 90, 'minLength': 6}}");

        assertThat(outlook.newlyNonCompliant()).isFalse();
        assertThat(outlook.line()).isEqualTo(ComplianceState.Compliant);
        assertThat(outlook.toSet()).containsExactly("settings.password.minLength");
    }

    @Test
    void what_a_bundle_only_judges_is_not_set() {
        Outlook outlook = outlook("Warn", null, "{'password': {'maxAge': 90, 'minLength': 6}}");

        assertThat(outlook.newlyNonCompliant()).isTrue();
        assertThat(outlook.toSet()).isEmpty();
        assertThat(outlook.fired()).as("of a warning only Notify fires").hasSize(1);
    }

    @Test
    void a_shadow_changes_no_device_s_state() {
        Outlook outlook = outlook("Shadow", null, "{'password': {'maxAge': 999, 'minLength': 12}}");

        assertThat(outlook.newlyNonCompliant()).isFalse();
        assertThat(outlook.broken()).containsExactly("yearly");
        assertThat(outlook.fired()).isEmpty();
    }

    @Test
    void a_fact_that_is_missing_leaves_it_undecided() {
        Outlook outlook = outlook("Enforce", null, "{'password': {'minLength': 12}}");

        assertThat(outlook.line()).isEqualTo(ComplianceState.Unknown);
        assertThat(outlook.newlyNonCompliant()).isFalse();
    }

    @Test
    void a_grace_that_runs_under_the_former_version_runs_on() {
        Outlook outlook = outlook(
                "Enforce",
                judged("base", ComplianceState.InGracePeriod, NOW.plusSeconds(600)),
                "{'password': {'maxAge': 999, 'minLength': 12}}");

        assertThat(outlook.newlyNonCompliant()).isTrue();
        assertThat(outlook.fired()).contains(new Fired("Notify", Duration.ofMinutes(10)));
    }

    @Test
    void who_is_non_compliant_by_another_line_is_not_newly_so_and_stays_so() {
        Outlook outlook = outlook(
                "Enforce",
                judged("other", ComplianceState.NonCompliant, null),
                "{'password': {'maxAge': 90, 'minLength': 12}}");

        assertThat(outlook.newlyNonCompliant()).isFalse();
        assertThat(outlook.line()).isEqualTo(ComplianceState.Compliant);
        assertThat(outlook.after()).isEqualTo(ComplianceState.NonCompliant);
    }

    @Test
    void rules_that_do_not_compile_are_refused() {
        BundleContent bad = BundleContent.ofSpec(Serialization.unmarshal(
                BUNDLE.formatted("Enforce").replace("password.maxAge <= 365", "no.such.fact"), JsonNode.class));
        assertThatThrownBy(() -> new ComplianceForecast(bad, NOW)).isInstanceOf(IllegalArgumentException.class);
    }
}
