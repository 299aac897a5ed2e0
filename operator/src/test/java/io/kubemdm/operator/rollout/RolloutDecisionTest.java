package io.kubemdm.operator.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.crds.Approval;
import io.kubemdm.crds.LabelSelector;
import io.kubemdm.crds.ObjectRef;
import io.kubemdm.crds.rollout.FailureType;
import io.kubemdm.crds.rollout.OfflinePolicy;
import io.kubemdm.crds.rollout.OnFailure;
import io.kubemdm.crds.rollout.RolloutPhase;
import io.kubemdm.crds.rollout.RolloutSpec;
import io.kubemdm.crds.rollout.RolloutSpecBuilder;
import io.kubemdm.crds.rollout.StepBuilder;
import io.kubemdm.operator.rollout.HoldDecision.Flag;
import io.kubemdm.operator.rollout.HoldDecision.Gates;
import io.kubemdm.operator.rollout.ProgressDecision.Frozen;
import io.kubemdm.operator.rollout.ProgressDecision.OpenStep;
import io.kubemdm.operator.rollout.ProgressDecision.Stage;
import io.kubemdm.operator.rollout.ProgressDecision.Withdrawal;
import io.kubemdm.operator.rollout.ReachDecision.Reach;
import io.kubemdm.operator.rollout.RolloutDecision.Bundle;
import io.kubemdm.operator.rollout.RolloutDecision.Counts;
import io.kubemdm.operator.rollout.RolloutDecision.Input;
import io.kubemdm.operator.rollout.RolloutDecision.Why;
import io.kubemdm.protocol.bundle.PolicyRef;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RolloutDecisionTest {

    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    private static final Bundle BUNDLE = new Bundle(new PolicyRef("base", "1.0.0", "sha256:1"), List.of(), 300);
    private static final Counts HUNDRED = counts(100, 0, 0, 0);

    @Test
    void theFirstStepAdmitsItsShareAndRemembersThePlace() {
        RolloutDecision decision = decide(spec(), null, HUNDRED, NOW);
        ProgressDecision progress = Objects.requireNonNull(decision.progress());
        assertThat(progress.step().index()).isZero();
        assertThat(progress.step().threshold()).isEqualTo(place(10));
        assertThat(progress.bundle().ref()).isEqualTo(BUNDLE.ref());
        assertThat(decision.phase()).isEqualTo(RolloutPhase.Progressing);
    }

    @Test
    void withoutBundleDevicesOrPermissionItIsPendingOrPausedAndRemembersNothing() {
        assertThat(begin(spec(), null, HUNDRED)).isEqualTo("Pending/BundleMissing");
        assertThat(begin(spec(), BUNDLE, counts(0, 0, 0, 0))).isEqualTo("Pending/NoDevices");
        assertThat(begin(spec(s -> s.paused(true)), BUNDLE, HUNDRED)).isEqualTo("Paused/Paused");
        assertThat(begin(spec(s -> s.enabled(false)), BUNDLE, HUNDRED)).isEqualTo("Paused/Disabled");
        assertThat(begin(spec(s -> s.featureFlag(new RolloutSpec.FeatureFlag("x"))), BUNDLE, HUNDRED))
                .isEqualTo("Pending/FeatureFlagUnreachable");
    }

    @Test
    void aStepEndsOnlyWhenEnoughDevicesSucceeded() {
        assertThat(step(spec(), counts(100, 10, 9, 0))).isZero();
        assertThat(step(spec(), counts(100, 10, 10, 0))).isEqualTo(1);
        assertThat(step(spec(), counts(100, 10, 9, 1))).as("90 % is below 95 %").isZero();
    }

    @Test
    void theLastStepAdmitsEverybodyWhoWillEverCome() {
        RolloutDecision decision = decide(spec(), opened(0), counts(100, 10, 10, 0), NOW);
        assertThat(Objects.requireNonNull(decision.progress()).step().threshold())
                .isEqualTo(StepDecision.LAST_PLACE);
    }

    @Test
    void theControlGroupWaitsForTheLastStep() {
        RolloutSpec spec = spec(s -> s.controlPercent(20)
                .steps(List.of(
                        StepBuilder.builder().name("most").percent(95).build(),
                        StepBuilder.builder().name("all").percent(100).build())));
        assertThat(Objects.requireNonNull(decide(spec, null, HUNDRED, NOW).progress())
                        .step()
                        .threshold())
                .isEqualTo(place(80));
    }

    @Test
    void aSuccessfulStepSoaksAndForgetsItWhenSuccessIsLost() {
        RolloutSpec spec = soaking("10m");
        RolloutDecision first = decide(spec, opened(0), counts(100, 10, 10, 0), NOW);
        assertThat(first.phase()).isEqualTo(RolloutPhase.Soaking);
        assertThat(first.lookAgain()).isEqualTo(NOW.plusSeconds(600));
        ProgressDecision good = Objects.requireNonNull(first.progress());
        RolloutDecision lost = decide(spec, good, counts(100, 10, 8, 2), NOW.plusSeconds(60));
        assertThat(Objects.requireNonNull(lost.progress()).step().goodSince()).isNull();
        RolloutDecision over = decide(spec, good, counts(100, 10, 10, 0), NOW.plusSeconds(600));
        assertThat(Objects.requireNonNull(over.progress()).step().index()).isEqualTo(1);
    }

    @Test
    void aManualStepWaitsForItsName() {
        RolloutSpec spec = spec(s -> s.steps(List.of(
                StepBuilder.builder().name("few").percent(10).build(),
                StepBuilder.builder()
                        .name("all")
                        .percent(100)
                        .approval(Approval.Manual)
                        .build())));
        RolloutDecision waiting = decide(spec, opened(0), counts(100, 10, 10, 0), NOW);
        assertThat(waiting.phase()).isEqualTo(RolloutPhase.AwaitingApproval);
        assertThat(waiting.message()).contains("spec.approvedStep to all");
        RolloutSpec approved =
                RolloutSpecBuilder.builder(spec).approvedStep("all").build();
        assertThat(step(approved, counts(100, 10, 10, 0))).isEqualTo(1);
    }

    @Test
    void pausedOpensNothingAndTakesNothingBack() {
        RolloutDecision decision = decide(spec(s -> s.paused(true)), opened(0), counts(100, 10, 10, 0), NOW);
        assertThat(decision.phase()).isEqualTo(RolloutPhase.Paused);
        assertThat(decision.progress()).isEqualTo(opened(0));
    }

    @Test
    void theKillSwitchRevokesAndSaysWhenNobodyHasItAnyMore() {
        RolloutSpec off = spec(s -> s.enabled(false));
        RolloutDecision going = decide(off, opened(0), new Counts(100, 100, 0, 0, 0, 0, 0, 0, 3), NOW);
        assertThat(going.phase()).isEqualTo(RolloutPhase.RollingBack);
        assertThat(Objects.requireNonNull(going.progress()).withdrawn()).isEqualTo(Withdrawal.DISABLED);
        assertThat(decide(off, opened(0), new Counts(100, 100, 0, 0, 0, 0, 0, 0, 0), NOW)
                        .phase())
                .isEqualTo(RolloutPhase.RolledBack);
        assertThat(Objects.requireNonNull(
                                decide(spec(), going.progress(), HUNDRED, NOW).progress())
                        .withdrawn())
                .as("switched on again")
                .isNull();
    }

    @Test
    void aTrippedAbortRollsBackOrPausesForGood() {
        RolloutSpec abort = spec(s -> s.abort(List.of(new RolloutSpec.Abort(FailureType.Failed, 20, 5))));
        RolloutDecision back = decide(abort, opened(0), counts(100, 10, 7, 2), NOW);
        assertThat(Objects.requireNonNull(back.progress()).ended(Stage.ABORTED)).isTrue();
        assertThat(step(abort, counts(100, 10, 2, 2))).as("below the sample").isZero();
        assertThat(decide(abort, back.progress(), counts(100, 10, 10, 0), NOW).progress())
                .as("it does not rise again")
                .isEqualTo(back.progress());
        RolloutSpec pause =
                RolloutSpecBuilder.builder(abort).onFailure(OnFailure.Pause).build();
        RolloutDecision halted = decide(pause, opened(0), counts(100, 10, 7, 2), NOW);
        assertThat(Objects.requireNonNull(halted.progress()).ended(Stage.HALTED))
                .isTrue();
        assertThat(halted.phase()).isEqualTo(RolloutPhase.Paused);
    }

    @Test
    void devicesWhoseTimeIsUpCountAsTimedOut() {
        RolloutSpec spec =
                spec(s -> s.deviceTimeout("1m").abort(List.of(new RolloutSpec.Abort(FailureType.TimedOut, 20, 5))));
        assertThat(decide(spec, opened(0), counts(100, 10, 7, 0), NOW.plusSeconds(59))
                        .timedOut())
                .isZero();
        assertThat(Objects.requireNonNull(decide(spec, opened(0), counts(100, 10, 7, 0), NOW.plusSeconds(60))
                                .progress())
                        .ended(Stage.ABORTED))
                .isTrue();
    }

    @Test
    void whoIsAwayHoldsAStepUpOnlyWhenTheSpecSaysWait() {
        Counts halfAway = new Counts(100, 95, 10, 5, 0, 0, 0, 5, 5);
        Counts allAway = new Counts(100, 90, 10, 0, 0, 0, 0, 10, 0);
        assertThat(step(spec(s -> s.offlinePolicy(OfflinePolicy.CatchUp)), halfAway))
                .isEqualTo(1);
        assertThat(step(spec(s -> s.offlinePolicy(OfflinePolicy.CatchUp)), allAway))
                .as("nobody has tried it")
                .isZero();
        assertThat(step(spec(s -> s.offlinePolicy(OfflinePolicy.Skip)), allAway))
                .isEqualTo(1);
        assertThat(step(spec(s -> s.offlinePolicy(OfflinePolicy.Wait)), halfAway))
                .isZero();
    }

    @Test
    void aBundleWithOtherContentHolds() {
        Bundle other = new Bundle(new PolicyRef("base", "1.1.0", "sha256:2"), List.of(), 300);
        RolloutDecision decision = RolloutDecision.decide(input(spec(), opened(0), other, counts(100, 10, 10, 0), NOW));
        assertThat(decision.reason()).isEqualTo("BundleChanged");
        assertThat(Objects.requireNonNull(decision.progress()).step().index()).isZero();
    }

    @Test
    void aRateLimitMovesTheThresholdMinuteByMinute() {
        RolloutSpec spec = spec(s -> s.maxDevicesPerMinute(4));
        ProgressDecision first =
                Objects.requireNonNull(decide(spec, null, HUNDRED, NOW).progress());
        assertThat(first.step().threshold()).isEqualTo(place(4));
        assertThat(first.step().target()).isEqualTo(place(10));
        assertThat(decide(spec, first, counts(100, 4, 4, 0), NOW.plusSeconds(59))
                        .progress())
                .isEqualTo(first);
        ProgressDecision second = Objects.requireNonNull(
                decide(spec, first, counts(100, 4, 4, 0), NOW.plusSeconds(60)).progress());
        assertThat(second.step().threshold()).isEqualTo(place(8));
        ProgressDecision third = Objects.requireNonNull(
                decide(spec, second, counts(100, 8, 8, 0), NOW.plusSeconds(120)).progress());
        assertThat(third.step().threshold()).isEqualTo(place(10));
    }

    @Test
    void itIsCompletedOnceTheLastStepIsSuccessfulAndStaysSo() {
        ProgressDecision last =
                opened(0).withStep(new OpenStep(1, StepDecision.LAST_PLACE, StepDecision.LAST_PLACE, NOW, NOW, null));
        RolloutDecision done = decide(spec(), last, counts(100, 100, 100, 0), NOW);
        assertThat(done.phase()).isEqualTo(RolloutPhase.Completed);
        assertThat(decide(spec(), done.progress(), counts(120, 120, 100, 20), NOW.plusSeconds(9))
                        .phase())
                .isEqualTo(RolloutPhase.Completed);
    }

    private static String begin(RolloutSpec spec, @Nullable Bundle bundle, Counts counts) {
        RolloutDecision decision = RolloutDecision.decide(input(spec, null, bundle, counts, NOW));
        assertThat(decision.progress()).isNull();
        return decision.phase() + "/" + decision.reason();
    }

    private static int step(RolloutSpec spec, Counts counts) {
        return Objects.requireNonNull(decide(spec, opened(0), counts, NOW).progress())
                .step()
                .index();
    }

    private static RolloutDecision decide(
            RolloutSpec spec, @Nullable ProgressDecision progress, Counts counts, Instant now) {
        return RolloutDecision.decide(input(spec, progress, BUNDLE, counts, now));
    }

    private static Input input(
            RolloutSpec spec,
            @Nullable ProgressDecision progress,
            @Nullable Bundle bundle,
            Counts counts,
            Instant now) {
        Gates gates = spec.featureFlag() == null ? Gates.NONE : new Gates(Flag.UNREACHABLE, "away");
        return new Input(
                spec,
                "uid",
                progress,
                bundle,
                new Why("BundleMissing", "missing"),
                counts,
                RolloutDecisionTest::place,
                place -> StepDecision.LAST_PLACE.equals(place) ? counts.eligible() : Integer.parseInt(place, 16),
                ReachDecision.Limit.NONE,
                reach -> 0,
                () -> null,
                Map.of(),
                gates,
                now);
    }

    /** In these tests the n-th device's place is n. */
    private static @Nullable String place(int count) {
        return count == 0 ? null : "%016x".formatted(count);
    }

    private static ProgressDecision opened(int step) {
        return new ProgressDecision(
                "uid",
                new Frozen(BUNDLE.ref(), List.of(), 300, false),
                Reach.of(spec(), 0),
                new OpenStep(step, place(10), place(10), NOW, NOW, null),
                NOW,
                null,
                null);
    }

    private static RolloutSpec soaking(String soak) {
        return spec(s -> s.steps(List.of(
                StepBuilder.builder().name("few").percent(10).soak(soak).build(),
                StepBuilder.builder().name("all").percent(100).build())));
    }

    private static RolloutSpec spec() {
        return spec(UnaryOperator.identity());
    }

    private static RolloutSpec spec(UnaryOperator<RolloutSpecBuilder> change) {
        return change.apply(RolloutSpecBuilder.builder()
                        .bundleRef(new ObjectRef("base"))
                        .selector(new LabelSelector(Map.of(), List.of()))
                        .steps(List.of(
                                StepBuilder.builder().name("few").percent(10).build(),
                                StepBuilder.builder().name("all").percent(100).build())))
                .build();
    }

    private static Counts counts(int eligible, int admitted, int succeeded, int failed) {
        return new Counts(eligible, eligible, admitted, succeeded, failed, 0, 0, 0, succeeded);
    }
}
