package io.kubemdm.testbed.region;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.kubemdm.testbed.pod.PodPlan.Probes;
import io.kubemdm.testbed.region.PartProbe.Verdict;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PodHealthTest {

    private static final long SECOND = 1_000_000_000L;

    private final Probe startup = probe("/started", 1, 5);
    private final Probe readiness = probe("/ready", 5, 2);
    private final Probe liveness = probe("/live", 10, 3);
    private final Map<Probe, Boolean> answers = new HashMap<>();
    private final Map<Probe, Integer> asked = new HashMap<>();
    private long now = 1_000 * SECOND;

    private final PodHealth health = new PodHealth(
            new Probes(startup, readiness, liveness),
            probe -> {
                asked.merge(probe, 1, Integer::sum);
                return answers.getOrDefault(probe, false);
            },
            () -> now);

    @Test
    void nothingElseIsAskedBeforeTheStartupProbeAnswers() {
        answers.put(readiness, true);

        assertThat(after(0)).isEqualTo(Verdict.NOT_YET);
        assertThat(asked).containsOnlyKeys(startup);
    }

    @Test
    void aPodThatDoesNotStartWithinItsThresholdIsKilledAndNotBefore() {
        assertThat(run(3)).isEqualTo(Verdict.NOT_YET);
        assertThat(run(2)).isEqualTo(Verdict.HUNG);
    }

    @Test
    void aReadyPodStaysReadyUntilItsThresholdOfFailuresIsReached() {
        becomeReady();
        answers.put(readiness, false);

        assertThat(run(6)).isEqualTo(Verdict.READY);
        assertThat(run(6)).isEqualTo(Verdict.UNREADY);
        answers.put(readiness, true);
        assertThat(run(6)).isEqualTo(Verdict.READY);
    }

    @Test
    void aPodThatStopsAnsweringItsLivenessProbeIsKilled() {
        becomeReady();
        answers.put(liveness, false);

        assertThat(run(15)).isEqualTo(Verdict.READY);
        assertThat(run(20)).isEqualTo(Verdict.HUNG);
    }

    @Test
    void aReadyPodIsAskedAtTheChartsPeriod() {
        becomeReady();
        asked.clear();
        run(20);

        assertThat(asked.get(readiness)).isBetween(3, 4);
        assertThat(asked.get(liveness)).isBetween(1, 2);
    }

    @Test
    void aNewProcessStartsFromNothing() {
        becomeReady();
        answers.clear();
        health.forget();

        assertThat(after(0)).isEqualTo(Verdict.NOT_YET);
    }

    private void becomeReady() {
        answers.putAll(Map.of(startup, true, readiness, true, liveness, true));
        assertThat(after(0)).isEqualTo(Verdict.READY);
    }

    private Verdict run(int seconds) {
        Verdict verdict = Verdict.NOT_YET;
        for (int i = 0; i < seconds * 10 && verdict != Verdict.HUNG; i++) {
            verdict = after(SECOND / 10);
        }
        return verdict;
    }

    private Verdict after(long nanos) {
        now += nanos;
        return health.ask();
    }

    private static Probe probe(String path, int period, int threshold) {
        return new ProbeBuilder()
                .withNewHttpGet()
                .withPath(path)
                .endHttpGet()
                .withPeriodSeconds(period)
                .withFailureThreshold(threshold)
                .build();
    }
}
