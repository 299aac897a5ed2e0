package io.kubemdm.testbed.region;

import io.fabric8.kubernetes.api.model.Probe;
import io.kubemdm.testbed.pod.PodPlan.Probes;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A pod's probes asked as a kubelet asks them: nothing counts before the startup probe answers, readiness and liveness
 * have periods and thresholds of their own. Only until the pod is ready for the first time it is asked more often than
 * the chart says, since a person waits for it.
 */
final class PodHealth implements PartProbe {

    private static final long SECOND = 1_000_000_000L;
    private static final long HURRY = SECOND / 4;
    private static final int PERIOD = 10;
    private static final int THRESHOLD = 3;

    private final Probes probes;
    private final Predicate<Probe> answers;
    private final LongSupplier nanos;
    private boolean started;
    private boolean wasReady;
    private Verdict verdict = Verdict.NOT_YET;
    private Asked startup;
    private Asked readiness;
    private Asked liveness;

    /**
     * The health of one pod.
     *
     * @param answers asks a probe once
     * @param nanos the clock
     */
    PodHealth(Probes probes, Predicate<Probe> answers, LongSupplier nanos) {
        this.probes = probes;
        this.answers = answers;
        this.nanos = nanos;
        long now = nanos.getAsLong();
        this.startup = new Asked(probes.startup(), now);
        this.readiness = new Asked(probes.readiness(), now);
        this.liveness = new Asked(probes.liveness(), now);
    }

    @Override
    public void forget() {
        long now = nanos.getAsLong();
        started = false;
        wasReady = false;
        verdict = Verdict.NOT_YET;
        startup = new Asked(probes.startup(), now);
        readiness = new Asked(probes.readiness(), now);
        liveness = new Asked(probes.liveness(), now);
    }

    @Override
    public Verdict ask() {
        long now = nanos.getAsLong();
        if (!started) {
            started = startup.probe == null || startup.succeeds(now, HURRY);
            if (!started) {
                return startup.hasFailed() ? Verdict.HUNG : Verdict.NOT_YET;
            }
        }
        if (liveness.probe != null) {
            liveness.succeeds(now, Long.MAX_VALUE);
            if (liveness.hasFailed()) {
                return Verdict.HUNG;
            }
        }
        if (readiness.probe == null || readiness.succeeds(now, wasReady ? Long.MAX_VALUE : HURRY)) {
            wasReady = true;
            verdict = Verdict.READY;
        } else if (wasReady && readiness.hasFailed()) {
            verdict = Verdict.UNREADY;
        }
        return verdict;
    }

    /** One probe's schedule and the answers so far. */
    private final class Asked {

        private final @Nullable Probe probe;
        private final long begun;
        private @Nullable Long last;
        private boolean answered;
        private int failures;
        private long failedSince;

        Asked(@Nullable Probe probe, long now) {
            this.probe = probe;
            this.begun = now;
        }

        /** Asks when it is due; the last answer otherwise. */
        boolean succeeds(long now, long atMostEvery) {
            Probe asked = Objects.requireNonNull(probe);
            long period = Math.min(atMostEvery, or(asked.getPeriodSeconds(), PERIOD) * SECOND);
            boolean early =
                    atMostEvery == Long.MAX_VALUE && now - begun < or(asked.getInitialDelaySeconds(), 0) * SECOND;
            if (early || (last != null && now - last < period)) {
                return answered;
            }
            last = now;
            answered = answers.test(asked);
            if (answered) {
                failures = 0;
            } else if (failures++ == 0) {
                failedSince = now;
            }
            return answered;
        }

        /** As many failures in a row as the threshold, over as long a time as the chart's period makes them. */
        boolean hasFailed() {
            Probe asked = Objects.requireNonNull(probe);
            int threshold = or(asked.getFailureThreshold(), THRESHOLD);
            long span = (threshold - 1L) * or(asked.getPeriodSeconds(), PERIOD) * SECOND;
            return failures >= threshold && last != null && last - failedSince >= span;
        }

        private static int or(@Nullable Integer value, int otherwise) {
            return value == null ? otherwise : value;
        }
    }
}
