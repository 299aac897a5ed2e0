package io.kubemdm.operator.rollout;

import static io.kubemdm.operator.rollout.Devices.eligible;
import static io.kubemdm.operator.rollout.RolloutFixture.BUNDLE;
import static io.kubemdm.operator.rollout.RolloutFixture.NOW;
import static io.kubemdm.operator.rollout.RolloutFixture.fresh;
import static io.kubemdm.operator.rollout.RolloutFixture.open;
import static io.kubemdm.operator.rollout.RolloutFixture.place;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.crds.Approval;
import io.kubemdm.crds.rollout.RolloutPhase;
import io.kubemdm.crds.rollout.RolloutSpec;
import io.kubemdm.crds.rollout.RolloutSpecBuilder;
import io.kubemdm.crds.rollout.StepBuilder;
import io.kubemdm.operator.rollout.HoldDecision.AnalysisVerdict;
import io.kubemdm.operator.rollout.HoldDecision.Flag;
import io.kubemdm.operator.rollout.HoldDecision.Gates;
import io.kubemdm.operator.rollout.HoldDecision.Holding;
import io.kubemdm.operator.rollout.HoldDecision.Outcome;
import io.kubemdm.operator.rollout.ProgressDecision.OpenStep;
import io.kubemdm.operator.rollout.RolloutDecision.Bundle;
import io.kubemdm.operator.rollout.RolloutDecision.Why;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.json.Json;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whom a rollout admits and when its steps open; what stops it is {@link StopTest}'s. */
class RolloutDecisionTest {

    private static final Devices DONE = eligible(100).succeeded(10);

    @Test
    void theFirstStepAdmitsItsShareAndRemembersThePlace() {
        RolloutFixture fresh = fresh(UnaryOperator.identity());
        ProgressDecision progress = fresh.moved();
        assertThat(progress.step().index()).isZero();
        assertThat(progress.step().threshold()).isEqualTo(place(10));
        assertThat(progress.bundle().ref()).isEqualTo(BUNDLE.ref());
        assertThat(fresh.decide().phase()).isEqualTo(RolloutPhase.Progressing);
    }

    @Test
    void withoutBundleDevicesOrPermissionItIsPendingOrPausedAndRemembersNothing() {
        RolloutFixture fresh = fresh(UnaryOperator.identity());
        assertThat(fresh.bringing(null).said()).isEqualTo("Pending/BundleMissing");
        assertThat(fresh.with(eligible(0)).said()).isEqualTo("Pending/NoDevices");
        assertThat(fresh.with(s -> s.paused(true)).said()).isEqualTo("Paused/Paused");
        assertThat(fresh.with(s -> s.enabled(false)).said()).isEqualTo("Paused/Disabled");
        Gates away = new Gates(Flag.UNREACHABLE, "away");
        assertThat(fresh.with(s -> s.featureFlag(new RolloutSpec.FeatureFlag("x")))
                        .flag(away)
                        .said())
                .isEqualTo("Pending/FeatureFlagUnreachable");
        assertThat(fresh.flag(away).decide().progress()).isNull();
    }

    @Test
    void aStepEndsOnlyWhenEnoughDevicesSucceeded() {
        assertThat(open().with(eligible(100).succeeded(9).pending(1)).step())
                .as("one of ten still runs, and 95 % must succeed")
                .isZero();
        assertThat(open().with(DONE).step()).isEqualTo(1);
        assertThat(open().with(eligible(100).succeeded(9).failed(1)).step())
                .as("90 % is below 95 %")
                .isZero();
        assertThat(open().with(eligible(1000).succeeded(96).pending(4)).step())
                .as("four of a hundred may fail, so four may run")
                .isEqualTo(1);
    }

    @Test
    void theNextStepNeverOpensWhileMoreDevicesRunThanMayFail() {
        RolloutFixture wide = open(s -> s.success(new RolloutSpec.Success(95, 20, null)));
        for (int running = 0; running <= 100; running++) {
            int step = wide.with(eligible(1000).succeeded(100 - running).pending(running))
                    .step();
            assertThat(step).as("%d of 100 run", running).isEqualTo(running <= 5 ? 1 : 0);
        }
    }

    @Test
    void aDeviceIsNoSuccessBeforeItHasHadTheBundleForLongEnough() {
        assertThat(open().with(eligible(100).settling(10)).step()).isZero();
    }

    @Test
    void theLastStepAdmitsEverybodyWhoWillEverCome() {
        assertThat(open().with(DONE).moved().step().threshold()).isEqualTo(StepDecision.LAST_PLACE);
    }

    @Test
    void theControlGroupWaitsForTheLastStep() {
        assertThat(fresh(s -> s.controlPercent(20)
                                .steps(List.of(
                                        StepBuilder.builder()
                                                .name("most")
                                                .percent(95)
                                                .build(),
                                        StepBuilder.builder()
                                                .name("all")
                                                .percent(100)
                                                .build())))
                        .moved()
                        .step()
                        .threshold())
                .isEqualTo(place(80));
    }

    @Test
    void aSuccessfulStepSoaksAndForgetsItWhenSuccessIsLost() {
        RolloutFixture soaking = open(RolloutDecisionTest::soaking).with(DONE);
        assertThat(soaking.decide().phase()).isEqualTo(RolloutPhase.Soaking);
        assertThat(soaking.decide().lookAgain()).isEqualTo(NOW.plusSeconds(600));
        RolloutFixture lost =
                soaking.next().later(60).with(eligible(100).succeeded(8).regressed(2));
        assertThat(lost.moved().step().goodSince()).isNull();
        assertThat(soaking.next().later(599).step()).isZero();
        assertThat(soaking.next().later(600).step()).isEqualTo(1);
        assertThat(lost.next().later(60).with(DONE).next().later(599).step())
                .as("it begins anew")
                .isZero();
    }

    @Test
    void theSoakBeginsWhenTheAdmissionOfTheStepIsComplete() {
        RolloutFixture slow = open(s -> soaking(s).maxDevicesPerMinute(4)).with((ProgressDecision) null);
        RolloutFixture first = slow.next().with(eligible(100).succeeded(4));
        assertThat(first.decide().reason()).isEqualTo("RateLimited");
        RolloutFixture second = first.later(60).next().with(eligible(100).succeeded(8));
        RolloutFixture third = second.later(60).next();
        assertThat(third.moved().step().threshold()).isEqualTo(place(10));
        RolloutFixture complete = third.with(DONE);
        assertThat(complete.decide().lookAgain()).isEqualTo(NOW.plusSeconds(120 + 600));
    }

    @Test
    void aManualStepWaitsForItsName() {
        RolloutFixture manual = open(s -> s.steps(List.of(
                        StepBuilder.builder().name("few").percent(10).build(),
                        StepBuilder.builder()
                                .name("all")
                                .percent(100)
                                .approval(Approval.Manual)
                                .build())))
                .with(DONE);
        assertThat(manual.said()).isEqualTo("AwaitingApproval/AwaitingApproval");
        assertThat(manual.decide().message()).contains("spec.approvedStep to all");
        assertThat(manual.with(s -> s.approvedStep("all")).step()).isEqualTo(1);
    }

    @Test
    void pausedOpensNothingAndTakesNothingBack() {
        RolloutFixture paused = open(s -> s.paused(true)).with(DONE);
        assertThat(paused.decide().phase()).isEqualTo(RolloutPhase.Paused);
        assertThat(paused.moved()).isEqualTo(paused.progress());
    }

    @Test
    void whatIsHeldIsMeasuredOnAndAMeasurementThatFailsTakesItBack() {
        RolloutFixture held = open(StopTest::measured)
                .with(DONE)
                .measuring("drain", new AnalysisVerdict(Outcome.RUNNING, 1, 0, null, "text", NOW.plusSeconds(60)));
        RolloutFixture paused = held.with(s -> s.paused(true));
        for (RolloutFixture each : List.of(
                paused,
                held.flag(new Gates(Flag.UNREACHABLE, "no answer")),
                held.conflicting(new Why("Conflicted", "text")),
                held.bringing(new Bundle(new PolicyRef("base", "1.1.0", "sha256:2"), List.of(), 300)))) {
            assertThat(each.decide().lookAgain()).as(each.said()).isEqualTo(NOW.plusSeconds(60));
        }
        assertThat(paused.measuring("drain", new AnalysisVerdict(Outcome.FAIL, 2, 1, "9", "text", null))
                        .said())
                .isEqualTo("RollingBack/Aborted");
    }

    @Test
    void aBundleWithOtherContentHolds() {
        Bundle other = new Bundle(new PolicyRef("base", "1.1.0", "sha256:2"), List.of(), 300);
        RolloutFixture changed = open().with(DONE).bringing(other);
        assertThat(changed.said()).isEqualTo("Paused/BundleChanged");
        assertThat(changed.step()).isZero();
        Bundle sameVersion = new Bundle(new PolicyRef("base", "1.0.0", "sha256:2"), List.of(), 300);
        assertThat(open().with(DONE).bringing(sameVersion).said())
                .as("content counts, not the version")
                .isEqualTo("Paused/BundleChanged");
        Bundle sameContent = new Bundle(BUNDLE.ref(), List.of(), 300);
        assertThat(open().with(DONE).bringing(sameContent).step())
                .as("the same content under a new object goes on")
                .isEqualTo(1);
        assertThat(open().with(DONE).bringing(null).step())
                .as("and so it does without any object: what is published stays")
                .isEqualTo(1);
    }

    @Test
    void anotherContentOfTheSameVersionAdmitsNobody() {
        Why why = new Why("Conflicted", "other content");
        RolloutFixture fresh = fresh(UnaryOperator.identity()).conflicting(why);
        assertThat(fresh.said()).isEqualTo("Pending/Conflicted");
        assertThat(fresh.decide().progress()).isNull();
        assertThat(open().with(DONE).conflicting(why).said()).isEqualTo("Paused/Conflicted");
        assertThat(open().with(DONE).conflicting(why).step()).isZero();
    }

    @Test
    void aRateLimitMovesTheThresholdMinuteByMinute() {
        RolloutFixture first = fresh(s -> s.maxDevicesPerMinute(4)).next();
        assertThat(first.moved().step().threshold()).isEqualTo(place(4));
        assertThat(first.moved().step().target()).isEqualTo(place(10));
        RolloutFixture four = first.with(eligible(100).succeeded(4));
        assertThat(four.later(59).moved()).isEqualTo(first.progress());
        assertThat(four.later(60).moved().step().threshold()).isEqualTo(place(8));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        at once                         | 0   | 4
        in the middle of the minute     | 30  | 4
        at its last moment              | 59  | 4
        the next minute                 | 60  | 8
        a leader that was long away     | 600 | 8
        a clock that was put back       | -90 | 4
        """)
    void aRestartInTheMiddleOfAMinuteAdmitsNobodyTwiceAsFast(String what, int seconds, int admitted) {
        RolloutFixture first = fresh(s -> s.maxDevicesPerMinute(4)).next();
        RolloutFixture read = first.with(Json.read(Json.write(first.progress()), ProgressDecision.class))
                .with(eligible(100).succeeded(4));

        assertThat(read.later(seconds).moved().step().threshold()).isEqualTo(place(admitted));
    }

    @Test
    void aRateThatIsChangedOrTakenAwayHoldsFromTheNextMinuteOn() {
        RolloutFixture four =
                fresh(s -> s.maxDevicesPerMinute(4)).next().with(eligible(100).succeeded(4));

        assertThat(four.with(s -> s.maxDevicesPerMinute(2))
                        .later(60)
                        .moved()
                        .step()
                        .threshold())
                .isEqualTo(place(6));
        assertThat(four.with(s -> s.maxDevicesPerMinute(100))
                        .later(59)
                        .moved()
                        .step()
                        .threshold())
                .isEqualTo(place(4));
        assertThat(four.with(s -> s.maxDevicesPerMinute(null))
                        .later(1)
                        .moved()
                        .step()
                        .threshold())
                .isEqualTo(place(10));
    }

    @Test
    void devicesWhoseWindowIsClosedAreWaitedFor() {
        RolloutFixture held = open().with(eligible(100).succeeded(9).held(1));
        assertThat(held.said()).isEqualTo("Progressing/DevicesHeld");
        assertThat(held.step()).isZero();
        String why = "1 devices wait for a maintenance window: window night opens at 22:00.";
        assertThat(held.flag(new Gates(Flag.OPEN, "", new Holding("WindowShut", why, NOW.plusSeconds(9))))
                        .decide()
                        .message())
                .isEqualTo("1 devices of step few are not admitted yet. " + why);
    }

    @Test
    void itIsCompletedOnceNobodyIsAtItAndStaysSo() {
        RolloutFixture last = open().with(open().moved()
                .withStep(new OpenStep(1, StepDecision.LAST_PLACE, StepDecision.LAST_PLACE, NOW, NOW, null, null)));
        assertThat(last.with(eligible(100).succeeded(99).pending(1)).said()).isEqualTo("Progressing/Progressing");
        assertThat(last.with(eligible(0)).said()).as("everybody left").isEqualTo("Progressing/NoDevices");
        RolloutFixture done = last.with(eligible(100).succeeded(100));
        assertThat(done.decide().phase()).isEqualTo(RolloutPhase.Completed);
        assertThat(done.next()
                        .later(9)
                        .with(eligible(120).succeeded(100).failed(20))
                        .decide()
                        .phase())
                .isEqualTo(RolloutPhase.Completed);
    }

    private static RolloutSpecBuilder soaking(RolloutSpecBuilder spec) {
        return spec.steps(List.of(
                StepBuilder.builder().name("few").percent(10).soak("10m").build(),
                StepBuilder.builder().name("all").percent(100).build()));
    }
}
