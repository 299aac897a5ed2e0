package io.kubemdm.operator.rollout;

import io.kubemdm.crds.Formats;
import io.kubemdm.crds.rollout.FailureType;
import io.kubemdm.crds.rollout.OfflinePolicy;
import io.kubemdm.crds.rollout.RolloutSpec;
import io.kubemdm.operator.rollout.RolloutDecision.Counts;
import io.kubemdm.operator.rollout.RolloutDecision.Input;
import io.kubemdm.operator.rollout.RolloutDecision.Why;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What the devices' answers make of the open step: successful, failed, or neither yet. */
final class OutcomeDecision {

    private OutcomeDecision() {}

    static boolean successful(Input in, ProgressDecision now) {
        Counts counts = in.counts();
        int answered = counts.answered() + timedOut(in, now);
        int expected = in.spec().offlinePolicy() == OfflinePolicy.Skip
                ? counts.admitted() - counts.offline()
                : counts.admitted();
        if (in.spec().offlinePolicy() == OfflinePolicy.CatchUp && counts.answered() > 0) {
            // Whoever is away catches up later, but somebody has to have tried it.
            expected = counts.admitted() - counts.offline();
        }
        // A sample may open the next step; there is none after the last, and "Completed" says that nobody is still at
        // it.
        boolean last = now.step().index() >= in.spec().steps().size() - 1;
        int needed = last ? expected : Math.min(in.spec().success().minimumSample(), expected);
        return answered >= needed
                && (long) counts.succeeded() * 100 >= (long) in.spec().success().percent() * answered;
    }

    /** Why the answers fail the rollout, null when they do not. */
    static @Nullable Why failure(Input in, ProgressDecision now) {
        Counts counts = in.counts();
        int timedOut = timedOut(in, now);
        int answered = counts.answered() + timedOut;
        for (RolloutSpec.Abort abort : in.spec().abort()) {
            int failures = failures(abort.failureType(), counts, timedOut);
            boolean sampled = answered >= Math.min(abort.minimumSample(), counts.admitted());
            if (sampled && failures > 0 && (long) failures * 100 >= (long) abort.percent() * answered) {
                return new Why(
                        "Aborted",
                        failures + " of " + answered + " devices that answered: " + abort.failureType()
                                + ", the limit is " + abort.percent() + " %.");
            }
        }
        return null;
    }

    private static int failures(FailureType type, Counts counts, int timedOut) {
        return switch (type) {
            case Failed -> counts.failed() + counts.rolledBack();
            case Rejected -> counts.rejected();
            case TimedOut -> timedOut;
            case Any -> counts.failed() + counts.rolledBack() + counts.rejected() + timedOut;
            case Regressed, Unrecognised -> 0;
        };
    }

    /** Admitted, connected devices whose time is up. */
    static int timedOut(Input in, ProgressDecision now) {
        Instant due = due(in, now);
        Counts counts = in.counts();
        return in.now().isBefore(due) ? 0 : Math.max(0, counts.admitted() - counts.answered() - counts.offline());
    }

    /** When the time of the open step's devices is up. */
    static Instant due(Input in, ProgressDecision now) {
        return now.step().openedAt().plus(Formats.duration(in.spec().deviceTimeout()));
    }
}
