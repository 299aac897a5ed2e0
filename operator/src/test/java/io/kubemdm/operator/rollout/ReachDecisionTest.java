package io.kubemdm.operator.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.crds.LabelSelector;
import io.kubemdm.crds.ObjectRef;
import io.kubemdm.crds.rollout.RolloutPhase;
import io.kubemdm.crds.rollout.RolloutSpec;
import io.kubemdm.crds.rollout.RolloutSpecBuilder;
import io.kubemdm.crds.rollout.Step;
import io.kubemdm.crds.rollout.StepBuilder;
import io.kubemdm.operator.rollout.HoldDecision.Gates;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReachDecisionTest {

    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    private static final Why MISSING = new Why("AwaitingApproval", "kubemdm approve rollout base");

    @ParameterizedTest
    @CsvSource({
        "10, 100, true",
        "10, 101, false",
        "100, 10, true",
        "100, 11, false",
        "5, 1000, true",
        "6, 1000, false",
        "1, 100000, true",
    })
    void aFirstStepIsWideAboveBothShareAndNumber(int percent, int eligible, boolean goes) {
        assertThat(begins(spec(percent(percent), percent(100)), eligible, 0, MISSING))
                .isEqualTo(goes);
    }

    @Test
    void theOnlyStepIsWideLikeAllDevices() {
        assertThat(begins(spec(percent(100)), 10, 0, MISSING)).isTrue();
        assertThat(begins(spec(percent(100)), 11, 0, MISSING)).isFalse();
    }

    @Test
    void aStepThatNamesItsDevicesIsCounted() {
        RolloutSpec spec = spec(named("ring"), percent(100));
        assertThat(begins(spec, 100, 10, MISSING)).isTrue();
        assertThat(begins(spec, 100, 11, MISSING)).isFalse();
    }

    @Test
    void whatIsApprovedGoes() {
        assertThat(begins(spec(percent(100)), 1000, 0, null)).isTrue();
    }

    @Test
    void whoWaitsIsToldTheNumbersAndWhatToDo() {
        RolloutDecision waits = RolloutDecision.decide(input(spec(percent(50), percent(100)), null, 1000, 0, MISSING));

        assertThat(waits.phase()).isEqualTo(RolloutPhase.AwaitingApproval);
        assertThat(waits.progress()).isNull();
        assertThat(waits.message())
                .isEqualTo("The first step would admit 500 devices, more than 50 need approval."
                        + " kubemdm approve rollout base");
    }

    /** The spec of a rollout that is under way is edited so that what is open would take everybody. */
    @Test
    void anEditThatWidensWhatIsOpenWaitsAndChangesNothingUntilItIsApproved() {
        RolloutSpec narrow = spec(percent(1), percent(100));
        ProgressDecision open = Objects.requireNonNull(
                RolloutDecision.decide(input(narrow, null, 1000, 0, MISSING)).progress());
        RolloutSpec wide = spec(named("everybody"), percent(100));

        RolloutDecision waits = RolloutDecision.decide(input(wide, open, 1000, 990, MISSING));
        assertThat(waits.phase()).isEqualTo(RolloutPhase.AwaitingApproval);
        assertThat(waits.progress()).isEqualTo(open);

        RolloutDecision goes = RolloutDecision.decide(input(wide, open, 1000, 990, null));
        assertThat(Objects.requireNonNull(goes.progress()).reach()).isEqualTo(Reach.of(wide, 0));

        RolloutDecision few = RolloutDecision.decide(input(wide, open, 1000, 50, MISSING));
        assertThat(Objects.requireNonNull(few.progress()).reach()).isEqualTo(Reach.of(wide, 0));
    }

    private static boolean begins(RolloutSpec spec, int eligible, int named, @Nullable Why unapproved) {
        return RolloutDecision.decide(input(spec, null, eligible, named, unapproved))
                        .progress()
                != null;
    }

    private static Input input(
            RolloutSpec spec,
            @Nullable ProgressDecision progress,
            int eligible,
            int further,
            @Nullable Why unapproved) {
        return new Input(
                spec,
                "uid",
                progress,
                new Bundle(new PolicyRef("base", "1.0.0", "sha256:1"), List.of(), 300),
                new Why("BundleMissing", "missing"),
                null,
                Counts.eligible(eligible),
                "%016x"::formatted,
                place -> Integer.parseInt(place, 16),
                new ReachDecision.Limit(5, 10),
                reach -> further,
                () -> unapproved,
                Map.of(),
                Gates.NONE,
                NOW);
    }

    private static Step percent(int percent) {
        return StepBuilder.builder().name("p" + percent).percent(percent).build();
    }

    private static Step named(String label) {
        return StepBuilder.builder()
                .name(label)
                .selector(new LabelSelector(Map.of("ring", label), List.of()))
                .build();
    }

    private static RolloutSpec spec(Step... steps) {
        return RolloutSpecBuilder.builder()
                .bundleRef(new ObjectRef("base"))
                .selector(new LabelSelector(Map.of(), List.of()))
                .steps(List.of(steps))
                .build();
    }
}
