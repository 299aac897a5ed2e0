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
     * What a heartbeat shows of lines other than the device's reports. One that is in force and was not reported has been
     * applied; one that is neither ordered nor in force has been removed. A version that it had and lost, such as by starting
     * from an older image, has failed until it has it again. What is in force need not hold, so any other failure that was
     * reported stands.
     */
    static List<DeviceEvent> shown(DeviceState state, Heartbeat heartbeat) {
        DeviceState.Assignment assigned = state.assigned();
        if (assigned == null) {
            return List.of();
        }
        List<DeviceEvent> events = new ArrayList<>();
        for (PolicyRef ref : assigned.policies()) {
            DeviceEvent event = shown(ref, state.policies().get(ref.policy()), heartbeat, assigned.desiredSeq());
            if (event != null) {
                events.add(event);
            }
        }
        if (heartbeat.desiredSeq() >= assigned.desiredSeq()) {
            state.policies().forEach((line, known) -> {
                if (known.state() != PolicyReported.State.Removed
                        && isMissing(line, assigned.policies())
                        && isMissing(line, heartbeat.policies())) {
                    events.add(found(known.ref(), PolicyReported.State.Removed, heartbeat));
                }
            });
        }
        return events;
    }

    private static @Nullable DeviceEvent shown(
            PolicyRef ref, DeviceState.@Nullable Policy said, Heartbeat heartbeat, long ordered) {
        boolean inForce = heartbeat.policies().contains(ref);
        if (said == null || !isReported(said, ref)) {
            return inForce ? found(ref, PolicyReported.State.Applied, heartbeat) : null;
        }
        if (heartbeat.desiredSeq() > ordered || heartbeat.desiredSeq() < said.desiredSeq()) {
            return null; // under another order it contradicts nothing
        }
        if (said.state() == PolicyReported.State.Applied && !inForce) {
            return new DeviceEvent.PolicyChanged(
                    ref,
                    PolicyReported.State.Failed,
                    said.desiredSeq(),
                    NOT_IN_FORCE,
                    "the device had it and names it no more among what is in force");
        }
        boolean lost = said.state() == PolicyReported.State.Failed && NOT_IN_FORCE.equals(said.reason());
        return lost && inForce
                ? new DeviceEvent.PolicyChanged(ref, PolicyReported.State.Applied, said.desiredSeq(), null, null)
                : null;
    }

    private static boolean isReported(DeviceState.Policy known, PolicyRef ref) {
        return known.ref().equals(ref)
                && switch (known.state()) {
                    case Applied, Failed -> true;
                    case Rejected, RolledBack, Removed -> false; // then it is not in force
                };
    }

    private static boolean isMissing(String line, List<PolicyRef> policies) {
        return policies.stream().noneMatch(ref -> ref.policy().equals(line));
    }

    private static DeviceEvent found(PolicyRef ref, PolicyReported.State state, Heartbeat heartbeat) {
        return new DeviceEvent.PolicyChanged(ref, state, heartbeat.desiredSeq(), null, null);
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
