package io.kubemdm.operator.engine;

import io.kubemdm.operator.engine.Verdict.Cause;
import io.kubemdm.operator.engine.Verdict.Ignored;
import io.kubemdm.protocol.event.DeviceEvent;
import io.kubemdm.protocol.message.Heartbeat;
import io.kubemdm.protocol.message.SessionClosed;
import io.kubemdm.protocol.message.SessionOpened;
import io.kubemdm.protocol.state.DeviceState;
import io.kubemdm.protocol.state.DeviceState.Connection;
import io.kubemdm.protocol.state.DeviceState.Reach;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Whether a device is there, by its session counter; and what only two holders of one identity could do. */
final class SessionRules {

    /** Clock skew is told in steps of this many seconds. */
    static final int SKEW_STEP = 30;

    /** A counter this far above what was ever issued was not counted up from our orders. */
    static final long COUNTER_MARGIN = 1_000_000;

    static final String SESSION_WENT_BACK = "SessionWentBack";
    static final String DESIRED_COUNTER_AHEAD = "DesiredCounterAhead";
    static final String COMMAND_COUNTER_AHEAD = "CommandCounterAhead";

    /** The device was sent a command that was never put on record: somebody else has the operator's key. */
    static final String COMMAND_NEVER_ISSUED = "CommandNeverIssued";

    private SessionRules() {}

    static Verdict opened(DeviceState state, DeviceState.Identity identity, SessionOpened opened) {
        Connection known = state.connection();
        if (known != null && opened.session() <= known.session()) {
            if (!opened.fingerprint().equals(identity.fingerprint())) {
                return Verdict.of(conflict(state, SESSION_WENT_BACK));
            }
            return new Ignored(opened.session() == known.session() ? Cause.Repeat : Cause.OlderSession);
        }
        List<DeviceEvent> events = new ArrayList<>();
        events.add(new DeviceEvent.Connected(
                opened.session(),
                Bounds.cut(opened.region(), Bounds.NAME),
                Bounds.cut(opened.gateway(), Bounds.NAME),
                Bounds.cut(opened.agentVersion(), Bounds.NAME),
                Bounds.cut(opened.osVersion(), Bounds.NAME),
                step(opened.clockSkewSeconds())));
        if (opened.commandSeq() > lastCommand(state) + COUNTER_MARGIN) {
            events.addAll(conflict(state, COMMAND_COUNTER_AHEAD));
        } else if (opened.desiredSeq() > lastDesired(state) + COUNTER_MARGIN) {
            events.addAll(conflict(state, DESIRED_COUNTER_AHEAD));
        }
        return Verdict.of(events);
    }

    static Verdict closed(DeviceState state, SessionClosed closed) {
        Connection known = state.connection();
        if (known == null || closed.session() != known.session()) {
            return new Ignored(Cause.OlderSession);
        }
        if (known.reach() == Reach.Offline) {
            return new Ignored(Cause.Repeat);
        }
        return Verdict.of(new DeviceEvent.Disconnected(closed.session(), Bounds.cut(closed.cause(), Bounds.NAME)));
    }

    /** {@code received} is when the gateway took the heartbeat in. */
    static Verdict heartbeat(DeviceState state, Heartbeat heartbeat, Instant received) {
        List<DeviceEvent> events = new ArrayList<>();
        int skew = saturated(Duration.between(received, heartbeat.clock()).toSeconds());
        // Only a full step away from what is known counts, so that a value between two steps does not flap.
        if (Math.abs((long) skew - state.clockSkewSeconds()) >= SKEW_STEP) {
            events.add(new DeviceEvent.ClockSkewed(step(skew)));
        }
        if (heartbeat.desiredSeq() > lastDesired(state) + COUNTER_MARGIN) {
            events.addAll(conflict(state, DESIRED_COUNTER_AHEAD));
        } else {
            events.addAll(PolicyRules.shown(state, heartbeat));
        }
        return Verdict.of(events);
    }

    /** Whatever an agent says, it is there again. */
    static List<DeviceEvent> resumed(DeviceState state) {
        Connection known = state.connection();
        return known != null && known.reach() == Reach.Stale ? List.of(new DeviceEvent.Resumed()) : List.of();
    }

    /** A conflict is told once per reason and stands until the device enrols anew. */
    static List<DeviceEvent> conflict(DeviceState state, String reason) {
        return reason.equals(state.conflict()) ? List.of() : List.of(new DeviceEvent.Conflicted(reason));
    }

    static long lastCommand(DeviceState state) {
        return state.commands().values().stream()
                .mapToLong(DeviceState.Command::seq)
                .max()
                .orElse(0);
    }

    static long lastDesired(DeviceState state) {
        return state.assigned() == null ? 0 : state.assigned().desiredSeq();
    }

    private static int step(int seconds) {
        return saturated(Math.round(seconds / (double) SKEW_STEP) * SKEW_STEP);
    }

    private static int saturated(long seconds) {
        return (int) Math.clamp(seconds, -1_000_000_020L, 1_000_000_020L);
    }
}
