package io.kubemdm.protocol.message;

import io.kubemdm.protocol.bundle.PolicyRef;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What became of one policy line on the device.
 *
 * @param desiredSeq the order it follows
 * @param reason CamelCase constant when not applied, e.g. {@code BadSignature}, {@code PathNotAllowed},
 *     {@code DriftRepeated}
 * @param message a sentence for people, at most 512 characters
 */
public record PolicyReported(
        PolicyRef policy,
        State state,
        long desiredSeq,
        @Nullable String reason,
        @Nullable String message) implements AgentReport {
    public PolicyReported {
        Objects.requireNonNull(policy, "policy");
        Objects.requireNonNull(state, "state");
    }

    /** What became of it. */
    public enum State {
        /** Set, read back and found so. */
        Applied,
        /** Could not be set or did not hold. */
        Failed,
        /** Refused by the device before anything was touched. */
        Rejected,
        /** Could not be set; the last good version is in force again. */
        RolledBack,
        /** Undone because the line is no longer desired. */
        Removed
    }
}
