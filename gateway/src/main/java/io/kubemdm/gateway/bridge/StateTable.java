package io.kubemdm.gateway.bridge;

import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.state.DeviceState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The latest state of every device in this replica's partitions, as bytes: a state is looked at when something changes and
 * kept for a fleet. Safe for several threads.
 */
final class StateTable {

    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    private record Held(int partition, byte[] value) {}

    private final Map<DeviceId, Held> states = new ConcurrentHashMap<>();

    void put(DeviceId device, int partition, byte[] value) {
        states.put(device, new Held(partition, value));
    }

    void remove(DeviceId device) {
        states.remove(device);
    }

    /** Forgets what is another replica's from now on. */
    void drop(Collection<Integer> partitions) {
        states.values().removeIf(held -> partitions.contains(held.partition()));
    }

    /** Null when it is not ours, or not known. */
    @Nullable DeviceState find(DeviceId device) {
        Held held = states.get(device);
        return held == null ? null : Json.read(held.value(), DeviceState.class);
    }

    /** Devices of a partition. */
    List<DeviceId> devices(int partition) {
        List<DeviceId> devices = new ArrayList<>();
        states.forEach((device, held) -> {
            if (held.partition() == partition) {
                devices.add(device);
            }
        });
        return devices;
    }

    int size() {
        return states.size();
    }
}
