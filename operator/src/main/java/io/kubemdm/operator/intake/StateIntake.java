package io.kubemdm.operator.intake;

import io.kubemdm.bus.CompactedTopic;
import io.kubemdm.bus.CompactedTopic.Entry;
import io.kubemdm.bus.KafkaAccess;
import io.kubemdm.bus.Topic;
import io.kubemdm.operator.fleet.Fleet;
import io.kubemdm.operator.fleet.FleetDevice;
import io.kubemdm.operator.fleet.KnownDevice;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.json.MalformedJson;
import io.kubemdm.protocol.state.DeviceState;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Reads {@code mdm.state} into the {@link Fleet} and tells who may want to look again. */
public final class StateIntake implements AutoCloseable {

    /** Hears of changed states on the reader's thread; must not block. */
    @FunctionalInterface
    public interface Listener {
        /**
         * A state changed.
         *
         * @param before null when it is new
         * @param now null when it is gone
         * @param rollouts names of the rollouts whose counts that changed
         */
        void changed(DeviceId device, @Nullable KnownDevice before, @Nullable KnownDevice now, List<String> rollouts);
    }

    private final Fleet fleet;
    private final DeadLetters deadLetters;
    private final Listener listener;
    private final CompactedTopic reader;

    /** Starts reading. */
    @SuppressWarnings("this-escape") // the reader's thread sees every field: it is started last
    public StateIntake(KafkaAccess kafka, Fleet fleet, DeadLetters deadLetters, Listener listener) {
        this.fleet = fleet;
        this.deadLetters = deadLetters;
        this.listener = listener;
        this.reader = CompactedTopic.read(kafka, "operator-intake", List.of(Topic.STATE), this::take);
    }

    /** Completes when all states that were there at start are in the fleet. */
    public CompletableFuture<Void> caughtUp() {
        return reader.caughtUp();
    }

    private void take(Entry entry) {
        if (entry.key().startsWith(Topic.ENGINE_HEAD_KEY)) {
            return;
        }
        try {
            DeviceId device = DeviceId.parse(entry.key());
            FleetDevice former = fleet.device(device);
            KnownDevice before = former == null ? null : former.known();
            byte[] value = entry.value();
            KnownDevice now = value == null ? null : KnownDevice.of(Json.read(value, DeviceState.class));
            if (now != null && !now.device().equals(device)) {
                throw new MalformedJson("key names " + device + ", value " + now.device());
            }
            listener.changed(device, before, now, now == null ? fleet.forget(device) : fleet.know(now));
        } catch (MalformedJson | IllegalArgumentException | NullPointerException e) {
            deadLetters.write(entry, "not a device's state: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        reader.close();
    }
}
