package io.kubemdm.operator.wiperequest;

import static io.kubemdm.operator.wiperequest.WipeDecision.doing;
import static io.kubemdm.operator.wiperequest.WipeDecision.end;
import static io.kubemdm.operator.wiperequest.WipeDecision.settled;
import static io.kubemdm.operator.wiperequest.WipeDecision.superseded;

import io.kubemdm.crds.wiperequest.WipePhase;
import io.kubemdm.operator.wiperequest.WipeDecision.Act;
import io.kubemdm.operator.wiperequest.WipeDecision.Input;
import io.kubemdm.protocol.message.CommandAcknowledged.Refusal;
import io.kubemdm.protocol.state.DeviceState.Command;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/** A command that the device refused: some refusals are answered with another signing, the others end the request. */
final class RefusedDecision {

    /** A reported counter that is further above what was issued was not ours. */
    static final long MAX_COUNTER_LEAP = 1_000;

    static final Duration BUSY_PAUSE = Duration.ofSeconds(10);

    private RefusedDecision() {}

    static WipeDecision decide(Input in, WipeRecordDecision record, Command command) {
        Refusal refusal = Objects.requireNonNull(command.refusal());
        if (record.withdrawn() || refusal == Refusal.Withdrawn) {
            return end(in, record, Act.WITHDRAW, WipePhase.Cancelled, "Withdrawn", "Withdrawn before it was obeyed.");
        }
        return switch (refusal) {
            case StaleSeq -> stale(in, record, command.have());
            case Busy -> busy(in, record);
            case WrongEpoch -> superseded(in, record, Act.WITHDRAW);
            case Expired -> SignedDecision.expired(in, record, command.acknowledgedAt() != null);
            default ->
                end(
                        in,
                        record.taken(),
                        Act.WITHDRAW,
                        WipePhase.Failed,
                        "Refused" + refusal,
                        switch (refusal) {
                            case Forbidden -> "The device's ownership or its own configuration forbids it.";
                            case QuorumMissing ->
                                "The device demands the signatures of its own approvers, and not enough of them came"
                                        + " with it: approve a new request with 'kubemdm approve --sign'.";
                            case DestructiveNotAllowed ->
                                "The device's agent is not its installed service and was not allowed to erase.";
                            case Unsupported -> "The device has no means to do it.";
                            case BadSignature, UnknownKey -> "The device does not trust the signature: enrol it again.";
                            default -> "The device refused it.";
                        });
        };
    }

    private static WipeDecision stale(Input in, WipeRecordDecision record, long have) {
        if (have - in.target().highestSeq() > MAX_COUNTER_LEAP) {
            return settled(
                    in,
                    record,
                    WipePhase.Held,
                    "IdentityConflict",
                    "The device reports a command counter far above any that was issued: another holder of its"
                            + " identity is suspected.",
                    record.notAfter());
        }
        return sign(in, record, Math.max(have, in.target().highestSeq()) + 1);
    }

    private static WipeDecision busy(Input in, WipeRecordDecision record) {
        Instant again = record.signedAt() == null ? in.now() : record.signedAt().plus(BUSY_PAUSE);
        return in.now().isBefore(again)
                ? settled(
                        in,
                        record,
                        WipePhase.Delivered,
                        "DeviceBusy",
                        "The device carries out another command; this one is sent again.",
                        again)
                : sign(in, record, in.target().highestSeq() + 1);
    }

    private static WipeDecision sign(Input in, WipeRecordDecision record, long seq) {
        Instant until = record.notAfter() == null ? in.expiresAt() : record.notAfter();
        return doing(
                Act.SIGN,
                record.signed(seq, in.now(), until),
                WipePhase.Queued,
                "SignedAgain",
                "It is signed again with a higher counter, under the same id.",
                until);
    }
}
