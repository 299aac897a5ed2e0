package io.kubemdm.operator.engine;

import io.kubemdm.operator.engine.SilenceDecision.Census;
import io.kubemdm.operator.engine.SilenceDecision.Input;
import io.kubemdm.operator.engine.SilenceDecision.Outcome;
import io.kubemdm.protocol.state.DeviceState;
import io.kubemdm.protocol.state.DeviceState.Reach;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Watches one partition's connected devices for silence. Used by the partition's thread only. */
final class SilenceWatch {

    private static final int PER_TICK = 1_000;
    private static final int MIN_SECONDS = 10;
    private static final int MAX_SECONDS = 86_400;

    private final int partition;
    private final EngineParts parts;
    private final DeadlineIndex index = new DeadlineIndex();
    private @Nullable Instant readingSince;

    SilenceWatch(int partition, EngineParts parts) {
        this.partition = partition;
        this.parts = parts;
        parts.memory().open(partition);
    }

    /** The device said something. */
    void heard(DeviceState state, Instant now) {
        if (isOnline(state)) {
            parts.memory().heard(partition, key(state), now, interval(state));
        }
    }

    /** The device's state is this now; also called for every state at start. */
    void changed(DeviceState state, Instant now) {
        if (!isOnline(state)) {
            parts.memory().forget(partition, key(state));
            return;
        }
        if (parts.memory().lastHeard(partition, key(state)) == null) {
            parts.memory().heard(partition, key(state), now, interval(state));
        }
        index.watch(key(state), now.plus(allowed(state)));
    }

    /** The devices that have fallen silent by {@code now}. */
    List<DeviceState> silent(Instant now, Function<String, @Nullable DeviceState> states) {
        if (!parts.punctuality().onTime(partition)) {
            readingSince = null;
        } else if (readingSince == null) {
            readingSince = now;
        }
        parts.massSilence().review(namespace -> parts.memory().census(namespace, now));
        List<DeviceState> silent = new ArrayList<>();
        for (String device : index.due(now, PER_TICK)) {
            DeviceState state = states.apply(device);
            if (state != null && isSilent(state, now)) {
                silent.add(state);
            }
        }
        return silent;
    }

    /** Since when everything was read without being late, as of the last look; null while late. */
    @Nullable Instant readingSince() {
        return readingSince;
    }

    /** How long a device may be silent. */
    Duration allowed(DeviceState state) {
        return interval(state).multipliedBy(SilenceDecision.INTERVALS);
    }

    private boolean isSilent(DeviceState state, Instant now) {
        String namespace = state.device().namespace();
        Census census = parts.memory().census(namespace, now);
        Instant lastHeard = Objects.requireNonNullElse(parts.memory().lastHeard(partition, key(state)), Instant.EPOCH);
        Input input = new Input(isOnline(state), lastHeard, interval(state), readingSince, census);
        return switch (SilenceDecision.decide(input, now)) {
            case Outcome.Dismiss dismiss -> false;
            case Outcome.Wait wait -> watchAgain(state, wait.until());
            case Outcome.Hold hold -> {
                parts.massSilence().hold(namespace, census);
                yield watchAgain(state, hold.until());
            }
            case Outcome.Silence silence -> true;
        };
    }

    private boolean watchAgain(DeviceState state, Instant until) {
        index.watch(key(state), until);
        return false;
    }

    private Duration interval(DeviceState state) {
        int seconds = state.assigned() == null ? 0 : state.assigned().heartbeatSeconds();
        return seconds <= 0
                ? parts.defaultHeartbeat()
                : Duration.ofSeconds(Math.clamp(seconds, MIN_SECONDS, MAX_SECONDS));
    }

    private static boolean isOnline(DeviceState state) {
        return state.connection() != null && state.connection().reach() == Reach.Online;
    }

    private static String key(DeviceState state) {
        return state.device().toString();
    }
}
