package io.kubemdm.operator.engine.analysis;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.operator.engine.analysis.AnomalyDecision.Baseline;
import io.kubemdm.protocol.event.DeviceEvent;
import io.kubemdm.protocol.fact.FactCatalogue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is usual for each device of one partition, of the facts that are watched: about 350 bytes a device, forgotten when
 * the partition moves. On the partition's thread only.
 */
final class Baselines {

    /**
     * A fact that is watched.
     *
     * @param resolution the least deviation that means anything, in the fact's unit
     */
    private record Watched(String fact, double resolution) {}

    private static final List<Watched> WATCHED = List.of(
            new Watched(FactCatalogue.BATTERY_DRAIN, 10),
            new Watched(FactCatalogue.CRASHES, 1),
            new Watched(FactCatalogue.FAILED_UNLOCKS, 2),
            new Watched(FactCatalogue.APPLY_TIME, 2_000));

    private static final int LEAST_VALUES = 3;

    private final Map<String, @Nullable Baseline[]> devices = new HashMap<>();

    /** What the device's fact was on average before; NaN when too little is known or the fact is not watched. */
    double usual(String device, String fact) {
        @Nullable Baseline[] known = devices.get(device);
        for (int i = 0; known != null && i < WATCHED.size(); i++) {
            Baseline baseline = known[i];
            if (WATCHED.get(i).fact().equals(fact)) {
                return baseline == null || baseline.values() < LEAST_VALUES ? Double.NaN : baseline.usual();
            }
        }
        return Double.NaN;
    }

    /** Learns from what a device measured, and tells what is unusual. */
    List<DeviceEvent> heard(String device, Map<String, JsonNode> facts, Instant received) {
        List<DeviceEvent> found = List.of();
        for (int i = 0; i < WATCHED.size(); i++) {
            Watched watched = WATCHED.get(i);
            Double value = Numbers.of(facts, watched.fact());
            if (value == null) {
                continue;
            }
            @Nullable Baseline[] known = devices.computeIfAbsent(device, name -> new @Nullable Baseline[WATCHED.size()]);
            Baseline before = known[i];
            AnomalyDecision.Outcome outcome =
                    AnomalyDecision.next(before, value, watched.resolution(), received.toEpochMilli());
            known[i] = outcome.baseline();
            Double score = outcome.score();
            if (score != null && before != null) {
                found = new ArrayList<>(found);
                found.add(anomaly(watched, value, before, outcome.baseline(), score));
            }
        }
        return found;
    }

    private static DeviceEvent anomaly(Watched watched, double value, Baseline before, Baseline after, double score) {
        return new DeviceEvent.AnomalyDetected(
                watched.fact(),
                Numbers.rounded(value),
                Numbers.rounded(before.usual()),
                Numbers.rounded(before.spread()),
                Numbers.rounded(score),
                before.values(),
                Instant.ofEpochMilli(after.rowSinceMillis()));
    }
}
