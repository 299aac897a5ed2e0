package io.kubemdm.operator.engine;

import io.kubemdm.operator.engine.Verdict.Cause;
import io.kubemdm.operator.engine.Verdict.Ignored;
import io.kubemdm.operator.engine.Verdict.Refused;
import io.kubemdm.protocol.event.DeviceEvent;
import io.kubemdm.protocol.message.DriftCorrected;
import io.kubemdm.protocol.message.PolicyReported;
import io.kubemdm.protocol.state.DeviceState;
import java.util.Objects;

/** What became of policy lines on the device. */
final class PolicyRules {

    private PolicyRules() {}

    static Verdict reported(DeviceState state, PolicyReported reported) {
        String flaw = Bounds.flawOf(reported.policy());
        if (flaw != null) {
            return new Refused(flaw);
        }
        if (reported.desiredSeq() > SessionRules.lastDesired(state) + SessionRules.COUNTER_MARGIN) {
            return Verdict.of(SessionRules.conflict(state, SessionRules.DESIRED_COUNTER_AHEAD));
        }
        String reason = Bounds.cutOrNull(reported.reason(), Bounds.NAME);
        DeviceState.Policy known = state.policies().get(reported.policy().policy());
        if (known == null) {
            if (reported.state() == PolicyReported.State.Removed) {
                return new Ignored(Cause.Unchanged);
            }
            if (state.policies().size() >= Bounds.POLICIES && removed(state) == 0) {
                return new Refused(Bounds.POLICIES + " policy lines are known already");
            }
        } else if (known.ref().equals(reported.policy())
                && known.state() == reported.state()
                && known.desiredSeq() == reported.desiredSeq()
                && Objects.equals(known.reason(), reason)) {
            return new Ignored(Cause.Unchanged);
        }
        return Verdict.of(new DeviceEvent.PolicyChanged(
                reported.policy(),
                reported.state(),
                reported.desiredSeq(),
                reason,
                Bounds.cutOrNull(reported.message(), Bounds.MESSAGE)));
    }

    /** Drift put back is recorded every time: it is the audit's business, and the state does not hold it. */
    static Verdict corrected(DriftCorrected corrected) {
        String flaw = Bounds.flawOf(corrected.policy());
        return flaw != null
                ? new Refused(flaw)
                : Verdict.of(new DeviceEvent.Drifted(corrected.policy(), Bounds.cut(corrected.settings())));
    }

    private static long removed(DeviceState state) {
        return state.policies().values().stream()
                .filter(policy -> policy.state() == PolicyReported.State.Removed)
                .count();
    }
}
