package io.kubemdm.operator.engine.analysis;

import io.kubemdm.protocol.analysis.AnalysisDemand;
import io.kubemdm.protocol.bundle.AdmissionOrder;
import io.kubemdm.protocol.message.Heartbeat;
import io.kubemdm.protocol.message.PolicyReported;
import io.kubemdm.protocol.state.DeviceState;
import org.jspecify.annotations.Nullable;

/**
 * To which arm of a rollout a device belongs by what it says now: a candidate has the bundle in force, one of the
 * control group is held back and has it not. All others are in neither, such as who was told and has not applied it.
 */
final class ArmDecision {

    private ArmDecision() {}

    /** The groups that are compared. */
    enum Arm {
        CANDIDATE,
        CONTROL
    }

    static @Nullable Arm of(AnalysisDemand demand, DeviceState state, Heartbeat heartbeat) {
        DeviceState.Identity identity = state.identity();
        DeviceState.Declaration declared = state.declared();
        if (identity == null || declared == null || !demand.selects(identity.platform(), declared.labels())) {
            return null;
        }
        if (isCandidate(demand, state, heartbeat)) {
            return Arm.CANDIDATE;
        }
        if (demand.controlAfter() == null) {
            return null;
        }
        String place =
                AdmissionOrder.place(state.device().name(), demand.bundle().digest());
        return place.compareTo(demand.controlAfter()) > 0 ? Arm.CONTROL : null;
    }

    private static boolean isCandidate(AnalysisDemand demand, DeviceState state, Heartbeat heartbeat) {
        String line = demand.bundle().policy();
        if (demand.retire()) {
            DeviceState.Policy policy = state.policies().get(line);
            return policy != null
                    && policy.state() == PolicyReported.State.Removed
                    && heartbeat.policies().stream()
                            .noneMatch(ref -> ref.policy().equals(line));
        }
        return heartbeat.policies().stream()
                .anyMatch(ref -> ref.digest().equals(demand.bundle().digest()));
    }
}
