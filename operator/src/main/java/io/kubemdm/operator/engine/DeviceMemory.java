package io.kubemdm.operator.engine;

import io.kubemdm.operator.engine.SilenceDecision.Census;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What telemetry teaches of the connected devices of this process's partitions: when each was last heard. Not folded, not
 * published, and forgotten when a partition moves. Written by the partition's thread, counted by all.
 */
final class DeviceMemory {

    private static final long CENSUS_AGE_MILLIS = 1_000;

    private record Heard(long millis, long intervalMillis) {}

    private record Count(Census census, long millis) {}

    private final Map<Integer, Map<String, Heard>> partitions = new ConcurrentHashMap<>();
    private final Map<String, Count> counts = new ConcurrentHashMap<>();

    /** A partition arrives, with nothing known. */
    void open(int partition) {
        partitions.put(partition, new ConcurrentHashMap<>());
    }

    /** A partition leaves. */
    void close(int partition) {
        partitions.remove(partition);
    }

    /** A connected device was heard, or is taken as heard. */
    void heard(int partition, String device, Instant at, Duration interval) {
        of(partition).put(device, new Heard(at.toEpochMilli(), interval.toMillis()));
    }

    /** A device is no longer connected. */
    void forget(int partition, String device) {
        of(partition).remove(device);
    }

    /** When a connected device was last heard, null when it is not known to be connected. */
    @Nullable Instant lastHeard(int partition, String device) {
        Heard heard = of(partition).get(device);
        return heard == null ? null : Instant.ofEpochMilli(heard.millis());
    }

    /** Connected and missing devices of a namespace; at most a second old. */
    Census census(String namespace, Instant now) {
        long millis = now.toEpochMilli();
        return counts.compute(namespace, (name, last) -> {
                    if (last != null && millis - last.millis() >= 0 && millis - last.millis() < CENSUS_AGE_MILLIS) {
                        return last;
                    }
                    return new Count(count(name + "/", millis), millis);
                })
                .census();
    }

    /** Connected devices in this process. */
    int connected() {
        return partitions.values().stream().mapToInt(Map::size).sum();
    }

    private Census count(String prefix, long now) {
        int connected = 0;
        int missing = 0;
        for (Map<String, Heard> devices : partitions.values()) {
            for (Map.Entry<String, Heard> device : devices.entrySet()) {
                if (device.getKey().startsWith(prefix)) {
                    connected++;
                    Heard heard = device.getValue();
                    if (now - heard.millis() > heard.intervalMillis() + heard.intervalMillis() / 4) {
                        missing++;
                    }
                }
            }
        }
        return new Census(connected, missing);
    }

    private Map<String, Heard> of(int partition) {
        Map<String, Heard> devices = partitions.get(partition);
        return devices == null ? new HashMap<>() : devices;
    }
}
