package io.kubemdm.operator.rollout;

import io.kubemdm.crds.Approval;
import io.kubemdm.crds.rollout.RolloutPhase;
import io.kubemdm.crds.rollout.RolloutSpec;
import io.kubemdm.crds.rollout.Step;
import io.kubemdm.operator.rollout.ProgressDecision.OpenStep;
import io.kubemdm.operator.rollout.ReachDecision.Reach;
import io.kubemdm.operator.rollout.RolloutDecision.Input;
import io.kubemdm.operator.rollout.RolloutDecision.Why;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Whom a step admits: how far the threshold moves when it opens, and minute by minute when its rate is limited. */
public final class StepDecision {

    /** The place after which nobody comes. */
    static final String LAST_PLACE = "ffffffffffffffff";

    private static final Duration SLICE = Duration.ofMinutes(1);

    private StepDecision() {}

    /** How many of {@code eligible} devices {@code percent} of them are: rounded up, so that a step is never empty. */
    static int share(int percent, int eligible) {
        return Math.toIntExact(((long) percent * eligible + 99) / 100);
    }

    /** How many of {@code eligible} devices are not held back until the last step. */
    public static int withoutControl(RolloutSpec spec, int eligible) {
        return eligible - share(spec.controlPercent(), eligible);
    }

    static Step of(RolloutSpec spec, int index) {
        return spec.steps().get(Math.min(index, spec.steps().size() - 1));
    }

    /** Why the step waits for a person, null when it does not. */
    static @Nullable Why unapproved(RolloutSpec spec, int index) {
        Step step = of(spec, index);
        return step.approval() != Approval.Manual || approvedIndex(spec) >= index
                ? null
                : new Why(
                        "AwaitingApproval",
                        "Step " + step.name() + " waits for a person: set spec.approvedStep to " + step.name() + ".");
    }

    private static int approvedIndex(RolloutSpec spec) {
        for (int i = 0; i < spec.steps().size(); i++) {
            if (spec.steps().get(i).name().equals(spec.approvedStep())) {
                return i;
            }
        }
        return -1;
    }

    /**
     * Opens a step.
     *
     * @param threshold place up to which devices are admitted already
     */
    static OpenStep opened(Input in, int index, @Nullable String threshold) {
        Step step = of(in.spec(), index);
        boolean last = index == in.spec().steps().size() - 1;
        String target = threshold;
        if (last) {
            target = LAST_PLACE;
        } else if (step.percent() != null) {
            int eligible = in.counts().eligible();
            target = later(
                    threshold,
                    in.place().apply(Math.min(share(step.percent(), eligible), withoutControl(in.spec(), eligible))));
        }
        boolean atOnce = in.spec().maxDevicesPerMinute() == null || target == null || target.equals(threshold);
        String reached = atOnce ? target : slicePlace(in, threshold, target);
        return new OpenStep(index, reached, target, in.now(), in.now(), null, null);
    }

    static RolloutDecision open(Input in, ProgressDecision now, int index) {
        OpenStep step = opened(in, index, now.step().threshold());
        return new RolloutDecision(
                now.withStep(step).withReach(Reach.of(in.spec(), index)),
                RolloutPhase.Progressing,
                "Progressing",
                "Devices of step " + of(in.spec(), index).name() + " are applying the bundle.",
                in.now());
    }

    /** The next slice of a step whose rate is limited. */
    static RolloutDecision slice(Input in, ProgressDecision now) {
        OpenStep step = now.step();
        Instant due = step.slicedAt().plus(SLICE);
        boolean unlimited = in.spec().maxDevicesPerMinute() == null;
        String name = of(in.spec(), step.index()).name();
        if (!unlimited && in.now().isBefore(due)) {
            return new RolloutDecision(
                    now,
                    RolloutPhase.Progressing,
                    "RateLimited",
                    "Step " + name + " admits " + in.spec().maxDevicesPerMinute() + " devices a minute.",
                    due);
        }
        String target = String.valueOf(step.target());
        String threshold = unlimited ? target : slicePlace(in, step.threshold(), target);
        return new RolloutDecision(
                now.withStep(step.sliced(threshold, in.now())),
                RolloutPhase.Progressing,
                "RateLimited",
                "Step " + name + " admits its devices minute by minute.",
                in.now());
    }

    private static @Nullable String slicePlace(Input in, @Nullable String threshold, String target) {
        int have = threshold == null ? 0 : in.upTo().applyAsInt(threshold);
        int most = in.spec().maxDevicesPerMinute() == null
                ? Integer.MAX_VALUE
                : in.spec().maxDevicesPerMinute();
        if (in.upTo().applyAsInt(target) - have <= most) {
            return target;
        }
        return later(threshold, in.place().apply(have + most));
    }

    private static @Nullable String later(@Nullable String one, @Nullable String other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.compareTo(other) >= 0 ? one : other;
    }
}
