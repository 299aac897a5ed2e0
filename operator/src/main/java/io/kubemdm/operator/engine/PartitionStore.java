package io.kubemdm.operator.engine;

import io.kubemdm.bus.Topic;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.state.DeviceState;
import java.util.function.Consumer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** The states of a partition's devices and the partition's head, as published on {@code mdm.state}. */
final class PartitionStore {

    private final KeyValueStore<String, byte[]> store;

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
        return value == null ? null : Json.read(value, DeviceState.class);
    }

    void put(String device, byte[] state) {
        store.put(device, state);
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
