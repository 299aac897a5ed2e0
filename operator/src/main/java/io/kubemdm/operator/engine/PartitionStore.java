package io.kubemdm.operator.engine;

import io.kubemdm.bus.Topic;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.state.DeviceState;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The states of a partition's devices and the partition's head, as published on {@code mdm.state}. The few that changed last
 * are kept as read, too: whoever reports something mostly reports more in the same second. Confined to its thread.
 */
final class PartitionStore {

    private static final int RECENT = 256;

    /** A state as it was read from these very bytes. */
    @SuppressWarnings("ArrayRecordComponent") // compared by identity
    private record Recent(byte[] bytes, DeviceState state) {}

    private final KeyValueStore<String, byte[]> store;
    private final Map<String, Recent> recent = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Recent> eldest) {
            return size() > RECENT;
        }
    };

    PartitionStore(KeyValueStore<String, byte[]> store) {
        this.store = store;
    }

    @Nullable PartitionHead head() {
        byte[] value = store.get(Topic.ENGINE_HEAD_KEY);
        return value == null ? null : Json.read(value, PartitionHead.class);
    }

    void put(PartitionHead head) {
        store.put(Topic.ENGINE_HEAD_KEY, Json.canonical(head));
    }

    @Nullable DeviceState state(String device) {
        byte[] value = store.get(device);
        if (value == null) {
            return null;
        }
        Recent known = recent.get(device);
        return known != null && known.bytes() == value ? known.state() : Json.read(value, DeviceState.class);
    }

    void put(String device, byte[] bytes, DeviceState state) {
        store.put(device, bytes);
        recent.put(device, new Recent(bytes, state));
    }

    /** Every device's key. */
    void forEachKey(Consumer<String> action) {
        try (KeyValueIterator<String, byte[]> all = store.all()) {
            while (all.hasNext()) {
                String key = all.next().key;
                if (!key.equals(Topic.ENGINE_HEAD_KEY)) {
                    action.accept(key);
                }
            }
        }
    }

    /** Every device's state. */
    void forEach(Consumer<DeviceState> action) {
        try (KeyValueIterator<String, byte[]> all = store.all()) {
            while (all.hasNext()) {
                KeyValue<String, byte[]> each = all.next();
                if (!each.key.equals(Topic.ENGINE_HEAD_KEY)) {
                    action.accept(Json.read(each.value, DeviceState.class));
                }
            }
        }
    }
}
