package io.kubemdm.operator.engine;

import io.kubemdm.operator.engine.Verdict.Cause;
import io.kubemdm.operator.engine.Verdict.Ignored;
import io.kubemdm.operator.engine.Verdict.Refused;
import io.kubemdm.protocol.event.DeviceEvent;
import io.kubemdm.protocol.message.CommandAcknowledged;
import io.kubemdm.protocol.message.CommandCancelled;
import io.kubemdm.protocol.message.CommandDelivered;
import io.kubemdm.protocol.message.CommandRequested;
import io.kubemdm.protocol.message.DeviceDeprovision;
import io.kubemdm.protocol.message.DeviceWipe;
import io.kubemdm.protocol.order.DesiredOrder;
import io.kubemdm.protocol.state.DeviceState;
import io.kubemdm.protocol.state.DeviceState.Command;

/** A command's life: issued, delivered, acknowledged or refused, ended or withdrawn. Receipts are judged elsewhere. */
final class CommandRules {

    private CommandRules() {}

    /** The lane's counter rises with every signing, so a lower one of an id no longer remembered is a repeat too. */
    static Verdict requested(DeviceState state, CommandRequested requested) {
        if (requested.seq() < 1 || requested.seq() > DesiredOrder.MAX_SEQ) {
            return new Refused("counter " + requested.seq() + " is not 1 to 2^53-1");
        }
        if (requested.id().length() > Bounds.NAME || requested.wipeRequest().length() > Bounds.NAME) {
            return new Refused("id or wipeRequest is longer than " + Bounds.NAME + " characters");
        }
        Command known = state.commands().get(requested.id());
        if (known != null && known.ended() != null) {
            return new Ignored(Cause.Repeat);
        }
        if (requested.seq() <= SessionRules.lastCommand(state)) {
            return new Ignored(Cause.Repeat);
        }
        long open = state.commands().values().stream()
                .filter(c -> c.ended() == null)
                .count();
        if (known == null && open >= Bounds.OPEN_COMMANDS) {
            return new Refused(open + " commands are open already");
        }
        return Verdict.of(new DeviceEvent.CommandIssued(
                requested.id(), requested.wipeRequest(), requested.type(), requested.seq(), requested.notAfter()));
    }

    /** Told as it comes: it changes no state, and its writer commits it once. */
    static Verdict deprovision(DeviceDeprovision asked) {
        return Verdict.of(new DeviceEvent.Deprovision(
                Bounds.cut(asked.trigger(), Bounds.NAME),
                Bounds.cut(asked.source(), Bounds.NAME),
                Bounds.cut(asked.wipeRequest(), Bounds.NAME),
                asked.type()));
    }

    /** As {@link #deprovision}. */
    static Verdict wipe(DeviceWipe asked) {
        return Verdict.of(new DeviceEvent.Wipe(
                Bounds.cut(asked.trigger(), Bounds.NAME),
                Bounds.cut(asked.source(), Bounds.NAME),
                Bounds.cut(asked.wipeRequest(), Bounds.NAME),
                asked.type()));
    }

    static Verdict delivered(DeviceState state, CommandDelivered delivered) {
        Command known = state.commands().get(delivered.id());
        if (known == null || known.ended() != null) {
            return new Ignored(Cause.UnknownCommand);
        }
        if (known.deliveredAt() != null) {
            return new Ignored(Cause.Repeat);
        }
        return Verdict.of(new DeviceEvent.CommandPushed(
                known.id(), delivered.seq(), Bounds.cut(delivered.gateway(), Bounds.NAME)));
    }

    static Verdict acknowledged(DeviceState state, CommandAcknowledged answer) {
        if (answer.have() > SessionRules.lastCommand(state) + SessionRules.COUNTER_MARGIN) {
            return Verdict.of(SessionRules.conflict(state, SessionRules.COMMAND_COUNTER_AHEAD));
        }
        Command known = state.commands().get(answer.id());
        if (known == null && answer.seq() > SessionRules.lastCommand(state)) {
            return Verdict.of(SessionRules.conflict(state, SessionRules.COMMAND_NEVER_ISSUED));
        }
        if (known == null || known.ended() != null) {
            return new Ignored(Cause.UnknownCommand);
        }
        if (answer.seq() > known.seq()) {
            return new Refused(
                    "counter " + answer.seq() + " was never issued for this command, the last is " + known.seq());
        }
        boolean lateRefusal = answer.refusal() != null && answer.seq() < known.seq();
        if (known.acknowledgedAt() != null || lateRefusal) {
            return new Ignored(Cause.Unchanged);
        }
        if (answer.refusal() != null && answer.refusal() == known.refusal() && answer.have() == known.have()) {
            return new Ignored(Cause.Unchanged);
        }
        return Verdict.of(new DeviceEvent.CommandAnswered(known.id(), answer.seq(), answer.refusal(), answer.have()));
    }

    static Verdict cancelled(DeviceState state, CommandCancelled cancelled) {
        Command known = state.commands().get(cancelled.id());
        if (known == null || known.ended() != null) {
            return new Ignored(Cause.UnknownCommand);
        }
        return Verdict.of(new DeviceEvent.CommandRevoked(known.id(), Bounds.cut(cancelled.reason(), Bounds.MESSAGE)));
    }
}
