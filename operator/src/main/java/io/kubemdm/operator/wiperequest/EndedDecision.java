package io.kubemdm.operator.wiperequest;

import io.kubemdm.operator.wiperequest.WipeDecision.Act;
import io.kubemdm.operator.wiperequest.WipeDecision.Input;
import io.kubemdm.operator.wiperequest.WipeRecordDecision.End;
import io.kubemdm.operator.wiperequest.WipeRecordDecision.Late;
import io.kubemdm.operator.wiperequest.WipeRecordDecision.Signed;
import io.kubemdm.protocol.message.CommandAcknowledged.Refusal;
import io.kubemdm.protocol.order.Receipt;
import io.kubemdm.protocol.state.DeviceState.Command;
import io.kubemdm.protocol.state.DeviceState.Ended;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A request that has ended: its phase never leaves. What may still come is the device's receipt, and as long as the command
 * stands for a device that comes back late, it is kept signed.
 */
final class EndedDecision {

    /** So long before its end a standing command is signed again. */
    static final Duration RENEW_BEFORE = Duration.ofDays(30);

    private EndedDecision() {}

    static WipeDecision decide(Input in, WipeRecordDecision record, End end) {
        Command command = in.target().command();
        Ended ended = command == null ? null : command.ended();
        if (ended != null && ended.outcome() != null && end.receipt() == null && record.late() == null) {
            Signed receipt = SignedDecision.receipt(ended);
            if (receipt != null) {
                boolean completed = ended.outcome() == Receipt.Outcome.Completed;
                return still(
                        Act.CLOSE, record.confirmed(new Late(completed, receipt, command.deliveredAt())), end, null);
            }
        }
        if (!record.standing()) {
            return still(Act.NOTHING, record, end, null);
        }
        boolean enrolledAgain =
                in.target().epoch() != 0 && record.epoch() != in.target().epoch();
        if (in.spec().cancelled() || enrolledAgain) {
            return still(Act.WITHDRAW, record.taken(), end, null);
        }
        if (command != null && command.seq() >= record.seq() && command.refusal() != null) {
            return refused(in, record, end, command);
        }
        Instant due = record.notAfter() == null ? in.now() : record.notAfter().minus(RENEW_BEFORE);
        return in.now().isBefore(due) ? still(Act.NOTHING, record, end, due) : again(in, record, end, 0);
    }

    /** Only what another signing cures is signed again; for the rest the command goes on standing as it is. */
    private static WipeDecision refused(Input in, WipeRecordDecision record, End end, Command command) {
        if (command.refusal() == Refusal.Busy) {
            Instant free =
                    record.signedAt() == null ? in.now() : record.signedAt().plus(RefusedDecision.BUSY_PAUSE);
            return in.now().isBefore(free) ? still(Act.NOTHING, record, end, free) : again(in, record, end, 0);
        }
        boolean ours = command.have() - in.target().highestSeq() <= RefusedDecision.MAX_COUNTER_LEAP;
        boolean cured = (command.refusal() == Refusal.StaleSeq && ours) || command.refusal() == Refusal.Expired;
        return cured ? again(in, record, end, command.have()) : still(Act.NOTHING, record, end, record.notAfter());
    }

    private static WipeDecision again(Input in, WipeRecordDecision record, End end, long have) {
        long seq = Math.max(have, in.target().highestSeq()) + 1;
        Instant until = in.now().plus(SignedDecision.RENEWAL);
        return still(Act.SIGN, record.signed(seq, in.now(), until), end, until.minus(RENEW_BEFORE));
    }

    private static WipeDecision still(Act act, WipeRecordDecision record, End end, @Nullable Instant lookAgain) {
        return WipeDecision.doing(act, record, end.phase(), end.reason(), end.message(), lookAgain);
    }
}
