package io.kubemdm.operator.wiperequest;

import io.kubemdm.crds.wiperequest.OnExpiry;
import io.kubemdm.crds.wiperequest.WipePhase;
import io.kubemdm.crds.wiperequest.WipeRequestSpec;
import io.kubemdm.crds.wiperequest.WipeType;
import io.kubemdm.operator.wiperequest.WipeRecordDecision.End;
import io.kubemdm.operator.wiperequest.WipeRecordDecision.Signed;
import io.kubemdm.protocol.message.CommandAcknowledged.Refusal;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.Receipt;
import io.kubemdm.protocol.state.DeviceState.Command;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The next move of a WipeRequest, at most one.
 *
 * @param act what to do
 * @param record what is to be remembered, null while there is nothing
 * @param phase one word for people
 * @param reason CamelCase constant
 * @param message a sentence
 * @param lookAgain when something changes by itself, null for never
 */
record WipeDecision(
        Act act,
        @Nullable WipeRecordDecision record,
        WipePhase phase,
        String reason,
        String message,
        @Nullable Instant lookAgain) {

    /** What to do; each goes into one transaction with the record. */
    enum Act {
        NOTHING,
        /** Only remember. */
        REMEMBER,
        /** Sign the command, for the first time or again with the record's counter. */
        SIGN,
        /** Sign the withdrawal: the command is over. */
        WITHDRAW,
        /** Sign the withdrawal of what was handed over; the device's answer ends the command. */
        CALL_BACK,
        /** Sign the withdrawal and void the device's certificates. */
        WITHDRAW_AND_REVOKE,
        /** The device has signed: the command need not be kept. */
        CLOSE,
        /** {@link #CLOSE}, and void the device's certificates: it is no longer managed. */
        CLOSE_AND_REVOKE
    }

    /** Longest life of a request that says nothing about it. */
    static final Duration DEFAULT_LIFE = Duration.ofDays(30);

    /** A reported counter that is further above what was issued was not ours. */
    static final long MAX_COUNTER_LEAP = 1_000;

    private static final Duration BUSY_PAUSE = Duration.ofSeconds(10);

    /**
     * The device as known.
     *
     * @param epoch its enrolment, 0 for never enrolled
     * @param command the engine's view of this request's command, null while it has none
     * @param highestSeq highest counter issued in the command lane of this epoch, whichever way it is known
     * @param otherOpen id of another command that is not over, null for none
     * @param twin name of another open request of this type for this enrolment that was here first, null for none
     */
    record Target(
            long epoch,
            @Nullable Command command,
            long highestSeq,
            @Nullable String otherOpen,
            @Nullable String twin) {}

    /** What there is to decide on; {@code record} is of this very object. */
    record Input(
            WipeRequestSpec spec,
            String uid,
            Instant createdAt,
            @Nullable WipeRecordDecision record,
            Target target,
            Instant now) {

        Instant expiresAt() {
            return spec.expiresAt() == null ? createdAt.plus(DEFAULT_LIFE) : Instant.parse(spec.expiresAt());
        }
    }

    /** The order for a type that needs no approval, null for the others. */
    static @Nullable CommandType commandType(WipeType type) {
        return switch (type) {
            case Lock -> CommandType.Lock;
            case Unlock -> CommandType.Unlock;
            case Retire -> CommandType.Retire;
            case SelectiveWipe -> CommandType.SelectiveWipe;
            case FullWipe, CryptoErase, Unrecognised -> null;
        };
    }

    static WipeDecision decide(Input in) {
        WipeRecordDecision record = in.record();
        if (record != null && record.end() != null) {
            End end = record.end();
            return new WipeDecision(Act.NOTHING, record, end.phase(), end.reason(), end.message(), null);
        }
        if (record == null || record.seq() == 0) {
            return notIssued(in, record);
        }
        return issued(in, record);
    }

    private static WipeDecision notIssued(Input in, @Nullable WipeRecordDecision known) {
        String device = in.spec().deviceRef().name();
        WipeRecordDecision record = known == null
                ? WipeRecordDecision.bound(
                        in.uid(), in.spec().type().name(), device, in.target().epoch())
                : known;
        if (commandType(in.spec().type()) == null) {
            return end(
                    in,
                    record,
                    Act.REMEMBER,
                    WipePhase.Rejected,
                    "ApprovalsRequired",
                    in.spec().type()
                            + " needs the approval of several people, which this version does not count:"
                            + " use Lock, SelectiveWipe or Retire.");
        }
        if (in.spec().cancelled()) {
            return end(in, record, Act.REMEMBER, WipePhase.Cancelled, "Cancelled", "Cancelled before it was issued.");
        }
        if (!in.now().isBefore(in.expiresAt())) {
            return end(in, record, Act.REMEMBER, WipePhase.Expired, "Expired", "Expired before it could be issued.");
        }
        if (record.epoch() == 0 && in.target().epoch() == 0) {
            return new WipeDecision(
                    Act.NOTHING,
                    null,
                    WipePhase.Held,
                    "DeviceUnknown",
                    "No device of this name has enrolled in this namespace: correct spec.deviceRef in a new request,"
                            + " or wait for the enrolment.",
                    in.expiresAt());
        }
        if (record.epoch() != 0 && record.epoch() != in.target().epoch()) {
            return superseded(in, record, Act.REMEMBER);
        }
        WipeRecordDecision bound = record.epoch() != 0
                ? record
                : WipeRecordDecision.bound(
                        in.uid(), in.spec().type().name(), device, in.target().epoch());
        if (in.target().twin() != null) {
            return end(
                    in,
                    bound,
                    Act.REMEMBER,
                    WipePhase.Rejected,
                    "DuplicateRequest",
                    "WipeRequest " + in.target().twin()
                            + " asks for the same and is still open: wait for it or cancel it.");
        }
        if (in.target().otherOpen() != null) {
            return new WipeDecision(
                    bound.equals(known) ? Act.NOTHING : Act.REMEMBER,
                    bound,
                    WipePhase.Queued,
                    "AnotherCommandOpen",
                    "Another command of the device is not over; commands go one by one.",
                    in.expiresAt());
        }
        return sign(in, bound, in.target().highestSeq() + 1);
    }

    private static WipeDecision issued(Input in, WipeRecordDecision record) {
        Command command = in.target().command();
        if (command != null && command.ended() != null) {
            return over(in, record, command);
        }
        if (record.epoch() != in.target().epoch() && in.target().epoch() != 0) {
            return superseded(in, record, Act.WITHDRAW);
        }
        boolean current = command != null && command.seq() >= record.seq();
        if (current && command.refusal() != null) {
            return refused(in, record, command);
        }
        boolean acknowledged = current && command.acknowledgedAt() != null && command.refusal() == null;
        boolean delivered = current && command.deliveredAt() != null;
        if (in.spec().cancelled() && !acknowledged && !record.withdrawn()) {
            return withdraw(in, record, delivered);
        }
        if (record.notAfter() != null && !in.now().isBefore(record.notAfter())) {
            return expired(in, record);
        }
        if (acknowledged) {
            return waiting(record, WipePhase.Acknowledged, "Acknowledged", "The device is carrying it out.");
        }
        if (delivered) {
            return waiting(
                    record,
                    WipePhase.Delivered,
                    record.withdrawn() ? "Withdrawing" : "Delivered",
                    record.withdrawn()
                            ? "It was withdrawn after it had been handed over; the device's answer decides."
                            : "It was handed to the device, which has not answered.");
        }
        return waiting(record, WipePhase.Queued, "Issued", "It is signed and waits for the device to connect.");
    }

    private static WipeDecision over(Input in, WipeRecordDecision record, Command command) {
        var ended = Objects.requireNonNull(command.ended());
        Signed receipt = ended.receiptDigest() == null
                ? null
                : new Signed(
                        ended.receiptDigest(), ended.keyId(), !ended.erased().isEmpty(), ended.at());
        if (ended.outcome() == null) {
            return end(in, record, Act.REMEMBER, WipePhase.Cancelled, "Withdrawn", "Withdrawn before it was obeyed.");
        }
        if (ended.outcome() == Receipt.Outcome.Failed) {
            String step = ended.failedStep() == null ? "an unnamed step" : ended.failedStep();
            String why = ended.message() == null ? "." : ": " + ended.message();
            return end(
                    record,
                    Act.CLOSE,
                    new End(
                            WipePhase.Failed,
                            "DeviceFailed",
                            "The device signed that it failed at " + step + why,
                            ended.at(),
                            command.deliveredAt(),
                            receipt));
        }
        Act act = in.spec().type() == WipeType.Retire ? Act.CLOSE_AND_REVOKE : Act.CLOSE;
        return end(
                record,
                act,
                new End(
                        WipePhase.Completed,
                        "Confirmed",
                        "The device signed that it is done.",
                        ended.at(),
                        command.deliveredAt(),
                        receipt));
    }

    private static WipeDecision refused(Input in, WipeRecordDecision record, Command command) {
        Refusal refusal = Objects.requireNonNull(command.refusal());
        long have = command.have();
        if (record.withdrawn() || refusal == Refusal.Withdrawn) {
            return end(in, record, Act.WITHDRAW, WipePhase.Cancelled, "Withdrawn", "Withdrawn before it was obeyed.");
        }
        if (refusal == Refusal.StaleSeq) {
            if (have - in.target().highestSeq() > MAX_COUNTER_LEAP) {
                return waiting(
                        record,
                        WipePhase.Held,
                        "IdentityConflict",
                        "The device reports a command counter far above any that was issued: another holder of its"
                                + " identity is suspected.");
            }
            return sign(in, record, Math.max(have, in.target().highestSeq()) + 1);
        }
        if (refusal == Refusal.Busy) {
            Instant again =
                    record.signedAt() == null ? in.now() : record.signedAt().plus(BUSY_PAUSE);
            if (!in.now().isBefore(again)) {
                return sign(in, record, in.target().highestSeq() + 1);
            }
            return new WipeDecision(
                    Act.NOTHING,
                    record,
                    WipePhase.Delivered,
                    "DeviceBusy",
                    "The device carries out another command; this one is sent again.",
                    again);
        }
        if (refusal == Refusal.WrongEpoch) {
            return superseded(in, record, Act.WITHDRAW);
        }
        WipePhase phase = refusal == Refusal.Expired ? WipePhase.Expired : WipePhase.Failed;
        return end(
                in,
                record,
                Act.WITHDRAW,
                phase,
                "Refused" + refusal,
                switch (refusal) {
                    case Forbidden -> "The device's ownership or its own configuration forbids it.";
                    case Unsupported -> "The device has no means to do it.";
                    case BadSignature, UnknownKey -> "The device does not trust the signature: enrol it again.";
                    default -> "The device refused it.";
                });
    }

    private static WipeDecision withdraw(Input in, WipeRecordDecision record, boolean delivered) {
        if (!delivered) {
            return end(
                    in,
                    record.taken(),
                    Act.WITHDRAW,
                    WipePhase.Cancelled,
                    "Cancelled",
                    "Withdrawn before it was handed to the device.");
        }
        return new WipeDecision(
                Act.CALL_BACK,
                record.taken(),
                WipePhase.Delivered,
                "Withdrawing",
                "It was withdrawn after it had been handed over; the device's answer decides.",
                record.notAfter());
    }

    private static WipeDecision expired(Input in, WipeRecordDecision record) {
        if (in.spec().onExpiry() == OnExpiry.KeepTrying && !record.withdrawn()) {
            return new WipeDecision(
                    Act.SIGN,
                    record.signed(
                            in.target().highestSeq() + 1, in.now(), in.now().plus(DEFAULT_LIFE)),
                    WipePhase.Queued,
                    "SignedAgain",
                    "It had expired unconfirmed and is sent again.",
                    in.now());
        }
        if (record.withdrawn()) {
            return end(
                    in,
                    record,
                    Act.WITHDRAW,
                    WipePhase.Cancelled,
                    "Withdrawn",
                    "Withdrawn; the device never answered.");
        }
        boolean deny = in.spec().onExpiry() == OnExpiry.RevokeAndDeny;
        return end(
                in,
                record.taken(),
                deny ? Act.WITHDRAW_AND_REVOKE : Act.WITHDRAW,
                WipePhase.Expired,
                "Expired",
                deny
                        ? "Nothing was confirmed in time; the device's certificates are void."
                        : "Nothing was confirmed in time.");
    }

    private static WipeDecision superseded(Input in, WipeRecordDecision record, Act act) {
        return end(
                in,
                record,
                act,
                WipePhase.Superseded,
                "EnrolledAgain",
                "The device has enrolled again since; a request is bound to one enrolment: create a new one.");
    }

    private static WipeDecision sign(Input in, WipeRecordDecision record, long seq) {
        boolean again = record.seq() != 0;
        return new WipeDecision(
                Act.SIGN,
                record.signed(seq, in.now(), in.expiresAt()),
                WipePhase.Queued,
                again ? "SignedAgain" : "Issued",
                again
                        ? "It is signed again with a higher counter, under the same id."
                        : "It is signed and waits for the device to connect.",
                in.expiresAt());
    }

    private static WipeDecision waiting(WipeRecordDecision record, WipePhase phase, String reason, String message) {
        return new WipeDecision(Act.NOTHING, record, phase, reason, message, record.notAfter());
    }

    private static WipeDecision end(
            Input in, WipeRecordDecision record, Act act, WipePhase phase, String reason, String message) {
        Command command = in.target().command();
        Instant delivered = command == null ? null : command.deliveredAt();
        return end(record, act, new End(phase, reason, message, in.now(), delivered, null));
    }

    private static WipeDecision end(WipeRecordDecision record, Act act, End how) {
        return new WipeDecision(act, record.ended(how), how.phase(), how.reason(), how.message(), null);
    }
}
