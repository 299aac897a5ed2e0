package io.kubemdm.operator.wiperequest;

import static io.kubemdm.operator.wiperequest.WipeDecision.destroys;
import static io.kubemdm.operator.wiperequest.WipeDecision.doing;
import static io.kubemdm.operator.wiperequest.WipeDecision.end;
import static io.kubemdm.operator.wiperequest.WipeDecision.erasesAll;
import static io.kubemdm.operator.wiperequest.WipeDecision.settled;
import static io.kubemdm.operator.wiperequest.WipeDecision.superseded;

import io.kubemdm.crds.wiperequest.WipePhase;
import io.kubemdm.crds.wiperequest.WipeType;
import io.kubemdm.operator.wiperequest.WipeDecision.Act;
import io.kubemdm.operator.wiperequest.WipeDecision.Input;
import io.kubemdm.operator.wiperequest.WipeRecordDecision.End;
import io.kubemdm.operator.wiperequest.WipeRecordDecision.Signed;
import io.kubemdm.protocol.order.Receipt;
import io.kubemdm.protocol.state.DeviceState.Command;
import io.kubemdm.protocol.state.DeviceState.Ended;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A request whose command is signed and not over: from delivery to the device's receipt, or to its time being up. */
final class SignedDecision {

    /** For so long an erase may be without receipt before the evidence is called weak. */
    static final Duration EVIDENCE_WAIT = Duration.ofDays(7);

    /** For so long what outlives its time is signed at a time. */
    static final Duration RENEWAL = Duration.ofDays(90);

    private SignedDecision() {}

    static WipeDecision decide(Input in, WipeRecordDecision known) {
        Command command = in.target().command();
        WipeRecordDecision record = remembering(in, known, command);
        if (command != null && command.ended() != null) {
            return over(in, record, command, command.ended());
        }
        if (record.epoch() != in.target().epoch() && in.target().epoch() != 0) {
            return superseded(in, record, Act.WITHDRAW);
        }
        boolean current = command != null && command.seq() >= record.seq();
        boolean acknowledged = record.acknowledgedAt() != null
                || (command != null && command.acknowledgedAt() != null && command.refusal() == null);
        if (current && command.refusal() != null) {
            return RefusedDecision.decide(in, record, command);
        }
        // A refusal of an earlier signing says nothing about this one.
        boolean delivered = command != null && command.deliveredAt() != null && (current || command.refusal() == null);
        if (in.spec().cancelled() && !acknowledged && !record.withdrawn()) {
            return withdraw(in, record, delivered);
        }
        if (record.notAfter() != null && !in.now().isBefore(record.notAfter())) {
            return expired(in, record, acknowledged);
        }
        if (acknowledged) {
            return acknowledged(in, record);
        }
        if (delivered) {
            return settled(
                    in,
                    record,
                    WipePhase.Delivered,
                    record.withdrawn() ? "Withdrawing" : "Delivered",
                    record.withdrawn()
                            ? "It was withdrawn after it had been handed over; the device's answer decides."
                            : "It was handed to the device, which has not answered.",
                    record.notAfter());
        }
        return settled(
                in,
                record,
                WipePhase.Queued,
                "Issued",
                "It is signed and waits for the device to connect.",
                record.notAfter());
    }

    private static WipeRecordDecision remembering(Input in, WipeRecordDecision record, @Nullable Command command) {
        return command == null
                        || command.acknowledgedAt() == null
                        || record.acknowledgedAt() != null
                        || !erasesAll(in.spec().type())
                ? record
                : record.acknowledged(command.acknowledgedAt());
    }

    private static WipeDecision acknowledged(Input in, WipeRecordDecision record) {
        if (record.acknowledgedAt() == null) {
            return settled(
                    in,
                    record,
                    WipePhase.Acknowledged,
                    "Acknowledged",
                    "The device is carrying it out.",
                    record.notAfter());
        }
        Instant weak = record.acknowledgedAt().plus(EVIDENCE_WAIT);
        boolean waits = in.now().isBefore(weak);
        Instant again =
                waits && (record.notAfter() == null || weak.isBefore(record.notAfter())) ? weak : record.notAfter();
        return settled(
                in,
                record,
                WipePhase.Erasing,
                waits ? "Erasing" : "ReceiptMissing",
                waits
                        ? "The device has written down that it erases itself; its receipt is awaited."
                        : "The device began to erase itself and has sent no receipt for " + EVIDENCE_WAIT.toDays()
                                + " days: nothing proves that the data is gone.",
                again);
    }

    private static WipeDecision over(Input in, WipeRecordDecision record, Command command, Ended ended) {
        if (ended.outcome() == null) {
            return end(in, record, Act.REMEMBER, WipePhase.Cancelled, "Withdrawn", "Withdrawn before it was obeyed.");
        }
        Signed receipt = receipt(ended);
        if (ended.outcome() == Receipt.Outcome.Failed || receipt == null) {
            String step = ended.failedStep() == null ? "an unnamed step" : ended.failedStep();
            String why = ended.message() == null ? "." : ": " + ended.message();
            return end(
                    record,
                    Act.CLOSE,
                    how(
                            WipePhase.Failed,
                            "DeviceFailed",
                            "The device signed that it failed at " + step + why,
                            command,
                            ended));
        }
        // A device that has enrolled again meanwhile keeps the certificates of its new life.
        boolean retires = in.spec().type() == WipeType.Retire
                && record.epoch() == in.target().epoch();
        return end(
                record,
                retires ? Act.CLOSE_AND_REVOKE : Act.CLOSE,
                how(WipePhase.Completed, "Confirmed", "The device signed that it is done.", command, ended));
    }

    private static End how(WipePhase phase, String reason, String message, Command command, Ended ended) {
        return new End(
                phase, reason, message, ended.at(), command.deliveredAt(), command.acknowledgedAt(), receipt(ended));
    }

    /** The engine has verified it; null when there is none. */
    static @Nullable Signed receipt(Ended ended) {
        return ended.receiptDigest() == null
                ? null
                : new Signed(
                        ended.receiptDigest(), ended.keyId(), !ended.erased().isEmpty(), ended.at());
    }

    private static WipeDecision withdraw(Input in, WipeRecordDecision record, boolean delivered) {
        String access = erasesAll(in.spec().type()) ? " The device's certificates stay void: enrol it again." : "";
        if (!delivered) {
            return end(
                    in,
                    record.taken(),
                    Act.WITHDRAW,
                    WipePhase.Cancelled,
                    "Cancelled",
                    "Withdrawn before it was handed to the device." + access);
        }
        return doing(
                Act.CALL_BACK,
                record.taken(),
                WipePhase.Delivered,
                "Withdrawing",
                "It was withdrawn after it had been handed over; the device's answer decides." + access,
                record.notAfter());
    }

    /** Its time is up. An erase that has begun has no end but the device's word. */
    static WipeDecision expired(Input in, WipeRecordDecision record, boolean acknowledged) {
        if (record.withdrawn()) {
            return end(
                    in,
                    record,
                    Act.WITHDRAW,
                    WipePhase.Cancelled,
                    "Withdrawn",
                    "Withdrawn; the device never answered.");
        }
        WipeType type = in.spec().type();
        if (acknowledged && erasesAll(type)) {
            return again(
                    in, record, WipePhase.Erasing, "It is signed again, so that the device can hand in its receipt.");
        }
        return switch (in.spec().onExpiry()) {
            case KeepTrying -> again(in, record, WipePhase.Queued, "It had expired unconfirmed and is sent again.");
            case Cancel -> gone(in, record, Act.WITHDRAW, "Nothing was confirmed in time.");
            case RevokeAndDeny, Unrecognised -> denied(in, record, type);
        };
    }

    private static WipeDecision denied(Input in, WipeRecordDecision record, WipeType type) {
        if (destroys(type)) {
            WipeRecordDecision standing = record.signed(
                    in.target().highestSeq() + 1, in.now(), in.now().plus(RENEWAL));
            return end(
                    in,
                    standing,
                    Act.SIGN_AND_REVOKE,
                    WipePhase.Expired,
                    "ExpiredAndDenied",
                    "Nothing was confirmed in time; the device's certificates are void, and whenever it comes back it gets"
                            + " this command and nothing else.");
        }
        return type == WipeType.Unlock
                ? gone(in, record, Act.WITHDRAW, "Nothing was confirmed in time.")
                : gone(
                        in,
                        record,
                        Act.WITHDRAW_AND_REVOKE,
                        "Nothing was confirmed in time; the device's certificates are void.");
    }

    private static WipeDecision gone(Input in, WipeRecordDecision record, Act act, String message) {
        return end(in, record.taken(), act, WipePhase.Expired, "Expired", message);
    }

    private static WipeDecision again(Input in, WipeRecordDecision record, WipePhase phase, String message) {
        return doing(
                Act.SIGN,
                record.signed(in.target().highestSeq() + 1, in.now(), in.now().plus(RENEWAL)),
                phase,
                "SignedAgain",
                message,
                in.now());
    }
}
