package io.kubemdm.operator.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.operator.analysis.AnalysisDecision.Evidence;
import io.kubemdm.operator.analysis.AnalysisDecision.Input;
import io.kubemdm.operator.analysis.AnalysisRecordDecision.Run;
import io.kubemdm.operator.rollout.HoldDecision.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.DoubleFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class AnalysisDecisionTest {

    private static final Instant T0 = Instant.parse("2026-03-01T10:00:00Z");
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Run NEW = Run.first(T0, "The first measurement is after 1m.");
    private static final Evidence GOOD = evidence(false, false);
    private static final Evidence BAD = evidence(true, true);
    private static final Evidence BY_CHANCE = evidence(true, false);

    private static Evidence evidence(boolean bad, boolean supported) {
        return new Evidence(bad, supported, "12 against 10, p 0.001", null, null, List.of(), null);
    }

    private static Run look(Run before, int minutes, Evidence evidence) {
        return AnalysisDecision.decide(before, input(50, 50L, minutes, level -> evidence, 0));
    }

    private static Input input(
            long candidates, Long controls, int minutes, DoubleFunction<Evidence> compare, int failureLimit) {
        return new Input(
                3,
                failureLimit,
                20,
                MINUTE,
                candidates,
                controls,
                minutes,
                0.01,
                compare,
                T0.plus(MINUTE.multipliedBy(minutes)));
    }

    @Test
    void before_the_first_interval_is_over_it_runs() {
        assertThat(look(NEW, 0, BAD)).isEqualTo(NEW);
    }

    @Test
    void as_many_good_measurements_as_asked_for_pass() {
        Run run = look(look(NEW, 1, GOOD), 2, GOOD);
        assertThat(run.outcome()).isEqualTo(Outcome.RUNNING);
        assertThat(run.message()).isEqualTo("2 of 3 measurements, 0 bad.");
        assertThat(look(run, 3, GOOD).outcome()).isEqualTo(Outcome.PASS);
    }

    @Test
    void between_two_intervals_nothing_is_measured() {
        Run run = look(NEW, 1, GOOD);
        Input early = new Input(3, 0, 20, MINUTE, 50, 50L, 9, 0.01, level -> BAD, T0.plusSeconds(119));
        assertThat(AnalysisDecision.decide(run, early)).isEqualTo(run);
    }

    @Test
    void a_bad_measurement_that_chance_does_not_explain_fails_at_once() {
        Run run = look(NEW, 1, BAD);
        assertThat(run.outcome()).isEqualTo(Outcome.FAIL);
        assertThat(run.message()).isEqualTo("1 bad measurements, 0 are tolerated: 12 against 10, p 0.001.");
    }

    @Test
    void bad_measurements_up_to_the_limit_are_tolerated() {
        Run one = AnalysisDecision.decide(NEW, input(50, 50L, 1, level -> BAD, 1));
        assertThat(one.outcome()).isEqualTo(Outcome.RUNNING);
        Run two = AnalysisDecision.decide(one, input(50, 50L, 2, level -> BAD, 1));
        assertThat(two.outcome()).isEqualTo(Outcome.FAIL);
    }

    @Test
    void bad_by_chance_is_inconclusive_and_no_measurement() {
        Run run = look(NEW, 1, BY_CHANCE);
        assertThat(run.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
        assertThat(run.measured()).isZero();
        assertThat(run.message()).startsWith("failWhen is true, but it may be chance: 12 against 10");
        assertThat(look(run, 2, GOOD).outcome()).isEqualTo(Outcome.RUNNING);
    }

    @Test
    void too_few_devices_in_either_arm_are_inconclusive() {
        Run few = AnalysisDecision.decide(NEW, input(19, 500L, 1, level -> GOOD, 0));
        assertThat(few.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
        assertThat(few.message())
                .isEqualTo("19 candidates and 500 of the control group have told a value, 20 are needed of each.");
        assertThat(AnalysisDecision.decide(NEW, input(500, 19L, 1, level -> BAD, 0))
                        .outcome())
                .isEqualTo(Outcome.INCONCLUSIVE);
        assertThat(AnalysisDecision.decide(NEW, input(20, null, 1, level -> GOOD, 0))
                        .outcome())
                .isEqualTo(Outcome.RUNNING);
    }

    @Test
    void an_engine_that_tells_nothing_new_is_inconclusive() {
        Run run = look(NEW, 1, GOOD);
        Input silent = new Input(3, 0, 20, MINUTE, 50, 50L, 1, 0.01, level -> GOOD, T0.plusSeconds(120));
        Run next = AnalysisDecision.decide(run, silent);
        assertThat(next.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
        assertThat(next.measured()).isEqualTo(1);
    }

    @Test
    void a_condition_that_cannot_be_evaluated_is_inconclusive_and_says_why() {
        Run run =
                AnalysisDecision.decide(NEW, input(50, 50L, 1, level -> Evidence.none("failWhen is no condition"), 0));
        assertThat(run.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
        assertThat(run.message()).isEqualTo("failWhen is no condition");
    }

    @Test
    void what_has_ended_stays_so() {
        Run failed = look(NEW, 1, BAD);
        assertThat(look(failed, 2, GOOD)).isEqualTo(failed);
        Run passed = look(look(look(NEW, 1, GOOD), 2, GOOD), 3, GOOD);
        assertThat(look(passed, 4, BAD)).isEqualTo(passed);
    }

    @Test
    void all_looks_together_spend_no_more_than_they_may() {
        double sum = 0;
        for (int look = 1; look <= 10_000; look++) {
            sum += AnalysisDecision.level(0.01, look);
        }
        assertThat(sum).isLessThan(0.01).isGreaterThan(0.009_999);
        assertThat(AnalysisDecision.level(0.01, 1)).isEqualTo(AnalysisDecision.level(0.01, 3));
    }

    /** 0 good, 1 bad, 2 bad by chance, 3 too few devices, 4 nothing new, 5 no condition. */
    @Property(tries = 500)
    void it_passes_only_by_as_many_explicit_measurements_as_asked_for(
            @ForAll @Size(max = 40) List<@net.jqwik.api.constraints.IntRange(min = 0, max = 5) Integer> looks) {
        Run run = NEW;
        int heard = 0;
        int explicit = 0;
        for (int i = 0; i < looks.size() && run.outcome() != Outcome.PASS && run.outcome() != Outcome.FAIL; i++) {
            int kind = looks.get(i);
            heard += kind == 4 ? 0 : 1;
            explicit += kind <= 1 ? 1 : 0;
            boolean nothingNew = kind == 4 && heard == run.heard();
            Input in = new Input(
                    3,
                    100,
                    20,
                    MINUTE,
                    kind == 3 ? 5 : 50,
                    50L,
                    heard,
                    0.01,
                    level -> switch (kind) {
                        case 1 -> BAD;
                        case 5 -> Evidence.none("no condition");
                        case 0 -> GOOD;
                        default -> BY_CHANCE;
                    },
                    T0.plus(MINUTE.multipliedBy(i + 1L)));
            run = AnalysisDecision.decide(run, in);
            assertThat(run.measured()).isEqualTo(explicit);
            boolean known = kind <= 1;
            assertThat(run.outcome() == Outcome.INCONCLUSIVE).isEqualTo(!known || nothingNew);
        }
        assertThat(run.outcome() == Outcome.PASS).isEqualTo(explicit == 3);
    }
}
