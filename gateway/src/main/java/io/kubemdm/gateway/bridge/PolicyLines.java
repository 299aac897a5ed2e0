package io.kubemdm.gateway.bridge;

import io.kubemdm.crds.device.DeviceStatus;
import io.kubemdm.crds.device.PolicyState;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.message.PolicyReported;
import io.kubemdm.protocol.state.Compliance;
import io.kubemdm.protocol.state.DeviceState;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The policy lines of a device: what should be in force against what the device said of it. */
final class PolicyLines {

    /** As many as the schema allows. */
    static final int MAX = 32;

    /** The engine's reason of a line that was assigned since the last heartbeat. */
    private static final String NOT_JUDGED = "NotJudged";

    private PolicyLines() {}

    /** By line; a line that is assigned, or still on the device although it no longer is. */
    static List<DeviceStatus.AppliedPolicy> of(DeviceState state) {
        Map<String, DeviceStatus.AppliedPolicy> lines = new TreeMap<>();
        state.policies().forEach((line, reported) -> {
            if (reported.state() != PolicyReported.State.Removed) {
                lines.put(line, shown(reported.ref(), PolicyState.Pending));
            }
        });
        assigned(state)
                .forEach(ref -> lines.put(
                        ref.policy(), shown(ref, reached(state.policies().get(ref.policy()), ref))));
        return lines.values().stream().limit(MAX).toList();
    }

    /** Whether any line is assigned. */
    static boolean hasAny(DeviceState state) {
        return !assigned(state).isEmpty();
    }

    /** Whether a connected device was told something and has not answered or not been judged yet, which takes a moment. */
    static boolean awaitsAnswer(DeviceState state) {
        DeviceState.Connection connection = state.connection();
        if (connection == null || connection.reach() != DeviceState.Reach.Online) {
            return false;
        }
        Compliance judged = state.compliance();
        return assigned(state).stream()
                        .anyMatch(ref -> reached(state.policies().get(ref.policy()), ref) == PolicyState.Pending)
                || (judged != null
                        && judged.lines().values().stream().anyMatch(line -> NOT_JUDGED.equals(line.reason())));
    }

    /** What is assigned; nothing in an earlier enrolment counts. */
    static List<PolicyRef> assigned(DeviceState state) {
        DeviceState.Assignment assigned = state.assigned();
        return assigned == null ? List.of() : assigned.policies();
    }

    private static PolicyState reached(DeviceState.@Nullable Policy reported, PolicyRef wanted) {
        if (reported == null || !reported.ref().digest().equals(wanted.digest())) {
            return PolicyState.Pending;
        }
        return switch (reported.state()) {
            case Applied -> PolicyState.Applied;
            case Failed, Rejected -> PolicyState.Failed;
            case RolledBack -> PolicyState.RolledBack;
            case Removed -> PolicyState.Pending;
        };
    }

    private static DeviceStatus.AppliedPolicy shown(PolicyRef ref, PolicyState state) {
        return new DeviceStatus.AppliedPolicy(ref.policy(), ref.version(), ref.digest(), state);
    }
}
