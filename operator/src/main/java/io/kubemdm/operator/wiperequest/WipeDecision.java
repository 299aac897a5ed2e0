package io.kubemdm.operator.wiperequest;

import io.kubemdm.crds.wiperequest.WipePhase;
import io.kubemdm.crds.wiperequest.WipeRequestSpec;
import io.kubemdm.crds.wiperequest.WipeType;
import io.kubemdm.operator.wiperequest.WipeRecordDecision.End;
import io.kubemdm.operator.wiperequest.WipeRecordDecision.Spent;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.WipeBudget;
import io.kubemdm.protocol.state.DeviceState.Command;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The next move of a WipeRequest, at most one.
 *
 * @param act what to do
 * @param record what is to be remembered, null while there is nothing
 * @param phase one word for people
 * @param reason CamelCase constant
 * @param message a sentence
 * @param reached the limit that holds it, null unless a budget does
 * @param lookAgain when something changes by itself, null for never
 */
record WipeDecision(
        Act act,
        @Nullable WipeRecordDecision record,
        WipePhase phase,
        String reason,
        String message,
        WipeBudget.@Nullable Reached reached,
        @Nullable Instant lookAgain) {

    /** What to do; each goes into one transaction with the record. */
    enum Act {
        NOTHING,
        /** Only remember. */
        REMEMBER,
        /** Sign the command, for the first time or again with the record's counter. */
        SIGN,
        /** {@link #SIGN}, and void the device's certificates: it keeps the right to fetch this very command. */
        SIGN_AND_REVOKE,
        /** Sign the withdrawal: the command is over. */
        WITHDRAW,
        /** Sign the withdrawal of what was handed over; the device's answer ends the command. */
        CALL_BACK,
        /** Sign the withdrawal and void the device's certificates. */
        WITHDRAW_AND_REVOKE,
        /** The device has signed: the command need not be kept. */
        CLOSE,
        /** {@link #CLOSE}, and void the device's certificates: it is no longer managed. */
        CLOSE_AND_REVOKE;

        boolean signs() {
            return this == SIGN || this == SIGN_AND_REVOKE;
        }
    }

    /**
     * The device as known.
     *
     * @param epoch its enrolment, 0 for never enrolled
     * @param personal whether it is a person's own, by its enrolment or by its object
     * @param command the engine's view of this request's command, null while it has none
     * @param highestSeq highest counter issued in the command lane of this epoch, whichever way it is known
     * @param otherOpen id of another command that is not over, null for none
     * @param twin name of another open request of this type for this enrolment that was here first, null for none
     */
    record Target(
            long epoch,
            boolean personal,
            @Nullable Command command,
            long highestSeq,
            @Nullable String otherOpen,
            @Nullable String twin) {}

    /**
     * What there is to decide on.
     *
     * @param record of this very object
     * @param spent what earlier objects of this name took from the budget
     * @param approvals counted at this moment; only looked at before the first signing
     */
    record Input(
            WipeRequestSpec spec,
            String uid,
            Instant createdAt,
            @Nullable WipeRecordDecision record,
            List<Spent> spent,
            Target target,
            ApprovalDecision approvals,
            Instant now) {

        Instant expiresAt() {
            return spec.expiry(createdAt);
        }

        @Nullable Instant deliveredAt() {
            return target.command() == null ? null : target.command().deliveredAt();
        }

        @Nullable Instant acknowledgedAt() {
            if (record != null && record.acknowledgedAt() != null) {
                return record.acknowledgedAt();
            }
            return target.command() == null ? null : target.command().acknowledgedAt();
        }
    }

    /** The order for a type, null for one of a newer version. */
    static @Nullable CommandType commandType(WipeType type) {
        return switch (type) {
            case Lock -> CommandType.Lock;
            case Unlock -> CommandType.Unlock;
            case Retire -> CommandType.Retire;
            case SelectiveWipe -> CommandType.SelectiveWipe;
            case FullWipe -> CommandType.FullWipe;
            case CryptoErase -> CommandType.CryptoErase;
            case Unrecognised -> null;
        };
    }

    /** Whether nothing is left on the device afterwards. Access ends when such a command is signed, not when it is obeyed. */
    static boolean erasesAll(WipeType type) {
        return type == WipeType.FullWipe || type == WipeType.CryptoErase;
    }

    /** Whether data goes; only such a command reaches a device whose certificates are void. */
    static boolean destroys(WipeType type) {
        CommandType command = commandType(type);
        return command != null && WipeBudget.Lane.of(command) == WipeBudget.Lane.Destructive;
    }

    static WipeDecision decide(Input in) {
        WipeRecordDecision record = in.record();
        if (record != null && record.end() != null) {
            return EndedDecision.decide(in, record, record.end());
        }
        return record == null || record.seq() == 0 ? UnsignedDecision.decide(in) : SignedDecision.decide(in, record);
    }

    /** Nothing to do but, where it is news, to remember. */
    static WipeDecision settled(
            Input in,
            @Nullable WipeRecordDecision record,
            WipePhase phase,
            String reason,
            String message,
            @Nullable Instant lookAgain) {
        Act act = record == null || record.equals(in.record()) ? Act.NOTHING : Act.REMEMBER;
        return new WipeDecision(act, record, phase, reason, message, null, lookAgain);
    }

    static WipeDecision doing(
            Act act,
            WipeRecordDecision record,
            WipePhase phase,
            String reason,
            String message,
            @Nullable Instant lookAgain) {
        return new WipeDecision(act, record, phase, reason, message, null, lookAgain);
    }

    static WipeDecision end(
            Input in, WipeRecordDecision record, Act act, WipePhase phase, String reason, String message) {
        return end(record, act, new End(phase, reason, message, in.now(), in.deliveredAt(), in.acknowledgedAt(), null));
    }

    static WipeDecision end(WipeRecordDecision record, Act act, End how) {
        return doing(act, record.ended(how), how.phase(), how.reason(), how.message(), null);
    }

    static WipeDecision superseded(Input in, WipeRecordDecision record, Act act) {
        return end(
                in,
                record,
                act,
                WipePhase.Superseded,
                "EnrolledAgain",
                "The device has enrolled again since; a request is bound to one enrolment: create a new one.");
    }
}
