package io.kubemdm.cli.rollout;

import io.kubemdm.crds.Approval;
import io.kubemdm.crds.Condition;
import io.kubemdm.crds.rollout.Rollout;
import io.kubemdm.crds.rollout.RolloutPhase;
import io.kubemdm.crds.rollout.RolloutSpec;
import io.kubemdm.crds.rollout.RolloutStatus;
import io.kubemdm.crds.rollout.RolloutStatus.AnalysisRun;
import io.kubemdm.crds.rollout.RolloutStatus.Counts;
import io.kubemdm.crds.rollout.RolloutStatus.SampleFailure;
import io.kubemdm.crds.rollout.Step;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A rollout as its object tells it.
 *
 * @param bundle name of the PolicyBundle
 * @param digest of what it brings, null before the first device
 * @param step index of the open step, -1 before the first device
 * @param waiting name of the step that waits for a person, null when none does
 * @param halted whether it failed and only stopped
 * @param reason CamelCase constant that says why it is in this phase
 * @param message a sentence
 */
record RolloutState(
        String namespace,
        String name,
        String bundle,
        @Nullable String digest,
        RolloutPhase phase,
        boolean paused,
        boolean enabled,
        boolean retire,
        List<Step> steps,
        int step,
        @Nullable String waiting,
        boolean halted,
        String reason,
        String message,
        Counts counts,
        List<AnalysisRun> analysis,
        List<SampleFailure> failures) {

    private static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    static RolloutState of(Rollout rollout) {
        RolloutSpec spec = rollout.getSpec();
        RolloutStatus status = rollout.getStatus();
        RolloutPhase phase = status == null || status.phase() == null ? RolloutPhase.Pending : status.phase();
        int step = status == null || status.digest() == null ? -1 : index(spec, status.step());
        Condition progressing = condition(status, "Progressing");
        Condition paused = condition(status, "Paused");
        return new RolloutState(
                rollout.getMetadata().getNamespace(),
                rollout.getMetadata().getName(),
                spec.bundleRef().name(),
                status == null ? null : status.digest(),
                phase,
                spec.paused(),
                spec.enabled(),
                spec.retire(),
                spec.steps(),
                step,
                phase == RolloutPhase.AwaitingApproval ? waiting(spec, step + 1) : null,
                phase == RolloutPhase.Paused && paused != null && "Halted".equals(paused.reason()),
                progressing == null ? "Pending" : String.valueOf(progressing.reason()),
                progressing == null ? "The operator has not looked at it yet." : String.valueOf(progressing.message()),
                status == null || status.counts() == null ? NONE : status.counts(),
                status == null ? List.of() : status.analysis(),
                status == null ? List.of() : status.sampleFailures());
    }

    private static @Nullable Condition condition(@Nullable RolloutStatus status, String type) {
        return status == null
                ? null
                : status.conditions().stream()
                        .filter(each -> each.type().equals(type))
                        .findFirst()
                        .orElse(null);
    }

    private static int index(RolloutSpec spec, @Nullable String step) {
        return IntStream.range(0, spec.steps().size())
                .filter(each -> spec.steps().get(each).name().equals(step))
                .findFirst()
                .orElse(-1);
    }

    /** Of the two approvals there are, the one by {@code approvedStep}; the other is a ChangeApproval. */
    private static @Nullable String waiting(RolloutSpec spec, int next) {
        boolean waits = next < spec.steps().size()
                && spec.steps().get(next).approval() == Approval.Manual
                && index(spec, spec.approvedStep()) < next;
        return waits ? spec.steps().get(next).name() : null;
    }

    /** Whether nothing more will become of it by itself. */
    boolean ended() {
        return phase == RolloutPhase.Completed
                || phase == RolloutPhase.RolledBack
                || phase == RolloutPhase.Failed
                || halted;
    }

    /** How the process ends that has followed it to its end. */
    int exitCode() {
        return switch (phase) {
            case Completed -> 0;
            case RolledBack -> RolloutStatusCommand.ROLLED_BACK;
            default -> RolloutStatusCommand.STOPPED;
        };
    }

    /** {@code 2/3 some}, {@code -} before the first. */
    String stepText() {
        return step < 0
                ? "-"
                : (step + 1) + "/" + steps.size() + " " + steps.get(step).name();
    }

    /** Devices that failed in whatever way. */
    int bad() {
        return counts.failed() + counts.rejected() + counts.timedOut() + counts.regressed();
    }
}
