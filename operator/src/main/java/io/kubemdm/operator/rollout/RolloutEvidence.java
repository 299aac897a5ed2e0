package io.kubemdm.operator.rollout;

import io.kubemdm.crds.rollout.Rollout;
import io.kubemdm.crds.rollout.RolloutStatus;
import io.kubemdm.operator.rollout.HoldDecision.AnalysisVerdict;
import io.kubemdm.operator.rollout.HoldDecision.Flag;
import io.kubemdm.operator.rollout.HoldDecision.Gates;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What others know that a rollout's next move depends on. Asked at every look at a rollout, so it answers from memory;
 * whoever knows something new rings the rollout.
 */
public interface RolloutEvidence {

    /** Nothing is measured and no flag can be asked. */
    RolloutEvidence NONE = new RolloutEvidence() {};

    /**
     * What the analyses of the open step say, by name; one that is missing holds the step.
     *
     * @param progress null while nobody is admitted
     */
    default Map<String, AnalysisVerdict> analysis(Rollout rollout, @Nullable ProgressDecision progress) {
        return Map.of();
    }

    /** The analyses for people, also after the end. */
    default List<RolloutStatus.AnalysisRun> shown(Rollout rollout) {
        return List.of();
    }

    /** The object is gone. */
    default void forget(Rollout rollout) {}

    /** What the feature flag and the maintenance windows say. */
    default Gates gates(Rollout rollout) {
        return rollout.getSpec().featureFlag() == null
                ? Gates.NONE
                : new Gates(Flag.UNREACHABLE, "No feature flag service is configured: remove spec.featureFlag.");
    }
}
