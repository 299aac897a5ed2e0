package io.kubemdm.operator.engine.compliance;

import static io.kubemdm.operator.engine.compliance.Standing.T0;
import static io.kubemdm.operator.engine.compliance.Standing.acts;
import static io.kubemdm.operator.engine.compliance.Standing.bundle;
import static io.kubemdm.operator.engine.compliance.Standing.enforced;
import static io.kubemdm.operator.engine.compliance.Standing.ref;
import static io.kubemdm.operator.engine.compliance.Standing.step;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.operator.engine.compliance.LineDecision.Enforcement;
import io.kubemdm.protocol.state.Compliance;
import io.kubemdm.protocol.state.ComplianceState;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What follows from a verdict: actions, quarantine for silence, and their end. */
class ComplianceActionsTest {

    @Test
    void actions_fire_in_order_once_and_are_cleared_with_the_rules_kept() {
        Standing standing = enforced();
        standing.hears("strict=Broken");
        standing.after("PT9M").hears("strict=Broken");
        assertThat(standing.acts()).containsExactly("Notify");
        standing.after("PT1M").hears("strict=Broken");
        standing.after("PT1M").hears("strict=Broken");
        standing.after("PT1H").ticks();
        standing.after("PT1H").ticks();

        assertThat(standing.acts()).containsExactly("Notify", "Quarantine", "DenyAccess");
        assertThat(standing.line().fired()).containsExactly("Notify", "Quarantine", "DenyAccess");
        assertThat(standing.compliance().accessDenied()).isTrue();
        assertThat(standing.compliance().quarantine())
                .isEqualTo(new Compliance.Quarantine("base: strict", T0.plusSeconds(600)));
        assertThat(ComplianceDecision.next(standing.compliance(), standing.bundles::get))
                .isNull();

        assertThat(acts(standing.after("PT5M").hears())).containsExactly("-Notify,Quarantine,DenyAccess");
        assertThat(standing.compliance().accessDenied()).isFalse();
        assertThat(standing.compliance().quarantine()).isNull();
        assertThat(acts(standing.after("PT5M").hears("strict=Broken"))).containsExactly("Notify");
    }

    @Test
    void the_same_action_twice_fires_twice() {
        Standing standing = Standing.with(
                bundle(Enforcement.Enforce, step("Notify", "PT0S"), step("Notify", "PT1H"), step("Lock", "PT1H")));
        standing.hears("strict=Broken");
        assertThat(ComplianceDecision.next(standing.compliance(), standing.bundles::get))
                .isEqualTo(T0.plusSeconds(3600));
        standing.after("PT2H").hears("strict=Broken");
        standing.after("PT2H").hears("strict=Broken");

        assertThat(standing.acts()).containsExactly("Notify", "Notify", "Lock");
    }

    @Test
    void a_late_engine_lets_no_grace_end_and_fires_nothing_and_then_catches_up() {
        Standing standing = enforced();
        standing.mayAct = false;
        standing.hears("strict=Broken");
        standing.after("PT15M").hears("strict=Broken");
        standing.ticks();
        assertThat(standing.compliance().state()).isEqualTo(ComplianceState.InGracePeriod);
        assertThat(standing.acts()).isEmpty();

        standing.mayAct = true;
        standing.hears("strict=Broken");
        assertThat(standing.compliance().state()).isEqualTo(ComplianceState.NonCompliant);
        assertThat(standing.line().nonCompliantSince()).isEqualTo(T0.plusSeconds(900));
        assertThat(standing.acts()).containsExactly("Notify");
    }

    @Test
    void a_shadow_is_judged_and_shown_and_nothing_follows() {
        Standing standing =
                Standing.with(bundle(Enforcement.Shadow, step("Notify", "PT0S"), step("Quarantine", "PT0S")));
        standing.hears("strict=Broken");
        standing.after("PT1H").hears("strict=Broken");
        standing.falls_silent();

        assertThat(standing.line().state()).isEqualTo(ComplianceState.NonCompliant);
        assertThat(standing.line().shadow()).isTrue();
        assertThat(standing.line().nonCompliantSince()).isEqualTo(T0);
        assertThat(standing.compliance().state()).isEqualTo(ComplianceState.NotApplicable);
        assertThat(standing.compliance().access()).isEmpty();
        assertThat(standing.acts()).isEmpty();
    }

    @Test
    void a_warning_only_tells() {
        Standing standing = Standing.with(bundle(
                Enforcement.Warn, step("Notify", "PT0S"), step("Quarantine", "PT0S"), step("DenyAccess", "PT0S")));
        standing.hears("strict=Broken");
        standing.after("PT1H").falls_silent();

        assertThat(standing.acts()).containsExactly("Notify");
        assertThat(standing.compliance().state()).isEqualTo(ComplianceState.NonCompliant);
        assertThat(standing.compliance().quarantine()).isNull();
    }

    @Test
    void silence_quarantines_where_the_policy_does_and_the_first_heartbeat_releases() {
        Standing standing = enforced();
        standing.hears();
        standing.after("PT10M").falls_silent();
        assertThat(standing.compliance().state()).isEqualTo(ComplianceState.NonCompliant);
        assertThat(standing.line().rules()).containsOnlyKeys(Compliance.HEARTBEAT);
        assertThat(ComplianceDecision.next(standing.compliance(), standing.bundles::get))
                .isEqualTo(standing.now.plusSeconds(600));
        standing.after("PT10M").ticks();
        standing.after("P30D").ticks();
        assertThat(standing.acts()).containsExactly("Quarantine");
        assertThat(standing.compliance().quarantine().reason()).isEqualTo("base: device.heartbeat");

        standing.hears();
        assertThat(standing.acts()).containsExactly("Quarantine", "-Quarantine");
        assertThat(standing.compliance().state()).isEqualTo(ComplianceState.Compliant);
        assertThat(standing.compliance().quarantine()).isNull();
    }

    @Test
    void silence_means_nothing_to_a_policy_that_does_not_quarantine() {
        Standing standing = Standing.with(bundle(Enforcement.Enforce, step("Notify", "PT0S"), step("Wipe", "P30D")));
        standing.hears();

        assertThat(standing.after("PT10M").falls_silent()).isEmpty();
    }

    @Test
    void a_device_that_was_never_judged_is_quarantined_for_silence_all_the_same() {
        Standing standing = Standing.with(bundle(Enforcement.Enforce, step("Quarantine", "PT0S")));
        standing.falls_silent();

        assertThat(standing.acts()).containsExactly("Quarantine");
    }

    @Test
    void a_quarantine_that_silence_brought_ends_with_it_even_when_a_rule_is_broken() {
        Standing standing = enforced();
        standing.hears();
        standing.falls_silent();
        standing.after("PT10M").ticks();
        standing.after("PT1M").hears("strict=Broken");
        assertThat(standing.acts()).containsExactly("Quarantine", "-Quarantine", "Notify");
        standing.after("PT10M").hears("strict=Broken");

        assertThat(standing.acts()).endsWith("Quarantine");
    }

    @Test
    void a_version_still_pending_lifts_no_quarantine() {
        Standing standing = Standing.with(bundle(Enforcement.Enforce, step("Quarantine", "PT0S")));
        standing.hears("strict=Broken");
        standing.assigned = List.of(ref("base", '9'));
        standing.after("PT5M").hears("strict=Broken");

        assertThat(standing.compliance().state()).isEqualTo(ComplianceState.NonCompliant);
        assertThat(standing.line().reason()).isEqualTo("BundlePending");
        assertThat(standing.compliance().quarantine()).isNotNull();
        assertThat(standing.acts()).containsExactly("Quarantine");
    }
}
