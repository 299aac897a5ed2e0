package io.kubemdm.operator.rollout;

import io.kubemdm.crds.rollout.FailureType;
import io.kubemdm.crds.rollout.OfflinePolicy;
import io.kubemdm.crds.rollout.RolloutSpec;
import io.kubemdm.operator.rollout.RolloutDecision.Counts;
import io.kubemdm.operator.rollout.RolloutDecision.Why;
import org.jspecify.annotations.Nullable;

/**
 * What the devices' answers make of the open step: successful, failed, without anybody to try it, or none of these yet. A
 * device that is not connected and has not answered neither succeeds nor fails.
 */
final class OutcomeDecision {

    private OutcomeDecision() {}

    /** Whether nobody can answer: no device is admitted, or everyone has a higher version, or is away and skipped. */
    static boolean isEmpty(RolloutSpec spec, Counts counts) {
        return counts.present() + (spec.offlinePolicy() == OfflinePolicy.Skip ? 0 : counts.offline()) == 0;
    }

    /**
     * Why the step is not successful, null when it is. Running devices count against it, so that no step opens while more
     * are at the former one than its success tolerates failures.
     */
    static @Nullable Why unsuccessful(RolloutSpec spec, Counts counts, String step, boolean last) {
        int expected = counts.present() + (spec.offlinePolicy() == OfflinePolicy.Wait ? counts.offline() : 0);
        int needed = Math.max(1, Math.min(spec.success().minimumSample(), expected));
        boolean enough = counts.answered() >= needed
                && (long) counts.succeeded() * 100 >= (long) spec.success().percent() * expected;
        // Nothing opens after the last step, and "Completed" says that nobody is still at it.
        if (enough && !(last && counts.running() > 0)) {
            return null;
        }
        if (counts.answered() == 0 && counts.present() == 0) {
            return new Why(
                    "DevicesOffline",
                    "None of the " + counts.offline() + " devices of step " + step
                            + " is connected, so nothing is known yet.");
        }
        return new Why(
                "Progressing",
                "Step " + step + ": of " + expected + " devices " + counts.succeeded() + " succeeded, "
                        + counts.running() + " are at it, " + (counts.answered() - counts.succeeded()) + " failed, "
                        + counts.offline() + " are not connected; needed are " + needed + " answers and "
                        + spec.success().percent() + " % success.");
    }

    /** Why the answers fail the rollout, null when they do not. Asked before anybody further is admitted. */
    static @Nullable Why failure(RolloutSpec spec, Counts counts) {
        for (RolloutSpec.Abort abort : spec.abort()) {
            int failures = failures(abort.failureType(), counts);
            // Who is away cannot make a sample, or a fleet that is mostly off would never stop.
            boolean sampled = counts.answered() >= Math.min(abort.minimumSample(), counts.present());
            if (sampled && failures > 0 && (long) failures * 100 >= (long) abort.percent() * counts.answered()) {
                return new Why(
                        "Aborted",
                        failures + " of " + counts.answered() + " devices that answered: " + abort.failureType()
                                + ", the limit is " + abort.percent() + " %.");
            }
        }
        return null;
    }

    private static int failures(FailureType type, Counts counts) {
        return switch (type) {
            case Failed -> counts.failed();
            case Rejected -> counts.rejected();
            case TimedOut -> counts.timedOut();
            case Regressed -> counts.regressed();
            case Any -> counts.failed() + counts.rejected() + counts.timedOut() + counts.regressed();
            case Unrecognised -> 0;
        };
    }
}
