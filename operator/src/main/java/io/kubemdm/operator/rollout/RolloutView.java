package io.kubemdm.operator.rollout;

import io.kubemdm.crds.Condition;
import io.kubemdm.crds.policybundle.PolicyBundle;
import io.kubemdm.crds.rollout.FailureType;
import io.kubemdm.crds.rollout.Rollout;
import io.kubemdm.crds.rollout.RolloutPhase;
import io.kubemdm.crds.rollout.RolloutStatus;
import io.kubemdm.crds.rollout.RolloutStatusBuilder;
import io.kubemdm.operator.fleet.Fleet;
import io.kubemdm.operator.fleet.FleetDevice;
import io.kubemdm.operator.fleet.KnownDevice;
import io.kubemdm.operator.fleet.Standing;
import io.kubemdm.operator.fleet.Tally;
import io.kubemdm.operator.rollout.HoldDecision.Holding;
import io.kubemdm.operator.rollout.RolloutDecision.Bundle;
import io.kubemdm.operator.status.Conditions;
import io.kubemdm.operator.watch.Copy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The status of a rollout: its progress and the fleet's counts, for people. */
final class RolloutView {

    /** Of condition Orphaned, while it is. */
    static final String ORPHANED = "The PolicyBundle is gone or not ready; devices keep what was published.";

    private static final int MAX_SAMPLES = 10;
    private static final int MAX_MESSAGE = 256;

    /** In the order in which they are shown. */
    private static final SortedMap<Standing, FailureType> FAILURES = new TreeMap<>(Map.of(
            Standing.FAILED,
            FailureType.Failed,
            Standing.REJECTED,
            FailureType.Rejected,
            Standing.TIMED_OUT,
            FailureType.TimedOut,
            Standing.REGRESSED,
            FailureType.Regressed));

    private final Fleet fleet;
    private final Copy<PolicyBundle> bundles;

    RolloutView(Fleet fleet, Copy<PolicyBundle> bundles) {
        this.fleet = fleet;
        this.bundles = bundles;
    }

    /**
     * @param analyses what analyses say
     * @param holding why devices are kept back
     */
    RolloutStatus status(
            Rollout rollout,
            RolloutDecision decision,
            @Nullable Bundle bundle,
            List<RolloutStatus.AnalysisRun> analyses,
            Holding holding) {
        ProgressDecision progress = decision.progress();
        int step = progress == null
                ? 0
                : Math.min(progress.step().index(), rollout.getSpec().steps().size() - 1);
        return RolloutStatusBuilder.builder()
                .observedGeneration(rollout.getMetadata().getGeneration())
                .phase(decision.phase())
                .step(
                        progress == null
                                ? null
                                : rollout.getSpec().steps().get(step).name())
                .stepStartedAt(
                        progress == null
                                ? null
                                : Conditions.time(progress.step().openedAt()))
                .threshold(progress == null ? null : progress.step().threshold())
                .digest(progress == null ? null : progress.bundle().ref().digest())
                .counts(counts(fleet.tally(
                        rollout.getMetadata().getNamespace(),
                        rollout.getMetadata().getName())))
                .analysis(analyses)
                .sampleFailures(samples(rollout))
                .conditions(conditions(rollout, decision, bundle, holding))
                .build();
    }

    private static RolloutStatus.Counts counts(Tally tally) {
        return new RolloutStatus.Counts(
                tally.eligible(),
                tally.reachable(),
                tally.admitted(),
                tally.succeeded(),
                tally.failed(),
                tally.rejected(),
                tally.timedOut(),
                tally.offline(),
                tally.regressed(),
                tally.rolledBack(),
                tally.pending() + tally.settling() + tally.returning(),
                tally.superseded(),
                tally.held());
    }

    private List<RolloutStatus.SampleFailure> samples(Rollout rollout) {
        List<RolloutStatus.SampleFailure> samples = new ArrayList<>();
        FAILURES.forEach((standing, type) -> {
            for (FleetDevice device : fleet.some(
                    rollout.getMetadata().getNamespace(),
                    rollout.getMetadata().getName(),
                    standing,
                    MAX_SAMPLES - samples.size())) {
                samples.add(new RolloutStatus.SampleFailure(device.id().name(), type, message(device, rollout)));
            }
        });
        return samples;
    }

    private @Nullable String message(FleetDevice device, Rollout rollout) {
        PolicyBundle bundle = bundles.find(
                rollout.getMetadata().getNamespace(),
                rollout.getSpec().bundleRef().name());
        KnownDevice.Line line = device.known() == null || bundle == null
                ? null
                : device.known().line(bundle.getSpec().policy());
        if (line == null || line.reason() == null) {
            return null;
        }
        String text = line.message() == null ? line.reason() : line.reason() + ": " + line.message();
        return text.length() <= MAX_MESSAGE ? text : text.substring(0, MAX_MESSAGE - 1) + "…";
    }

    /** What it does, and which steps nobody has tried. */
    private static String message(RolloutDecision decision) {
        List<String> empty =
                decision.progress() == null ? List.of() : decision.progress().empty();
        return empty.isEmpty()
                ? decision.message()
                : decision.message() + " EmptyCohort: no device could try " + String.join(", ", empty) + ".";
    }

    private List<Condition> conditions(
            Rollout rollout, RolloutDecision decision, @Nullable Bundle bundle, Holding holding) {
        ProgressDecision progress = decision.progress();
        RolloutStatus before = rollout.getStatus();
        Instant created = Instant.parse(rollout.getMetadata().getCreationTimestamp());
        // Only what is on record dates a condition, so that a lost status comes back with the same times.
        Instant began = progress == null ? created : progress.startedAt();
        Instant moved = progress == null ? created : progress.step().openedAt();
        Instant stopped = progress == null ? null : progress.stoppedAt();
        Instant ended = stopped;
        if (ended == null) {
            ended = progress == null || progress.end() == null
                    ? moved
                    : progress.end().at();
        }
        RolloutPhase phase = decision.phase();
        boolean going = phase == RolloutPhase.Progressing || phase == RolloutPhase.Soaking;
        boolean changed = "BundleChanged".equals(decision.reason());
        boolean orphaned = progress != null && bundle == null;
        boolean back = phase == RolloutPhase.RolledBack;
        boolean held = phase == RolloutPhase.Paused || phase == RolloutPhase.Failed;
        boolean conflicted = "Conflicted".equals(decision.reason());
        boolean unproven =
                "AnalysisInconclusive".equals(decision.reason()) || "AnalysisUnavailable".equals(decision.reason());
        Condition.Status inconclusive = "AnalysisRunning".equals(decision.reason())
                ? Condition.Status.Unknown
                : unproven ? Condition.Status.True : Condition.Status.False;
        return new Conditions(
                        before == null ? List.of() : before.conditions(),
                        rollout.getMetadata().getGeneration())
                .set("Progressing", going, decision.reason(), message(decision), going ? began : ended)
                .set(
                        "Paused",
                        held,
                        held ? decision.reason() : "NotPaused",
                        held ? decision.message() : "Nothing holds it.",
                        held ? ended : created)
                .set("Held", holding.holds(), holding.reason(), holding.message(), holding.holds() ? moved : created)
                .set(
                        "AnalysisInconclusive",
                        inconclusive,
                        inconclusive == Condition.Status.False ? "NothingInconclusive" : decision.reason(),
                        inconclusive == Condition.Status.False ? "No analysis holds the step." : decision.message(),
                        inconclusive == Condition.Status.False ? created : moved)
                .set(
                        "Conflicted",
                        conflicted,
                        conflicted ? "SameVersionOtherContent" : "NoConflict",
                        conflicted ? decision.message() : "No other content has the bundle's version.",
                        conflicted ? moved : created)
                .set(
                        "BundleChanged",
                        changed,
                        changed ? "BundleChanged" : "BundleUnchanged",
                        changed ? decision.message() : "The bundle is the one this rollout began with.",
                        changed ? moved : created)
                .set(
                        "Orphaned",
                        orphaned,
                        orphaned ? "BundleMissing" : "BundlePresent",
                        orphaned ? ORPHANED : "The PolicyBundle is there, or was not needed yet.",
                        orphaned ? moved : created)
                .set(
                        "Completed",
                        phase == RolloutPhase.Completed,
                        phase == RolloutPhase.Completed ? "Completed" : "NotCompleted",
                        phase == RolloutPhase.Completed ? decision.message() : "Steps are left.",
                        phase == RolloutPhase.Completed ? ended : created)
                .set(
                        "RolledBack",
                        back,
                        back ? decision.reason() : "NotRolledBack",
                        back ? decision.message() : "Nothing was taken back from every device.",
                        back ? ended : created)
                .list();
    }
}
