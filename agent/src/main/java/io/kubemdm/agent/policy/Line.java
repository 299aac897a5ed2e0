package io.kubemdm.agent.policy;

import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.message.PolicyReported;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One policy line on this device.
 *
 * @param wanted by the desired order
 * @param inForce the last good version, null when there is none
 * @param state as last reported, null before the first report
 * @param reason with the state
 */
record Line(
        PolicyRef wanted,
        @Nullable PolicyRef inForce,
        PolicyReported.@Nullable State state,
        @Nullable String reason) {

    boolean isSettled() {
        return state == PolicyReported.State.Applied && wanted.equals(inForce);
    }

    Line wanting(PolicyRef ref) {
        return ref.equals(wanted) ? this : new Line(ref, inForce, null, null);
    }

    Line after(PolicyReported.State newState, @Nullable String newReason, @Nullable PolicyRef nowInForce) {
        return new Line(wanted, nowInForce, newState, newReason);
    }

    boolean sameReport(Line other) {
        return wanted.equals(other.wanted) && state == other.state && Objects.equals(reason, other.reason);
    }

    /** All lines as they are on disk. */
    record Written(
            @Nullable TreeMap<String, Line> lines, @Nullable List<String> suspended) {}
}
