package io.kubemdm.operator.engine;

import io.kubemdm.protocol.device.DeviceId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * When a device's whole state is written to the log again: once per {@link #PERIOD}, at a moment of its own, so that the
 * log always holds every device's history from a snapshot on, and the fleet's snapshots are spread evenly. The period is
 * part of how a log is folded and therefore no setting.
 */
final class SnapshotSchedule {

    /** A quarter; the promise is 180 days, the log keeps 400. */
    static final Duration PERIOD = Duration.ofDays(90);

    private SnapshotSchedule() {}

    /** The device's latest moment that is not after {@code now}. */
    static Instant slot(DeviceId device, Instant now) {
        return slot(device.toString(), now);
    }

    static Instant slot(String device, Instant now) {
        long period = PERIOD.toMillis();
        long offset = Math.floorMod(device.hashCode() * 0x9E3779B97F4A7C15L, period);
        return Instant.ofEpochMilli(Math.floorDiv(now.toEpochMilli() - offset, period) * period + offset);
    }

    /** Whether the device's snapshot has fallen due since {@code through}. */
    static boolean due(String device, Instant through, Instant now) {
        return slot(device, now).isAfter(through);
    }

    /**
     * The devices to be snapshotted first: earliest slot first, about {@code limit}. Devices of one slot stay together,
     * since {@link PartitionHead#snapshotsThrough()} remembers slots.
     */
    static List<String> first(Map<String, Instant> due, int limit) {
        List<Map.Entry<String, Instant>> sorted = due.entrySet().stream()
                .sorted(Map.Entry.<String, Instant>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .toList();
        int end = Math.min(limit, sorted.size());
        while (end > 0
                && end < sorted.size()
                && sorted.get(end).getValue().equals(sorted.get(end - 1).getValue())) {
            end++;
        }
        return sorted.subList(0, end).stream().map(Map.Entry::getKey).toList();
    }
}
