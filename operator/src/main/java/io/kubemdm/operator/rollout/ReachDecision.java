package io.kubemdm.operator.rollout;

import io.kubemdm.crds.LabelSelector;
import io.kubemdm.crds.rollout.RolloutSpec;
import io.kubemdm.crds.rollout.Step;
import io.kubemdm.operator.rollout.RolloutDecision.Input;
import io.kubemdm.operator.rollout.RolloutDecision.Why;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whether a rollout may reach as many devices at once as its spec says: above the limit other people have to agree, to
 * this very spec, before its first device and again when an edit widens what is open.
 */
public final class ReachDecision {

    private ReachDecision() {}

    /**
     * Whom a rollout is for, beside its threshold. On record, so that an edit of the spec changes it by a decision only.
     *
     * @param named selectors of opened steps that name their devices
     */
    public record Reach(LabelSelector selector, @Nullable LabelSelector exclude, List<LabelSelector> named) {

        public Reach {
            named = named == null ? List.of() : List.copyOf(named);
        }

        /** By the spec, with steps up to this one open. */
        static Reach of(RolloutSpec spec, int openStep) {
            return new Reach(
                    spec.selector(),
                    spec.exclude(),
                    spec.steps().stream()
                            .limit(openStep + 1L)
                            .map(Step::selector)
                            .filter(Objects::nonNull)
                            .toList());
        }
    }

    /**
     * Above which a step is wide.
     *
     * @param percent of the devices the rollout selects
     * @param devices at least so many are not wide
     */
    record Limit(int percent, int devices) {

        /** Nothing is wide. */
        static final Limit NONE = new Limit(100, Integer.MAX_VALUE);

        int of(int eligible) {
            return Math.max((int) ((long) percent * eligible / 100), devices);
        }
    }

    /** Why a step before which nobody has the bundle has to wait, null when it has not. */
    static @Nullable Why beforeFirst(Input in, int index) {
        return unlessApproved(in, first(in, index), "The first step would admit");
    }

    /** Why what is open must not be widened, null when it may. */
    static @Nullable Why beforeWider(Input in, Reach wanted) {
        return unlessApproved(in, in.further().applyAsInt(wanted), "The changed spec would admit at once");
    }

    private static @Nullable Why unlessApproved(Input in, int devices, String what) {
        int eligible = in.counts().eligible();
        int limit = in.limit().of(eligible);
        if (devices <= limit) {
            return null;
        }
        Why missing = in.unapproved().get();
        return missing == null
                ? null
                : new Why(
                        missing.reason(),
                        what + " " + devices + " devices, more than " + limit + " need approval. " + missing.message());
    }

    private static int first(Input in, int index) {
        Step step = in.spec().steps().get(index);
        int eligible = in.counts().eligible();
        if (index == in.spec().steps().size() - 1) {
            return eligible;
        }
        return step.percent() == null
                ? in.further().applyAsInt(Reach.of(in.spec(), index))
                : StepDecision.share(step.percent(), eligible);
    }
}
