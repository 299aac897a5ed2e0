package io.kubemdm.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubemdm.crds.rollout.Window;
import io.kubemdm.operator.flag.FlagAnswer.Word;
import io.kubemdm.operator.https.Refused;
import io.kubemdm.operator.rollout.ProgressDecision;
import io.kubemdm.operator.rollout.ProgressDecision.Frozen;
import io.kubemdm.operator.rollout.ProgressDecision.OpenStep;
import io.kubemdm.operator.rollout.ReachDecision.Reach;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.plan.RolloutPlan;
import io.kubemdm.protocol.plan.RolloutPlan.Flag;
import io.kubemdm.protocol.plan.RolloutPlan.Gated;
import io.kubemdm.protocol.plan.RolloutPlan.Hold;
import io.kubemdm.protocol.plan.RolloutPlan.Step;
import io.kubemdm.protocol.plan.RolloutPlan.Windows;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Whole plans: what flags, windows, other content and other rollouts do to them. */
class ForetellingTest {

    private static final String BUNDLE = "policy: base\nversion: 1.1.0\nsettings: {sysctl: {a: '1'}}\n";
    private static final String OTHER = "policy: base\nversion: 1.1.0\nsettings: {sysctl: {a: '2'}}\n";
    private static final String SPEC = """
            bundleRef: {name: base}
            selector: {}
            enabled: true
            steps: [{name: some, percent: 50}, {name: all, percent: 100}]
            """;
    private static final String FLAG = "featureFlag: {key: desk}\n";

    /** It is noon in UTC and nine in the evening in Tokyo. */
    private static final String WINDOW =
            "maintenanceWindows: [{name: evening, start: '20:00', duration: 4h, timeZone: Device}]\n";

    private final PlanStage stage = new PlanStage();

    private static ProgressDecision progress(PolicyRef ref) {
        return new ProgressDecision(
                "roll-uid",
                new Frozen(ref, List.of(), 300, false),
                new Reach(PlanStage.spec(SPEC).selector(), null, List.of()),
                new OpenStep(1, "ffffffffffffffff", "ffffffffffffffff", PlanStage.NOW, PlanStage.NOW, null, null),
                PlanStage.NOW,
                List.of(),
                null,
                null);
    }

    private void devices(PolicyRef... ordered) {
        for (String name : List.of("d-1", "d-2", "d-3")) {
            stage.device(name, Map.of("ring", "canary", Window.ZONE_LABEL, "Asia.Tokyo"), ordered);
        }
        stage.device("d-4", Map.of(), ordered);
    }

    private static void canaryOnly(PlanStage stage) {
        stage.flag("desk", context -> context.labels().containsKey("ring") ? Word.ON : Word.OFF);
    }

    private static int sum(RolloutPlan plan, java.util.function.ToIntFunction<Step> what) {
        return plan.steps().stream().mapToInt(what).sum();
    }

    @Test
    void a_flag_that_is_off_for_some_keeps_them_away_and_the_rest_goes_on() {
        devices();
        canaryOnly(stage);

        RolloutPlan plan = stage.plan("roll", SPEC + FLAG, BUNDLE);

        assertThat(plan.holds()).isEmpty();
        assertThat(plan.flag()).isEqualTo(new Flag("desk", 3, 1, 0, 0, ""));
        assertThat(sum(plan, Step::adds)).isEqualTo(4);
        assertThat(sum(plan, step -> step.gated().off())).isEqualTo(1);
        assertThat(plan.steps().stream()
                        .filter(step -> step.names().contains("d-4"))
                        .findFirst()
                        .orElseThrow()
                        .gated()
                        .off())
                .isEqualTo(1);
        assertThat(Objects.requireNonNull(plan.compliance()).factsUnknown())
                .as("judged are those that get it")
                .isEqualTo(3);
    }

    @Test
    void one_that_is_off_for_all_or_unreachable_holds_as_the_status_says() {
        devices();

        RolloutPlan unreachable = stage.plan("roll", SPEC + FLAG, BUNDLE);
        stage.flag("desk", context -> Word.OFF);
        RolloutPlan off = stage.plan("roll", SPEC + FLAG, BUNDLE);

        assertThat(unreachable.holds()).containsExactly(new Hold("FeatureFlagUnreachable", "Flag desk is missing."));
        assertThat(unreachable.flag()).isEqualTo(new Flag("desk", 0, 0, 4, 0, "Flag desk is missing."));
        assertThat(unreachable.steps())
                .allSatisfy(step ->
                        assertThat(step.holds()).extracting(Hold::reason).containsExactly("FeatureFlagUnreachable"));
        assertThat(off.holds()).containsExactly(new Hold("FeatureFlagOff", "Flag desk is off for every device."));
        assertThat(sum(off, step -> step.gated().off())).isEqualTo(4);
    }

    @Test
    void who_has_the_bundle_and_whose_flag_is_off_would_go_back() {
        PolicyRef ref = stage.published("base", BUNDLE);
        devices(ref);
        stage.rollout("roll", SPEC, progress(ref));
        canaryOnly(stage);

        RolloutPlan plan = stage.plan("roll", SPEC + FLAG, null);

        assertThat(plan.flag()).isEqualTo(new Flag("desk", 3, 1, 0, 1, ""));
        assertThat(plan.devices().admitted()).isEqualTo(3);
        stage.flag("desk", context -> Word.UNREACHABLE);
        RolloutPlan held = stage.plan("roll", SPEC + FLAG, null);
        assertThat(held.holds()).extracting(Hold::reason).containsExactly("FeatureFlagUnreachable");
        assertThat(held.devices().admitted()).as("nothing is taken back").isEqualTo(4);
    }

    @Test
    void windows_tell_who_is_inside_and_the_earliest_time_waits_for_the_last() {
        devices();

        RolloutPlan plan = stage.plan("roll", SPEC + WINDOW, BUNDLE);

        assertThat(plan.holds()).isEmpty();
        assertThat(plan.windows()).isEqualTo(new Windows(3, 1));
        assertThat(sum(plan, step -> step.gated().inside())).isEqualTo(3);
        assertThat(sum(plan, step -> step.gated().outside())).isEqualTo(1);
        Step waits = plan.steps().stream()
                .filter(step -> step.names().contains("d-4"))
                .findFirst()
                .orElseThrow();
        assertThat(waits.holds()).extracting(Hold::reason).containsExactly("WindowShut");
        assertThat(waits.earliestSeconds()).isEqualTo(8 * 3600L);
        assertThat(stage.plan("roll", SPEC, BUNDLE).windows()).isNull();
        assertThat(stage.plan("roll", SPEC, BUNDLE).steps())
                .extracting(Step::gated)
                .containsOnly(Gated.NONE);
    }

    @Test
    void a_window_that_never_opens_is_said_and_does_not_end_the_forecast() {
        devices();

        RolloutPlan plan = stage.plan("roll", SPEC + WINDOW.replace("Device", "Mars/Olympus"), BUNDLE);

        assertThat(plan.windows()).isEqualTo(new Windows(0, 4));
        assertThat(plan.steps().getLast().holds().getFirst().message())
                .isEqualTo(
                        "2 devices wait for a maintenance window; for 2 of them none ever opens: see the time zones.");
        assertThat(plan.steps()).extracting(Step::earliestSeconds).containsOnly(0L);
    }

    @Test
    void other_content_under_a_version_that_is_out_is_told_as_the_rollout_will_tell_it() {
        devices();
        stage.published("former", OTHER);

        RolloutPlan plan = stage.plan("roll", SPEC, BUNDLE);

        assertThat(plan.holds())
                .containsExactly(new Hold(
                        "Conflicted",
                        "base 1.1.0 was published by PolicyBundle former with other content: choose a higher"
                                + " spec.version"));
        assertThat(plan.steps()).extracting(Step::adds).as("were it solved").containsExactly(2, 2);
    }

    @Test
    void a_live_rollout_with_other_content_of_the_version_is_told_too() {
        PolicyRef ref = stage.published("former", OTHER);
        devices(ref);
        stage.rollout("roll", SPEC.replace("name: base", "name: former"), progress(ref));
        // The name is used again for a higher version: of the former one nothing is on record but the rollout.
        stage.published("former", OTHER.replace("1.1.0", "1.2.0"));

        assertThat(stage.plan("next", SPEC, BUNDLE).holds())
                .containsExactly(
                        new Hold(
                                "Conflicted",
                                "Rollout roll brings other content as base 1.1.0: give this one a bundle of a higher version."));
    }

    @Test
    void a_bundle_that_was_made_anew_holds_a_rollout_that_has_begun() {
        PolicyRef ref = stage.published("base", BUNDLE);
        devices(ref);
        stage.rollout("roll", SPEC, progress(ref));
        stage.object("base", "another", OTHER.replace("1.1.0", "1.2.0"));

        RolloutPlan plan = stage.plan("roll", SPEC, null);

        assertThat(plan.holds()).extracting(Hold::reason).containsExactly("BundleChanged");
        assertThat(plan.content()).as("it keeps to what it began with").isEqualTo(ref);
        stage.object("base", "another", OTHER);
        assertThat(stage.plan("roll", SPEC, null).holds())
                .as("the same version cannot even be published")
                .extracting(Hold::reason)
                .containsExactly("Conflicted");
    }

    @Test
    void a_rollout_without_its_bundle_goes_on_orphaned_and_cannot_begin() {
        PolicyRef ref = stage.published("base", BUNDLE);
        devices(ref);
        stage.rollout("roll", SPEC, progress(ref));
        stage.delete("base");

        RolloutPlan plan = stage.plan("roll", SPEC, null);

        assertThat(plan.holds()).isEmpty();
        assertThat(plan.content()).isEqualTo(ref);
        assertThat(plan.notes())
                .contains("Orphaned: The PolicyBundle is gone or not ready; devices keep what was published.");
        assertThatThrownBy(() -> stage.plan("next", SPEC, null))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("has no PolicyBundle base");
    }

    @Test
    void a_higher_version_keeps_away_only_whom_its_own_flag_lets_in() {
        PolicyRef higher = stage.published("next", BUNDLE.replace("1.1.0", "2.0.0"));
        devices();
        stage.rollout("roll", SPEC.replace("name: base", "name: next") + FLAG, progress(higher));
        canaryOnly(stage);

        RolloutPlan plan = stage.plan("mine", SPEC, BUNDLE);

        assertThat(plan.conflicts()).singleElement().satisfies(conflict -> {
            assertThat(conflict.kind()).isEqualTo("HigherVersion");
            assertThat(conflict.names()).containsExactlyInAnyOrder("d-1", "d-2", "d-3");
        });
        assertThat(sum(plan, Step::superseded)).isEqualTo(3);
    }

    @Test
    void a_lower_version_that_is_there_keeps_nobody_away_whose_flag_is_off() {
        PolicyRef lower = stage.published("former", BUNDLE.replace("1.1.0", "1.0.0"));
        devices(lower);
        stage.rollout("roll", SPEC.replace("name: base", "name: former"), progress(lower));
        stage.flag("desk", context -> Word.OFF);

        RolloutPlan plan = stage.plan("mine", SPEC + FLAG, BUNDLE);

        assertThat(plan.conflicts()).isEmpty();
        assertThat(sum(plan, Step::superseded)).isZero();
        assertThat(Objects.requireNonNull(plan.flag()).back()).isZero();
    }
}
