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
 * @param message with the state; of what is applied it names settings and other lines, so that another one is worth telling
 */
record Line(
        PolicyRef wanted,
        @Nullable PolicyRef inForce,
        PolicyReported.@Nullable State state,
        @Nullable String reason,
        @Nullable String message) {

    boolean isSettled() {
        return state == PolicyReported.State.Applied && wanted.equals(inForce);
    }

    Line wanting(PolicyRef ref) {
        return ref.equals(wanted) ? this : new Line(ref, inForce, null, null, null);
    }

    Line reported(PolicyReported.State newState, @Nullable String newReason, @Nullable String newMessage) {
        return new Line(wanted, inForce, newState, newReason, newMessage);
    }

    Line having(@Nullable PolicyRef nowInForce) {
        return new Line(wanted, nowInForce, state, reason, message);
    }

    /** Whether there is nothing to tell. Why something failed may be worded anew at each try, which is no news. */
    boolean sameReport(Line other) {
        return wanted.equals(other.wanted)
                && state == other.state
                && Objects.equals(reason, other.reason)
                && (state != PolicyReported.State.Applied || Objects.equals(message, other.message));
    }

    /** All lines as they are on disk. */
    record Written(
            @Nullable TreeMap<String, Line> lines, @Nullable List<String> suspended) {}
}
