package io.kubemdm.operator.rollout;

import io.kubemdm.crds.Formats;
import io.kubemdm.crds.rollout.RolloutPhase;
import io.kubemdm.crds.rollout.Step;
import io.kubemdm.operator.rollout.ProgressDecision.End;
import io.kubemdm.operator.rollout.ProgressDecision.Stage;
import io.kubemdm.operator.rollout.RolloutDecision.Input;
import io.kubemdm.operator.rollout.RolloutDecision.Why;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** From a step whose devices are admitted to the next: only after an explicit success that has lasted. */
final class AdvanceDecision {

    /** How long a step has nobody to try it before it is over. */
    private static final Duration EMPTY = Duration.ofMinutes(1);

    private AdvanceDecision() {}

    static RolloutDecision advance(Input in, ProgressDecision now) {
        int index = now.step().index();
        Step step = StepDecision.of(in.spec(), index);
        boolean last = index >= in.spec().steps().size() - 1;
        Why incomplete = incomplete(in, step);
        if (incomplete == null && OutcomeDecision.isEmpty(in.spec(), in.counts())) {
            return empty(in, now, step, last);
        }
        if (incomplete == null) {
            incomplete = OutcomeDecision.unsuccessful(in.spec(), in.counts(), step.name(), last);
        }
        if (incomplete != null) {
            return new RolloutDecision(
                    now.withStep(now.step().good(null)),
                    RolloutPhase.Progressing,
                    incomplete.reason(),
                    incomplete.message(),
                    HoldDecision.next(in, step));
        }
        // The soak begins when this step's own admission is complete and successful, and anew when that is lost.
        Instant since = now.step().goodSince() == null ? in.now() : now.step().goodSince();
        ProgressDecision good = now.withStep(now.step().good(since));
        Instant soaked = since.plus(Formats.duration(step.soak()));
        if (in.now().isBefore(soaked)) {
            return new RolloutDecision(
                    good,
                    RolloutPhase.Soaking,
                    "Soaking",
                    "Step " + step.name() + " is successful and soaks for " + step.soak() + ".",
                    earlier(soaked, HoldDecision.next(in, step)));
        }
        Why unfinished = HoldDecision.unfinished(in, step);
        if (unfinished != null) {
            return new RolloutDecision(
                    good,
                    RolloutPhase.Progressing,
                    unfinished.reason(),
                    unfinished.message(),
                    HoldDecision.next(in, step));
        }
        return next(in, good, last);
    }

    /**
     * Nobody can try the step. When those of a share have all left, others take their place; else it is over after a while,
     * within which objects that were deleted come back and people mend a selector.
     */
    private static RolloutDecision empty(Input in, ProgressDecision now, Step step, boolean last) {
        int index = now.step().index();
        boolean left = !last && in.counts().admitted() == 0;
        if (left
                && !Objects.equals(
                        StepDecision.opened(in, index, now.step().threshold()).target(),
                        now.step().target())) {
            return StepDecision.open(in, now, index);
        }
        Instant since = now.step().emptySince() == null ? in.now() : now.step().emptySince();
        ProgressDecision waits = now.withStep(now.step().empty(since));
        Instant over = since.plus(EMPTY);
        return in.now().isBefore(over)
                ? new RolloutDecision(
                        waits,
                        RolloutPhase.Progressing,
                        "EmptyCohort",
                        "No device can try step " + step.name() + ": it is over in " + EMPTY.toSeconds()
                                + " s unless one comes.",
                        over)
                : next(in, waits.withEmpty(step.name()), last);
    }

    /** Why not everybody whom the step is for is admitted yet, null when they are. */
    private static @Nullable Why incomplete(Input in, Step step) {
        if (in.counts().held() > 0) {
            return new Why(
                    "DevicesHeld",
                    in.counts().held() + " devices of step " + step.name() + " are not admitted yet. "
                            + in.gates().holding().message());
        }
        return in.counts().eligible() == 0 ? new Why("NoDevices", "No enrolled device is selected any more.") : null;
    }

    private static RolloutDecision next(Input in, ProgressDecision now, boolean last) {
        if (last) {
            return RolloutDecision.waiting(
                    now.withEnd(new End(Stage.COMPLETED, null, in.now())),
                    RolloutPhase.Completed,
                    RolloutDecision.COMPLETED);
        }
        int index = now.step().index() + 1;
        Why waits = StepDecision.unapproved(in.spec(), index);
        if (waits == null && in.counts().answered() == 0) {
            // Nobody has tried it: what comes next is in truth the first step, and as wide as that may be.
            waits = ReachDecision.beforeFirst(in, index);
        }
        return waits == null
                ? StepDecision.open(in, now, index)
                : RolloutDecision.waiting(now, RolloutPhase.AwaitingApproval, waits);
    }

    private static @Nullable Instant earlier(Instant one, @Nullable Instant other) {
        return other == null || one.isBefore(other) ? one : other;
    }
}
