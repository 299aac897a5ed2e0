package io.kubemdm.operator.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.crds.rollout.Analysis;
import io.kubemdm.crds.rollout.AnalysisBuilder;
import io.kubemdm.crds.rollout.Comparison;
import io.kubemdm.operator.analysis.AnalysisRecordDecision.Run;
import io.kubemdm.operator.rollout.HoldDecision.Outcome;
import io.kubemdm.protocol.analysis.AnalysisSnapshot;
import io.kubemdm.protocol.analysis.AnalysisSnapshot.Arm;
import io.kubemdm.protocol.analysis.AnalysisSnapshot.Measured;
import io.kubemdm.protocol.analysis.Sketch;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * How often the whole of an analysis is wrong, by simulation: false alarms of rollouts that change nothing, and regressions
 * that are caught. The figures are printed with their seed and are those of docs/analysis.md.
 */
class SequentialTest {

    private static final String FACT = "battery.drainPermillePerHour";
    private static final Instant T0 = Instant.parse("2026-03-01T10:00:00Z");
    private static final Duration INTERVAL = Duration.ofMinutes(5);
    private static final long SEED = Long.getLong("kubemdm.test.seed", 20_261_128);

    private Random random = new Random(SEED);

    /** One device: what it uses by itself, what it was seen to use before (or NaN), the sum of what it told in the step. */
    private static final class Device {
        private final double level;
        private final double before;
        private double sum;

        Device(double level, double before) {
            this.level = level;
            this.before = before;
        }
    }

    /** How a fleet behaves: level of a device, one value of it. */
    private record Behaviour(ToDoubleFunction<Random> level, Noise noise, boolean hasPast) {}

    private interface Noise {
        double value(Random random, double level);
    }

    private static Behaviour drain(double between, double within, boolean hasPast) {
        return new Behaviour(
                r -> 80 * Math.exp(between * r.nextGaussian()),
                (r, level) -> Math.round(level * Math.exp(within * r.nextGaussian())),
                hasPast);
    }

    /** Laptops of different people, each with days that differ. */
    private static final Behaviour DRAIN = drain(0.4, 0.25, true);

    /** Rare crashes: nearly all values are zero. */
    private static final Behaviour CRASHES = new Behaviour(
            r -> 0.05 * Math.exp(r.nextGaussian()), (r, level) -> r.nextDouble() < level ? 1 + r.nextInt(3) : 0, true);

    private List<Device> devices(Behaviour behaviour, int count) {
        List<Device> devices = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            double level = behaviour.level().applyAsDouble(random);
            double past = 0;
            for (int k = 0; k < 20; k++) {
                past += behaviour.noise().value(random, level);
            }
            devices.add(new Device(level, behaviour.hasPast() ? past / 20 : Double.NaN));
        }
        return devices;
    }

    private void tell(List<Device> devices, Behaviour behaviour, DoubleUnaryOperator change) {
        devices.forEach(device -> device.sum += behaviour.noise().value(random, change.applyAsDouble(device.level)));
    }

    private static Arm arm(List<Device> devices, int looks) {
        List<Double> values = new ArrayList<>();
        List<Double> changes = new ArrayList<>();
        for (Device device : devices) {
            double mean = device.sum / looks;
            values.add(mean);
            if (Double.isFinite(device.before)) {
                changes.add(mean - device.before);
            }
        }
        return new Arm(
                devices.size(),
                Map.of("Linux", devices.size()),
                Map.of(FACT, new Measured(new Sketch(values, List.of()), new Sketch(changes, List.of()))));
    }

    private static Analysis analysis(String failWhen) {
        return AnalysisBuilder.builder()
                .name("drain")
                .metric(new Analysis.Metric(FACT, null))
                .compare(Comparison.VersusControl)
                .failWhen(failWhen)
                .interval("5m")
                .count(5)
                .failureLimit(0)
                .minimumSample(20)
                .build();
    }

    /** The look at which a step fails, null when it does not within {@code most} looks. */
    private @Nullable Integer failsAt(
            Analysis analysis,
            Behaviour behaviour,
            int candidates,
            int controls,
            DoubleUnaryOperator candidate,
            DoubleUnaryOperator control,
            int shares,
            int most) {
        List<Device> with = devices(behaviour, candidates);
        List<Device> without = devices(behaviour, controls);
        Run run = Run.first(T0, "");
        for (int look = 1; look <= most; look++) {
            tell(with, behaviour, candidate);
            tell(without, behaviour, control);
            AnalysisSnapshot snapshot =
                    new AnalysisSnapshot("corp", "base-2", "u-1", 0, 0, T0, look, arm(with, look), arm(without, look));
            Looking looking = new Looking(analysis, List.of(snapshot));
            run = AnalysisDecision.decide(
                    run,
                    new AnalysisDecision.Input(
                            analysis.count(),
                            analysis.failureLimit(),
                            analysis.minimumSample(),
                            INTERVAL,
                            looking.candidates(),
                            looking.controls(),
                            looking.heard(),
                            AnalysisDecision.FALSE_ALARMS / shares,
                            looking::look,
                            T0.plus(INTERVAL.multipliedBy(look))));
            if (run.outcome() == Outcome.FAIL) {
                return look;
            }
            if (run.outcome() == Outcome.PASS) {
                return null;
            }
        }
        return null;
    }

    private int falseAlarms(String failWhen, Behaviour behaviour, int candidates, int controls, double bothChange) {
        random = new Random(SEED);
        int failed = 0;
        for (int rollout = 0; rollout < 1_000; rollout++) {
            boolean first = fails(failWhen, behaviour, candidates, controls, bothChange);
            // The next step is three times as large and measured anew.
            if (first || fails(failWhen, behaviour, candidates * 3, controls, bothChange)) {
                failed++;
            }
        }
        System.out.println("false alarms of 1000 rollouts with two steps, failWhen " + failWhen + ", " + candidates
                + " against " + controls + " devices, both change by " + bothChange + ": " + failed + " seed=" + SEED);
        return failed;
    }

    private boolean fails(String failWhen, Behaviour behaviour, int candidates, int controls, double change) {
        return failsAt(
                        analysis(failWhen),
                        behaviour,
                        candidates,
                        controls,
                        level -> level * change,
                        level -> level * change,
                        2,
                        15)
                != null;
    }

    private int caughtOf500(String failWhen, Behaviour behaviour, double change) {
        random = new Random(SEED);
        int caught = 0;
        for (int i = 0; i < 500; i++) {
            Integer at = failsAt(analysis(failWhen), behaviour, 50, 50, level -> level * change, level -> level, 1, 3);
            caught += at == null ? 0 : 1;
        }
        System.out.println("caught within 3 looks of 500 rollouts that change by " + change + ", 50 against 50 devices"
                + (behaviour.hasPast() ? "" : " without a past") + ": " + caught + " seed=" + SEED);
        return caught;
    }

    @Test
    void of_1000_rollouts_that_change_nothing_at_most_2_percent_are_failed() {
        // A condition that is always true leaves it to the test alone, for as many looks as inconclusive ones go on.
        assertThat(falseAlarms("candidate != control", DRAIN, 50, 50, 1)).isLessThanOrEqualTo(20);
        assertThat(falseAlarms("candidate > control * 1.05", DRAIN, 50, 50, 1)).isLessThanOrEqualTo(20);
        assertThat(falseAlarms("candidate != control", CRASHES, 20, 100, 1)).isLessThanOrEqualTo(20);
        assertThat(falseAlarms("candidate > control * 1.05", CRASHES, 20, 100, 1))
                .isLessThanOrEqualTo(20);
    }

    @Test
    void a_drain_that_rises_in_both_groups_is_no_regression() {
        assertThat(falseAlarms("candidate != control", DRAIN, 50, 50, 1.5)).isLessThanOrEqualTo(20);
    }

    @Test
    void a_fifth_more_drain_of_50_devices_is_caught_within_3_looks() {
        assertThat(caughtOf500("candidate > control * 1.05", DRAIN, 1.2)).isGreaterThanOrEqualTo(450);
        // What a fleet of alike devices shows whose engine was restarted when the rollout began.
        assertThat(caughtOf500("candidate > control * 1.05", drain(0.2, 0.15, false), 1.2))
                .isGreaterThanOrEqualTo(450);
    }
}
