package io.kubemdm.operator.engine;

import io.kubemdm.protocol.event.DeviceEvent;
import io.kubemdm.protocol.event.EventRecord;
import io.kubemdm.protocol.message.PolicyReported;
import io.kubemdm.protocol.state.DeviceState;
import io.kubemdm.protocol.state.DeviceState.Connection;
import io.kubemdm.protocol.state.DeviceState.Identity;
import io.kubemdm.protocol.state.DeviceState.Reach;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a state becomes by an event. Pure and total: whatever was written can be folded. */
public final class Fold {

    private Fold() {}

    /** Whether a device's history can be told from this event on, nothing being known before. */
    public static boolean begins(EventRecord record) {
        return record.event() instanceof DeviceEvent.Snapshotted
                || (record.sequence() == 1
                        && (record.event() instanceof DeviceEvent.Enrolled
                                || record.event() instanceof DeviceEvent.Declared));
    }

    /**
     * The state after {@code record}.
     *
     * @param state before it, null when nothing is known
     * @throws IllegalStateException when nothing is known and no history begins with {@code record}
     */
    public static DeviceState evolve(@Nullable DeviceState state, EventRecord record) {
        if (state == null && !begins(record)) {
            throw new IllegalStateException(
                    "no history begins with " + record.event().typeName() + " of sequence " + record.sequence());
        }
        StateDraft draft = StateDraft.of(state);
        apply(draft, record);
        if (record.cause().compareTo(draft.processed) > 0) {
            draft.processed = record.cause();
        }
        return draft.build(record);
    }

    private static void apply(StateDraft draft, EventRecord record) {
        Instant time = record.time();
        switch (record.event()) {
            case DeviceEvent.Enrolled e -> draft.beginLife(identity(e, time));
            case DeviceEvent.Renewed e -> renew(draft, e);
            case DeviceEvent.Declared e ->
                draft.declared = new DeviceState.Declaration(e.uid(), e.generation(), e.spec(), e.labels());
            case DeviceEvent.Assigned e -> draft.assigned = Tenures.assigned(draft, e, time);
            case DeviceEvent.Deprovision e -> {}
            case DeviceEvent.Wipe e -> {}
            case DeviceEvent.Connected e -> connect(draft, e, time);
            case DeviceEvent.Disconnected e -> reach(draft, Reach.Offline, time);
            case DeviceEvent.Silenced e -> reach(draft, Reach.Stale, time);
            case DeviceEvent.Resumed e -> reach(draft, Reach.Online, time);
            case DeviceEvent.PolicyChanged e -> policy(draft, e, time);
            case DeviceEvent.Drifted e -> {}
            case DeviceEvent.ClockSkewed e -> draft.clockSkewSeconds = e.seconds();
            case DeviceEvent.CommandIssued e -> CommandFold.issued(draft, e, time);
            case DeviceEvent.CommandPushed e -> CommandFold.pushed(draft, e, time);
            case DeviceEvent.CommandAnswered e -> CommandFold.answered(draft, e, time);
            case DeviceEvent.CommandEnded e -> CommandFold.ended(draft, e, time);
            case DeviceEvent.CommandRevoked e -> CommandFold.revoked(draft, e, time);
            case DeviceEvent.ReceiptRefused e -> {}
            case DeviceEvent.Conflicted e -> draft.conflict = e.reason();
            case DeviceEvent.ComplianceChanged e -> draft.compliance = e.compliance();
            case DeviceEvent.ActionFired e -> {}
            case DeviceEvent.ActionsCleared e -> {}
            case DeviceEvent.AnomalyDetected e -> {}
            case DeviceEvent.Snapshotted e -> draft.restore(e.state());
        }
    }

    private static Identity identity(DeviceEvent.Enrolled e, Instant time) {
        return new Identity(
                e.fingerprint(),
                e.notAfter(),
                e.spki(),
                e.platform(),
                e.ownership(),
                e.labels(),
                e.token(),
                e.serialNumber(),
                e.model(),
                e.vendor(),
                time);
    }

    private static void renew(StateDraft draft, DeviceEvent.Renewed e) {
        Identity old = draft.identity;
        if (old != null) {
            draft.identity = new Identity(
                    e.fingerprint(),
                    e.notAfter(),
                    e.spki(),
                    old.platform(),
                    old.ownership(),
                    old.labels(),
                    old.token(),
                    old.serialNumber(),
                    old.model(),
                    old.vendor(),
                    old.enrolledAt());
        }
    }

    private static void connect(StateDraft draft, DeviceEvent.Connected e, Instant time) {
        Connection old = draft.connection;
        Instant since = old != null && old.reach() == Reach.Online ? old.since() : time;
        draft.connection = new Connection(
                Reach.Online, e.region(), e.gateway(), e.session(), e.agentVersion(), e.osVersion(), since);
        draft.clockSkewSeconds = e.clockSkewSeconds();
    }

    private static void reach(StateDraft draft, Reach reach, Instant time) {
        Connection old = draft.connection;
        if (old != null && old.reach() != reach) {
            draft.connection = new Connection(
                    reach, old.region(), old.gateway(), old.session(), old.agentVersion(), old.osVersion(), time);
        }
    }

    private static void policy(StateDraft draft, DeviceEvent.PolicyChanged e, Instant time) {
        String line = e.policy().policy();
        DeviceState.Policy old = draft.policies.get(line);
        boolean same = old != null && old.state() == e.state() && old.ref().equals(e.policy());
        draft.putPolicy(
                line,
                new DeviceState.Policy(
                        e.policy(),
                        e.state(),
                        e.desiredSeq(),
                        e.reason(),
                        e.message(),
                        same ? old.since() : time,
                        Tenures.inForce(old, e)));
        if (e.state() == PolicyReported.State.Applied) {
            draft.assigned = Tenures.applied(draft.assigned, e.policy(), time);
        }
    }
}
