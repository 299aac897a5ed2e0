package io.kubemdm.operator.engine.compliance;

import static io.kubemdm.operator.engine.compliance.Standing.BASE;
import static io.kubemdm.operator.engine.compliance.Standing.T0;
import static io.kubemdm.operator.engine.compliance.Standing.bundle;
import static io.kubemdm.operator.engine.compliance.Standing.enforced;
import static io.kubemdm.operator.engine.compliance.Standing.ref;
import static io.kubemdm.operator.engine.compliance.Standing.step;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.operator.engine.compliance.LineDecision.Enforcement;
import io.kubemdm.operator.engine.compliance.LineDecision.Finding;
import io.kubemdm.operator.engine.compliance.LineDecision.Judged;
import io.kubemdm.operator.engine.compliance.LineDecision.Outcome;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.state.Compliance;
import io.kubemdm.protocol.state.ComplianceState;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a device is judged to be, line by line and in all, and when that changes. */
class ComplianceDecisionTest {

    static Stream<Arguments> one_heartbeat() {
        return Stream.of(
                Arguments.of("all kept", new String[0], ComplianceState.Compliant),
                Arguments.of("broken without grace", new String[] {"strict=Broken"}, ComplianceState.NonCompliant),
                Arguments.of("broken with grace", new String[] {"mild=Broken"}, ComplianceState.InGracePeriod),
                Arguments.of(
                        "the worst counts", new String[] {"strict=Broken", "lax=Broken"}, ComplianceState.NonCompliant),
                Arguments.of("one unknown is not compliant", new String[] {"lax=Unknown"}, ComplianceState.Unknown),
                Arguments.of(
                        "broken is worse than unknown",
                        new String[] {"mild=Broken", "lax=Unknown"},
                        ComplianceState.InGracePeriod),
                Arguments.of(
                        "an error is the worst", new String[] {"strict=Broken", "lax=Error"}, ComplianceState.Error),
                Arguments.of(
                        "what does not apply does not count",
                        new String[] {"lax=NotApplicable"},
                        ComplianceState.Compliant),
                Arguments.of(
                        "nothing applies",
                        new String[] {"strict=NotApplicable", "mild=NotApplicable", "lax=NotApplicable"},
                        ComplianceState.NotApplicable));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void one_heartbeat(String name, String[] findings, ComplianceState state) {
        Standing standing = enforced();
        standing.hears(findings);

        assertThat(standing.compliance().state()).isEqualTo(state);
        assertThat(standing.line().state()).isEqualTo(state);
        assertThat(standing.compliance().since()).isEqualTo(T0);
    }

    @Test
    void no_policy_assigned_is_never_compliant() {
        Standing standing = enforced();
        standing.assigned = List.of();
        assertThat(standing.hears()).isEmpty();
        assertThat(standing.isJudged()).isFalse();

        standing.assigned = List.of(BASE);
        standing.hears("strict=Broken");
        standing.assigned = List.of();
        standing.ticks();

        assertThat(standing.compliance().state()).isEqualTo(ComplianceState.NotApplicable);
        assertThat(standing.compliance().access()).isEmpty();
        assertThat(standing.acts()).containsExactly("Notify", "-Notify");
    }

    @Test
    void a_bundle_that_is_not_loaded_is_pending_and_then_judged() {
        Standing standing = enforced();
        PolicyRef other = ref("extra", '2');
        standing.assigned = List.of(BASE, other);
        standing.hears();
        assertThat(standing.compliance().state()).isEqualTo(ComplianceState.Unknown);
        assertThat(standing.compliance().lines().get("extra").reason()).isEqualTo("BundlePending");
        assertThat(standing.after("PT5M").hears()).isEmpty();

        standing.bundles.put(other.digest(), bundle(Enforcement.Enforce));
        standing.hears();
        assertThat(standing.compliance().state()).isEqualTo(ComplianceState.Compliant);
    }

    @Test
    void a_bundle_lost_again_changes_nothing_of_what_was_judged_by_it() {
        Standing standing = enforced();
        standing.hears();
        standing.bundles.clear();

        assertThat(standing.after("PT5M").hears()).isEmpty();
        assertThat(standing.compliance().access()).containsKey("vpn");
    }

    @Test
    void rules_that_do_not_compile_are_an_error_and_nothing_follows() {
        Standing standing = enforced();
        standing.hears(List.of(new Judged(BASE, null, LineDecision.RULES_INVALID)));

        assertThat(standing.compliance().state()).isEqualTo(ComplianceState.Error);
        assertThat(standing.line().reason()).isEqualTo("RulesInvalid");
        assertThat(standing.acts()).isEmpty();
    }

    @Test
    void nothing_new_leaves_nothing_even_when_reasons_change() {
        Standing standing = enforced();
        standing.hears("mild=Broken", "lax=Unknown");
        Compliance first = standing.compliance();
        for (int i = 0; i < 10; i++) {
            String changing = "value " + i;
            assertThat(standing.after("PT5M")
                            .hears(List.of(new Judged(
                                    BASE,
                                    List.of(
                                            new Outcome("mild", Finding.Broken, changing),
                                            new Outcome("lax", Finding.Unknown, changing)),
                                    null))))
                    .isEmpty();
        }

        assertThat(standing.compliance()).isEqualTo(first);
    }

    @Test
    void grace_ends_by_its_deadline_whether_or_not_the_device_speaks() {
        Standing speaks = enforced();
        speaks.hears("mild=Broken");
        assertThat(speaks.compliance().graceExpiresAt()).isEqualTo(T0.plusSeconds(3600));
        assertThat(ComplianceDecision.next(speaks.compliance(), speaks.bundles::get))
                .isEqualTo(T0.plusSeconds(3600));
        assertThat(speaks.after("PT59M59S").hears("mild=Broken")).isEmpty();
        speaks.after("PT1S").hears("mild=Broken");

        Standing silent = enforced();
        silent.hears("mild=Broken");
        silent.after("PT1H").ticks();

        assertThat(speaks.compliance().state()).isEqualTo(ComplianceState.NonCompliant);
        assertThat(silent.compliance()).isEqualTo(speaks.compliance());
        assertThat(silent.line().nonCompliantSince()).isEqualTo(T0.plusSeconds(3600));
    }

    @Test
    void grace_begins_anew_only_when_the_rule_was_kept_between() {
        Standing standing = enforced();
        standing.hears("mild=Broken");
        standing.after("PT30M").hears();
        assertThat(standing.compliance().state()).isEqualTo(ComplianceState.Compliant);
        standing.after("PT10M").hears("mild=Broken");

        assertThat(standing.compliance().graceExpiresAt()).isEqualTo(T0.plus(Duration.ofMinutes(100)));
    }

    @Test
    void hiding_a_fact_stops_no_clock_and_lifts_nothing() {
        Standing standing = enforced();
        standing.hears("mild=Broken");
        assertThat(standing.after("PT30M").hears("mild=Unknown")).isEmpty();
        standing.after("PT30M").hears("mild=Unknown");
        assertThat(standing.compliance().state()).isEqualTo(ComplianceState.NonCompliant);
        standing.after("PT10M").hears("mild=Error");

        assertThat(standing.acts()).containsExactly("Notify", "Quarantine");
        assertThat(standing.after("PT1M").hears("mild=Unknown")).isEmpty();
        assertThat(standing.compliance().quarantine()).isNotNull();
    }

    @Test
    void another_version_keeps_the_clock_of_rules_of_the_same_name() {
        Standing standing = enforced();
        standing.hears("mild=Broken");
        PolicyRef next = ref("base", '9');
        standing.bundles.put(next.digest(), bundle(Enforcement.Enforce, step("Quarantine", "PT0S")));
        standing.assigned = List.of(next);
        assertThat(standing.after("PT20M").ticks()).isEmpty();
        assertThat(standing.line().ref()).isEqualTo(BASE);
        standing.after("PT20M").hears("mild=Broken");
        assertThat(standing.line().ref()).isEqualTo(next);
        standing.after("PT20M").ticks();

        assertThat(standing.compliance().state()).isEqualTo(ComplianceState.NonCompliant);
        assertThat(standing.acts()).containsExactly("Quarantine");
    }

    @Test
    void a_line_assigned_since_makes_the_device_unknown_until_it_is_judged() {
        Standing standing = enforced();
        standing.hears();
        standing.assigned = List.of(BASE, ref("extra", '2'));
        standing.after("PT1M").ticks();

        assertThat(standing.compliance().state()).isEqualTo(ComplianceState.Unknown);
        assertThat(standing.compliance().lines().get("extra").reason()).isEqualTo("NotJudged");
    }

    @Test
    void of_two_offers_for_an_audience_the_stricter_stands() {
        Standing standing = enforced();
        PolicyRef other = ref("extra", '2');
        standing.bundles.put(
                other.digest(),
                new LineDecision.Bundle(
                        Enforcement.Enforce,
                        java.util.Map.of(),
                        List.of(),
                        List.of(
                                new LineDecision.Offer("vpn", 60, ComplianceState.Compliant),
                                new LineDecision.Offer("mail", 60, ComplianceState.InGracePeriod))));
        standing.assigned = List.of(BASE, other);
        standing.hears();

        assertThat(standing.compliance().access())
                .containsEntry("vpn", new Compliance.Grant("extra", other.digest(), 60, ComplianceState.Compliant))
                .containsKey("mail");
    }

    @Test
    void a_state_stays_small() {
        Standing standing = enforced();
        List<Judged> many = IntStream.range(0, 64)
                .mapToObj(line -> new Judged(
                        ref("line-" + line, '1'),
                        IntStream.range(0, 64)
                                .mapToObj(rule -> new Outcome("rule-" + rule, Finding.Broken, "r".repeat(9_000)))
                                .toList(),
                        null))
                .toList();
        standing.hears(many);

        assertThat(Json.canonical(standing.compliance())).hasSizeLessThan(256 << 10);
        assertThat(standing.compliance().state()).isEqualTo(ComplianceState.Error);
        assertThat(standing.compliance().lines().get("line-9").reason()).isEqualTo("TooManyRules");
        assertThat(standing.after("PT1M").hears(many)).isEmpty();
    }
}
