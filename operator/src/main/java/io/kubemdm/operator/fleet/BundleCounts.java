package io.kubemdm.operator.fleet;

import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.PolicyReported;
import io.kubemdm.protocol.state.ComplianceState;
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

    /**
     * Devices by how they stand to a bundle.
     *
     * @param assigned told to have it
     * @param applied that have it
     * @param unknown told to have it and not judged by it, or not in full
     * @param conflicting that have it, while another line sets something of it to another value with equal right
     */
    public record Count(
            int assigned, int applied, int compliant, int inGrace, int nonCompliant, int unknown, int conflicting) {

        /** Of no device. */
        public static final Count NONE = new Count(0, 0, 0, 0, 0, 0, 0);

        static Count of(boolean assigned, KnownDevice.@Nullable Line held, @Nullable ComplianceState verdict) {
            boolean judged = assigned && verdict != null;
            return new Count(
                    assigned ? 1 : 0,
                    held != null ? 1 : 0,
                    judged && verdict == ComplianceState.Compliant ? 1 : 0,
                    judged && verdict == ComplianceState.InGracePeriod ? 1 : 0,
                    judged && verdict == ComplianceState.NonCompliant ? 1 : 0,
                    assigned
                                    && (verdict == null
                                            || verdict == ComplianceState.Unknown
                                            || verdict == ComplianceState.Error)
                            ? 1
                            : 0,
                    held != null && PolicyReported.CONFLICTING.equals(held.reason()) ? 1 : 0);
        }

        Count plus(Count other) {
            return new Count(
                    assigned + other.assigned,
                    applied + other.applied,
                    compliant + other.compliant,
                    inGrace + other.inGrace,
                    nonCompliant + other.nonCompliant,
                    unknown + other.unknown,
                    conflicting + other.conflicting);
        }
    }

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
        return counts.getOrDefault(namespace + "/" + digest, Count.NONE);
    }

    private Map<String, Count> count() {
        Map<String, Count> found = new HashMap<>();
        fleet.devices().filter(FleetDevice::addressable).forEach(device -> {
            Map<String, KnownDevice.Line> applied = applied(device);
            Set<String> assigned = ordered.apply(device.id());
            Set<String> all = new HashSet<>(applied.keySet());
            all.addAll(assigned);
            for (String digest : all) {
                KnownDevice.Verdict verdict = device.known() == null
                        ? null
                        : device.known().verdicts().get(digest);
                found.merge(
                        device.id().namespace() + "/" + digest,
                        Count.of(
                                assigned.contains(digest),
                                applied.get(digest),
                                verdict == null ? null : verdict.state()),
                        Count::plus);
            }
        });
        return found;
    }

    private static Map<String, KnownDevice.Line> applied(FleetDevice device) {
        Map<String, KnownDevice.Line> lines = new HashMap<>();
        if (device.known() != null) {
            for (KnownDevice.Line line : device.known().policies()) {
                if (line.state() == PolicyReported.State.Applied) {
                    lines.put(line.ref().digest(), line);
                }
            }
        }
        return lines;
    }
}
