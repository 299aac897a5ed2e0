package io.kubemdm.operator.rollout;

import static io.kubemdm.operator.rollout.Devices.eligible;
import static io.kubemdm.operator.rollout.RolloutFixture.NOW;
import static io.kubemdm.operator.rollout.RolloutFixture.open;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.crds.LabelSelector;
import io.kubemdm.crds.rollout.FailureType;
import io.kubemdm.crds.rollout.OfflinePolicy;
import io.kubemdm.crds.rollout.OnFailure;
import io.kubemdm.crds.rollout.RolloutSpec;
import io.kubemdm.crds.rollout.RolloutSpecBuilder;
import io.kubemdm.crds.rollout.StepBuilder;
import io.kubemdm.operator.rollout.HoldDecision.AnalysisVerdict;
import io.kubemdm.operator.rollout.HoldDecision.Flag;
import io.kubemdm.operator.rollout.HoldDecision.Gates;
import io.kubemdm.operator.rollout.HoldDecision.Outcome;
import io.kubemdm.operator.rollout.ProgressDecision.Cause;
import io.kubemdm.operator.rollout.ProgressDecision.OpenStep;
import io.kubemdm.operator.rollout.ProgressDecision.Stage;
import io.kubemdm.operator.rollout.RolloutDecision.Why;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds a rollout, stops it and takes it back. */
class StopTest {

    private static final Devices DONE = eligible(100).succeeded(10);

    @Test
    void theKillSwitchRevokesAndSaysWhenNobodyHasItAnyMore() {
        RolloutFixture off = open(s -> s.enabled(false)).with(eligible(100).succeeded(3));
        assertThat(off.said())
                .as("counts of before do not say who has to go back")
                .isEqualTo("RollingBack/Disabled");
        assertThat(off.decide().lookAgain()).isEqualTo(NOW);
        assertThat(off.moved().withdrawn(Cause.DISABLED)).isTrue();
        assertThat(off.next().with(eligible(100).returning(1)).said()).isEqualTo("RollingBack/Disabled");
        assertThat(off.next().with(eligible(100)).said()).isEqualTo("RolledBack/Disabled");
        assertThat(off.next().later(9).moved().revokedAt())
                .as("since when it admits nobody does not move")
                .isEqualTo(NOW);
        assertThat(off.next().with(s -> s.enabled(true)).moved().withdrawn())
                .as("switched on again")
                .isNull();
    }

    @ParameterizedTest
    @EnumSource(
            value = FailureType.class,
            names = {"Failed", "Rejected", "TimedOut", "Regressed"})
    void everyKindOfFailureHasItsOwnThreshold(FailureType type) {
        Devices two =
                switch (type) {
                    case Rejected -> eligible(100).succeeded(7).pending(1).rejected(2);
                    case TimedOut -> eligible(100).succeeded(7).pending(1).timedOut(2);
                    case Regressed -> eligible(100).succeeded(7).pending(1).regressed(2);
                    default -> eligible(100).succeeded(7).pending(1).failed(2);
                };
        for (FailureType each : List.of(
                FailureType.Failed,
                FailureType.Rejected,
                FailureType.TimedOut,
                FailureType.Regressed,
                FailureType.Any)) {
            RolloutFixture fixture = open(abort(each, 20, 5)).with(two);
            boolean stops = each == type || each == FailureType.Any;
            assertThat(fixture.moved().ended(Stage.ABORTED))
                    .as("%s on %s", each, type)
                    .isEqualTo(stops);
        }
    }

    @Test
    void aTrippedAbortRollsBackOrOnlyStopsForGood() {
        Devices bad = eligible(100).succeeded(7).failed(2).pending(1);
        RolloutFixture back = open(abort(FailureType.Failed, 20, 5)).with(bad);
        assertThat(back.said()).isEqualTo("RollingBack/Aborted");
        assertThat(back.next().with(DONE).moved()).as("it does not rise again").isEqualTo(back.moved());
        assertThat(open(abort(FailureType.Failed, 20, 5))
                        .with(eligible(100).succeeded(2).failed(2).pending(6))
                        .decide()
                        .reason())
                .as("below the sample")
                .isEqualTo("Progressing");
        RolloutFixture halted = back.with(s -> s.onFailure(OnFailure.Pause));
        assertThat(halted.said()).isEqualTo("Failed/Halted");
        assertThat(halted.moved().revokedAt()).as("nobody goes back").isNull();
        assertThat(halted.next().with(DONE).step()).isZero();
    }

    @Test
    void failuresAreCountedBeforeAnybodyFurtherIsAdmitted() {
        RolloutFixture slow = open(s -> abort(FailureType.Failed, 20, 5).apply(s.maxDevicesPerMinute(4)));
        RolloutFixture due = slow.with(slow.moved()
                        .withStep(new OpenStep(
                                0,
                                RolloutFixture.place(4),
                                RolloutFixture.place(10),
                                NOW,
                                NOW.minusSeconds(60),
                                null,
                                null)))
                .with(eligible(100).succeeded(3).failed(1));
        assertThat(due.moved().step().threshold()).isEqualTo(RolloutFixture.place(4));
        assertThat(due.moved().ended(Stage.ABORTED)).isTrue();
        RolloutFixture all = open(abort(FailureType.Failed, 1, 5))
                .with(eligible(1000).succeeded(99).failed(1));
        assertThat(all.step())
                .as("99 % is success enough, but the budget is spent")
                .isZero();
        assertThat(all.moved().ended(Stage.ABORTED)).isTrue();
    }

    /** 100 admitted, 60 of them away: the other 40 decide, at every count of them. */
    @ParameterizedTest
    @CsvSource({"18, 1, false", "19, 1, true", "20, 0, false", "38, 2, true", "39, 1, false", "40, 0, false"})
    void aFleetThatIsMostlyOffStopsAtTheRightCountAndNeverStalls(int succeeded, int failed, boolean stops) {
        Devices devices =
                eligible(1000).offline(60).succeeded(succeeded).failed(failed).pending(40 - succeeded - failed);
        RolloutFixture fixture = open(abort(FailureType.Failed, 5, 20)).with(devices);
        assertThat(fixture.moved().ended(Stage.ABORTED)).isEqualTo(stops);
        if (!stops && succeeded + failed == 40) {
            assertThat(fixture.step()).as("it goes on").isEqualTo(1);
        }
    }

    @Test
    void aSampleThatCannotBeReachedIsAllWhoCanAnswer() {
        RolloutFixture small = open(abort(FailureType.Failed, 5, 20));
        assertThat(small.with(eligible(100).offline(6).succeeded(2).failed(1).pending(1))
                        .moved()
                        .ended(Stage.ABORTED))
                .as("one may still answer")
                .isFalse();
        assertThat(small.with(eligible(100).offline(6).succeeded(3).failed(1))
                        .moved()
                        .ended(Stage.ABORTED))
                .isTrue();
    }

    @Test
    void whoIsAwayHoldsAStepUpOnlyWhenTheSpecSaysWait() {
        Devices halfAway = eligible(100).succeeded(5).offline(5);
        Devices allAway = eligible(100).offline(10);
        assertThat(open(s -> s.offlinePolicy(OfflinePolicy.CatchUp))
                        .with(halfAway)
                        .step())
                .isEqualTo(1);
        RolloutFixture nothingKnown =
                open(s -> s.offlinePolicy(OfflinePolicy.CatchUp)).with(allAway);
        assertThat(nothingKnown.said()).isEqualTo("Progressing/DevicesOffline");
        assertThat(nothingKnown.decide().message()).contains("None of the 10 devices of step few is connected");
        assertThat(nothingKnown.step()).isZero();
        assertThat(open(s -> s.offlinePolicy(OfflinePolicy.Wait)).with(halfAway).step())
                .isZero();
        assertThat(open(s -> s.offlinePolicy(OfflinePolicy.Skip)).with(halfAway).step())
                .isEqualTo(1);
    }

    @Test
    void aStepThatNobodyCanTryIsToldAndNoHang() {
        RolloutFixture named = open(s -> s.steps(List.of(
                StepBuilder.builder()
                        .name("canary")
                        .selector(new LabelSelector(Map.of("ring", "canary"), List.of()))
                        .soak("1h")
                        .build(),
                StepBuilder.builder().name("all").percent(100).build())));
        named = named.with(named.moved().withStep(new OpenStep(0, null, null, NOW, NOW, null, null)));
        assertThat(named.said()).isEqualTo("Progressing/EmptyCohort");
        assertThat(named.decide().lookAgain()).isEqualTo(NOW.plusSeconds(60));
        assertThat(named.step()).as("an object that was deleted may come back").isZero();
        RolloutFixture over = named.next().later(60);
        assertThat(over.step()).isEqualTo(1);
        assertThat(over.moved().empty()).containsExactly("canary");
        assertThat(over.with(eligible(100).pending(1)).step()).as("one came").isZero();
        assertThat(emptied(open(s -> s.offlinePolicy(OfflinePolicy.Skip))
                        .with(eligible(100).offline(10))))
                .as("everybody is skipped")
                .containsExactly("few");
        assertThat(emptied(open().with(eligible(100).superseded(10))))
                .as("everybody has a higher version")
                .containsExactly("few");
        assertThat(open().with(eligible(0)).said()).as("nobody at all").isEqualTo("Progressing/NoDevices");
    }

    private static List<String> emptied(RolloutFixture fixture) {
        return fixture.next().later(60).moved().empty();
    }

    @Test
    void whenEverybodyOfAShareHasLeftOthersTakeTheirPlace() {
        RolloutFixture left = open().with(open().moved()
                        .withStep(new OpenStep(
                                0, RolloutFixture.place(5), RolloutFixture.place(5), NOW, NOW, null, null)))
                .with(eligible(100));
        assertThat(left.step()).isZero();
        assertThat(left.moved().step().threshold()).isEqualTo(RolloutFixture.place(10));
        assertThat(left.moved().empty()).isEmpty();
    }

    @Test
    void afterAnEmptyStepTheNextIsTheFirstAndAsWideAsThat() {
        Why missing = new Why("AwaitingApproval", "kubemdm approve rollout base");
        RolloutFixture untried = open().with(eligible(100)).next().later(60).lacking(missing);
        assertThat(untried.said()).isEqualTo("AwaitingApproval/AwaitingApproval");
        assertThat(untried.step()).isZero();
        assertThat(untried.moved().empty()).containsExactly("few");
    }

    @ParameterizedTest
    @CsvSource({
        "PASS, Progressing/Progressing, 1",
        "FAIL, RollingBack/Aborted, 0",
        "INCONCLUSIVE, Progressing/AnalysisInconclusive, 0",
        "UNAVAILABLE, Progressing/AnalysisUnavailable, 0",
        "RUNNING, Progressing/AnalysisRunning, 0"
    })
    void onlyAnAnalysisThatPassesLetsAStepEnd(Outcome outcome, String said, int step) {
        RolloutFixture measured = open(StopTest::measured)
                .with(DONE)
                .measuring("drain", new AnalysisVerdict(outcome, 3, 0, "1.2", "text", NOW.plusSeconds(60)));
        assertThat(measured.said()).isEqualTo(said);
        assertThat(measured.step()).isEqualTo(step);
        if (outcome == Outcome.RUNNING) {
            assertThat(measured.decide().lookAgain()).isEqualTo(NOW.plusSeconds(60));
        }
    }

    @Test
    void anAnalysisIsMeasuredWhileDevicesAreStillAtIt() {
        RolloutFixture running = open(StopTest::measured)
                .with(eligible(100).succeeded(1).pending(9))
                .measuring("drain", new AnalysisVerdict(Outcome.RUNNING, 0, 0, null, "text", NOW.plusSeconds(60)));
        assertThat(running.said()).startsWith("Progressing/").isNotEqualTo("Progressing/AnalysisRunning");
        assertThat(running.decide().lookAgain()).isEqualTo(NOW.plusSeconds(60));
    }

    @Test
    void anAnalysisNobodyMeasuresHolds() {
        assertThat(open(StopTest::measured).with(DONE).said()).isEqualTo("Progressing/AnalysisUnavailable");
    }

    @Test
    void aFlagThatIsOffTakesBackAndMayComeOnAgainAndOneThatIsAwayChangesNothing() {
        Gates off = new Gates(Flag.OFF, "flag base is off");
        Gates away = new Gates(Flag.UNREACHABLE, "no answer");
        RolloutFixture open = open().with(DONE);
        RolloutFixture back = open.flag(off);
        assertThat(back.said()).isEqualTo("RollingBack/FeatureFlagOff");
        assertThat(back.next().with(eligible(100)).said()).isEqualTo("RolledBack/FeatureFlagOff");
        assertThat(back.next().flag(away).moved().withdrawn(Cause.FLAG_OFF))
                .as("off, then away, stays off")
                .isTrue();
        assertThat(back.next().flag(Gates.NONE).moved().withdrawn()).isNull();
        assertThat(open.flag(away).said()).isEqualTo("Progressing/FeatureFlagUnreachable");
        assertThat(open.flag(away).step()).isZero();
        assertThat(open.flag(away).moved().revokedAt()).isNull();
        assertThat(open(abort(FailureType.Failed, 1, 1))
                        .with(eligible(100).failed(1))
                        .flag(away)
                        .moved()
                        .ended(Stage.ABORTED))
                .as("failures stop it all the same")
                .isTrue();
    }

    static RolloutSpecBuilder measured(RolloutSpecBuilder spec) {
        return spec.steps(List.of(
                StepBuilder.builder()
                        .name("few")
                        .percent(10)
                        .analysis(List.of("drain"))
                        .build(),
                StepBuilder.builder().name("all").percent(100).build()));
    }

    private static UnaryOperator<RolloutSpecBuilder> abort(FailureType type, int percent, int sample) {
        return spec -> spec.abort(List.of(new RolloutSpec.Abort(type, percent, sample)));
    }
}
