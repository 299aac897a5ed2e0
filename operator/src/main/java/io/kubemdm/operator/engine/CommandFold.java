package io.kubemdm.operator.engine;

import io.kubemdm.protocol.event.DeviceEvent;
import io.kubemdm.protocol.state.DeviceState;
import io.kubemdm.protocol.state.DeviceState.Command;
import io.kubemdm.protocol.state.DeviceState.Ended;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/** A command's part of {@link Fold}. */
final class CommandFold {

    private CommandFold() {}

    /** Signed again: it was answered stale, so the answer is forgotten and the first delivery stays. */
    static void issued(StateDraft draft, DeviceEvent.CommandIssued e, Instant time) {
        Command old = draft.commands.get(e.id());
        draft.commands.put(
                e.id(),
                new Command(
                        e.id(),
                        e.wipeRequest(),
                        e.type(),
                        e.seq(),
                        e.notAfter(),
                        old == null ? time : old.issuedAt(),
                        old == null ? null : old.deliveredAt(),
                        old == null ? null : old.acknowledgedAt(),
                        null,
                        old == null ? 0 : old.have(),
                        null));
    }

    static void pushed(StateDraft draft, DeviceEvent.CommandPushed e, Instant time) {
        draft.commands.computeIfPresent(e.id(), (id, command) -> command.delivered(time));
    }

    static void answered(StateDraft draft, DeviceEvent.CommandAnswered e, Instant time) {
        draft.commands.computeIfPresent(
                e.id(),
                (id, command) ->
                        command.answered(e.refusal() == null ? time : command.acknowledgedAt(), e.refusal(), e.have()));
    }

    static void ended(StateDraft draft, DeviceEvent.CommandEnded e, Instant time) {
        end(
                draft,
                e.id(),
                new Ended(e.outcome(), e.receiptDigest(), e.keyId(), e.erased(), e.failedStep(), e.message(), time));
    }

    static void revoked(StateDraft draft, DeviceEvent.CommandRevoked e, Instant time) {
        end(draft, e.id(), new Ended(null, null, null, List.of(), null, e.reason(), time));
    }

    private static void end(StateDraft draft, String id, Ended ended) {
        draft.commands.computeIfPresent(id, (key, command) -> command.ended(ended));
        forgetOldest(draft);
    }

    private static void forgetOldest(StateDraft draft) {
        List<Command> ended = draft.commands.values().stream()
                .filter(c -> c.ended() != null)
                .sorted(Comparator.<Command, Instant>comparing(
                                c -> Objects.requireNonNull(c.ended()).at())
                        .thenComparingLong(Command::seq)
                        .thenComparing(Command::id))
                .toList();
        for (int i = 0; i < ended.size() - DeviceState.MAX_ENDED_COMMANDS; i++) {
            draft.commands.remove(ended.get(i).id());
        }
    }
}
