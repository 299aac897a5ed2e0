package io.kubemdm.protocol.message;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The device has seen a command: persisted and about to act, or refused.
 *
 * @param id the command's id
 * @param seq the command's counter
 * @param refusal why it is not obeyed; absent when it is
 * @param have the device's own command counter
 */
public record CommandAcknowledged(
        String id, long seq, @Nullable Refusal refusal, long have) implements AgentReport {
    public CommandAcknowledged {
        Objects.requireNonNull(id, "id");
    }

    /** Why a device does not obey. */
    public enum Refusal {
        /** The counter is not above {@code have}: to be signed again above it. */
        StaleSeq,
        WrongDevice,
        WrongEpoch,
        Expired,
        Withdrawn,
        BadSignature,
        UnknownKey,
        Malformed,
        /** The device's ownership or its configuration forbids this type. */
        Forbidden,
        /** It erases storage, and the agent is neither the installed service nor started with --allow-destructive. */
        DestructiveNotAllowed,
        /** No driver on this platform can do it. */
        Unsupported,
        /** The device's approvers have not signed, or not enough of them. */
        QuorumMissing,
        /** Another command is being carried out. */
        Busy
    }
}
