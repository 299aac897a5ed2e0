package io.kubemdm.operator;

import io.kubemdm.crds.rollout.Rollout;
import io.kubemdm.crds.rollout.RolloutStatus;
import io.kubemdm.operator.rollout.HoldDecision.AnalysisVerdict;
import io.kubemdm.operator.rollout.HoldDecision.Gates;
import io.kubemdm.operator.rollout.ProgressDecision;
import io.kubemdm.operator.rollout.RolloutEvidence;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What rollouts depend on, from the two who know.
 *
 * @param measured knows the analyses
 * @param flags knows the feature flags
 */
record Evidence(RolloutEvidence measured, RolloutEvidence flags) implements RolloutEvidence {

    @Override
    public Map<String, AnalysisVerdict> analysis(Rollout rollout, @Nullable ProgressDecision progress) {
        return measured.analysis(rollout, progress);
    }

    @Override
    public List<RolloutStatus.AnalysisRun> shown(Rollout rollout) {
        return measured.shown(rollout);
    }

    @Override
    public void forget(Rollout rollout) {
        measured.forget(rollout);
    }

    @Override
    public Gates gates(Rollout rollout) {
        return flags.gates(rollout);
    }
}
