package io.kubemdm.operator.fleet;

import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.PolicyReported;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Devices by bundle, counted over the whole fleet at most once a minute, whoever asks. */
public final class BundleCounts {

    private static final Duration INTERVAL = Duration.ofMinutes(1);

    /** Devices told to have a bundle, and devices that have it. */
    public record Count(int assigned, int applied) {}

    private final Fleet fleet;
    private final Function<DeviceId, Set<String>> ordered;
    private final Clock clock;
    private Map<String, Count> counts = Map.of();
    private @Nullable Instant countedAt;

    /** @param ordered digests of a device's latest order */
    public BundleCounts(Fleet fleet, Function<DeviceId, Set<String>> ordered, Clock clock) {
        this.fleet = fleet;
        this.ordered = ordered;
        this.clock = clock;
    }

    /** The counts of one bundle of a namespace, up to a minute old. */
    public synchronized Count of(String namespace, String digest) {
        Instant now = clock.instant();
        if (countedAt == null || countedAt.plus(INTERVAL).isBefore(now)) {
            counts = count();
            countedAt = now;
        }
        return counts.getOrDefault(namespace + "/" + digest, new Count(0, 0));
    }

    private Map<String, Count> count() {
        Map<String, Count> found = new HashMap<>();
        fleet.devices().filter(FleetDevice::addressable).forEach(device -> {
            Set<String> applied = applied(device);
            Set<String> assigned = ordered.apply(device.id());
            Set<String> all = new HashSet<>(applied);
            all.addAll(assigned);
            for (String digest : all) {
                found.merge(
                        device.id().namespace() + "/" + digest,
                        new Count(assigned.contains(digest) ? 1 : 0, applied.contains(digest) ? 1 : 0),
                        (a, b) -> new Count(a.assigned() + b.assigned(), a.applied() + b.applied()));
            }
        });
        return found;
    }

    private static Set<String> applied(FleetDevice device) {
        Set<String> digests = new HashSet<>();
        if (device.known() != null) {
            for (KnownDevice.Line line : device.known().policies()) {
                if (line.state() == PolicyReported.State.Applied) {
                    digests.add(line.ref().digest());
                }
            }
        }
        return digests;
    }
}
