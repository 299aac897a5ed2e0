package io.kubemdm.operator.engine;

import io.kubemdm.operator.engine.compliance.Assessment;
import io.kubemdm.protocol.event.DeviceEvent;
import io.kubemdm.protocol.state.DeviceState;
import io.kubemdm.protocol.state.DeviceState.Connection;
import io.kubemdm.protocol.state.DeviceState.Reach;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Watches one partition's devices that do not speak for what the clocks of their rules bring. One that is connected is
 * judged by its heartbeats alone: while those do not come in, the fault may be ours. Used by the partition's thread only.
 */
final class ComplianceWatch {

    /** A session may have ended by our fault; for so long nothing follows from what was known before. */
    static final Duration OFFLINE_PATIENCE = Duration.ofHours(1);

    private static final int PER_TICK = 1_000;

    private final Assessment assessment;
    private final Function<DeviceState, Duration> allowedSilence;
    private final DeadlineIndex index = new DeadlineIndex();

    /** @param allowedSilence how long a device may be silent */
    ComplianceWatch(Assessment assessment, Function<DeviceState, Duration> allowedSilence) {
        this.assessment = assessment;
        this.allowedSilence = allowedSilence;
    }

    /** The device's state is this now; also called for every state at start. */
    void changed(DeviceState state) {
        Instant next = isOnline(state) ? null : assessment.next(state);
        if (next == null) {
            index.forget(key(state));
        } else {
            index.set(key(state), later(next, patienceEnds(state)));
        }
    }

    /**
     * Hands over what has fallen due by {@code now}.
     *
     * @param readingSince since when the engine has read everything without being late; null while it is late
     */
    void due(
            Instant now,
            @Nullable Instant readingSince,
            Function<String, @Nullable DeviceState> states,
            BiConsumer<DeviceState, List<DeviceEvent>> take) {
        if (readingSince == null) {
            return;
        }
        for (String device : index.due(now, PER_TICK)) {
            DeviceState state = states.apply(device);
            if (state == null || isOnline(state)) {
                continue;
            }
            Instant certain = readingSince.plus(allowedSilence.apply(state));
            if (now.isBefore(certain)) {
                index.set(device, certain);
                continue;
            }
            List<DeviceEvent> events = assessment.elapsed(state, true, now);
            if (events.isEmpty()) {
                index.set(device, now.plus(SilenceDecision.LATER));
            } else {
                take.accept(state, events);
            }
        }
    }

    private static Instant patienceEnds(DeviceState state) {
        Connection connection = state.connection();
        return connection != null && connection.reach() == Reach.Offline
                ? connection.since().plus(OFFLINE_PATIENCE)
                : Instant.EPOCH;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private static boolean isOnline(DeviceState state) {
        return state.connection() != null && state.connection().reach() == Reach.Online;
    }

    private static String key(DeviceState state) {
        return state.device().toString();
    }
}
