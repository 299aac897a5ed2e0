package io.kubemdm.protocol.message;

import io.kubemdm.protocol.bundle.PolicyRef;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What became of one policy line on the device.
 *
 * @param desiredSeq the order it follows
 * @param reason CamelCase constant when not applied, e.g. {@code BadSignature}, {@code PathNotAllowed},
 *     {@code DriftRepeated}, or not applied as written, e.g. {@code Conflicting}
 * @param message a sentence for people, at most 512 characters
 */
public record PolicyReported(
        PolicyRef policy,
        State state,
        long desiredSeq,
        @Nullable String reason,
        @Nullable String message) implements AgentReport {

    /** Applied, but another line sets something of it to another value with equal right; the message names both. */
    public static final String CONFLICTING = "Conflicting";

    /** The device's approvers have not signed this bundle in sufficient number. */
    public static final String QUORUM_MISSING = "QuorumMissing";

    /** They have, for a share of the devices that ends before this one. */
    public static final String BEYOND_APPROVED_SHARE = "BeyondApprovedShare";

    /** Reasons of a refusal that further signatures lift. */
    public static final Set<String> WANTS_SIGNATURES = Set.of(QUORUM_MISSING, BEYOND_APPROVED_SHARE);

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
