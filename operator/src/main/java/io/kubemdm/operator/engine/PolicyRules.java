package io.kubemdm.operator.engine;

import io.kubemdm.operator.engine.Verdict.Cause;
import io.kubemdm.operator.engine.Verdict.Ignored;
import io.kubemdm.operator.engine.Verdict.Refused;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.event.DeviceEvent;
import io.kubemdm.protocol.message.DriftCorrected;
import io.kubemdm.protocol.message.Heartbeat;
import io.kubemdm.protocol.message.PolicyReported;
import io.kubemdm.protocol.state.DeviceState;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What became of policy lines on the device. */
final class PolicyRules {

    /** The device said that a line is applied, and a later heartbeat of it does not name it. */
    static final String NOT_IN_FORCE = "NotInForce";

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
                && Objects.equals(known.reason(), reason)
                && (reported.state() != PolicyReported.State.Applied
                        || Objects.equals(known.message(), Bounds.cutOrNull(reported.message(), Bounds.MESSAGE)))) {
            return new Ignored(Cause.Unchanged);
        }
        return Verdict.of(new DeviceEvent.PolicyChanged(
                reported.policy(),
                reported.state(),
                reported.desiredSeq(),
                reason,
                Bounds.cutOrNull(reported.message(), Bounds.MESSAGE)));
    }

    /**
     * What a heartbeat shows of lines whose report never came: one that is in force has been applied, one that is neither
     * ordered nor in force has been removed. What is in force need not hold, so a failure that was reported stands.
     */
    static List<DeviceEvent> unreported(DeviceState state, Heartbeat heartbeat) {
        DeviceState.Assignment assigned = state.assigned();
        if (assigned == null) {
            return List.of();
        }
        List<DeviceEvent> events = new ArrayList<>();
        for (PolicyRef ref : assigned.policies()) {
            if (!isReported(state.policies().get(ref.policy()), ref)
                    && heartbeat.policies().contains(ref)) {
                events.add(found(ref, PolicyReported.State.Applied, heartbeat));
            }
        }
        state.policies().forEach((line, known) -> {
            if (known.state() != PolicyReported.State.Removed
                    && heartbeat.desiredSeq() >= assigned.desiredSeq()
                    && assigned.policies().stream()
                            .noneMatch(ref -> ref.policy().equals(line))
                    && heartbeat.policies().stream()
                            .noneMatch(ref -> ref.policy().equals(line))) {
                events.add(found(known.ref(), PolicyReported.State.Removed, heartbeat));
            }
        });
        return events;
    }

    private static boolean isReported(DeviceState.@Nullable Policy known, PolicyRef ref) {
        return known != null
                && known.ref().equals(ref)
                && switch (known.state()) {
                    case Applied, Failed -> true;
                    case Rejected, RolledBack, Removed -> false; // then it is not in force
                };
    }

    private static DeviceEvent found(PolicyRef ref, PolicyReported.State state, Heartbeat heartbeat) {
        return new DeviceEvent.PolicyChanged(ref, state, heartbeat.desiredSeq(), null, null);
    }

    /**
     * What a heartbeat says other than the device's last report of a line: a version that it had and lost, such as by
     * starting from an older image, or has again. A heartbeat under an older order contradicts nothing.
     */
    static List<DeviceEvent> contradicted(DeviceState state, Heartbeat heartbeat) {
        List<DeviceEvent> events = new ArrayList<>();
        if (state.assigned() == null || heartbeat.desiredSeq() > SessionRules.lastDesired(state)) {
            return events;
        }
        for (PolicyRef ref : state.assigned().policies()) {
            DeviceState.Policy said = state.policies().get(ref.policy());
            if (said == null || !said.ref().equals(ref) || heartbeat.desiredSeq() < said.desiredSeq()) {
                continue;
            }
            boolean inForce = heartbeat.policies().contains(ref);
            boolean lost = said.state() == PolicyReported.State.Failed && NOT_IN_FORCE.equals(said.reason());
            if (said.state() == PolicyReported.State.Applied && !inForce) {
                events.add(new DeviceEvent.PolicyChanged(
                        ref,
                        PolicyReported.State.Failed,
                        said.desiredSeq(),
                        NOT_IN_FORCE,
                        "the device had it and names it no more among what is in force"));
            } else if (lost && inForce) {
                events.add(new DeviceEvent.PolicyChanged(
                        ref, PolicyReported.State.Applied, said.desiredSeq(), null, null));
            }
        }
        return events;
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
