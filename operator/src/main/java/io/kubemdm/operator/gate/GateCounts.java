package io.kubemdm.operator.gate;

import io.kubemdm.operator.gate.PassageDecision.Flag;
import io.kubemdm.operator.gate.PassageDecision.Way;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How many devices of one rollout its flag and windows keep back, and in which time zones. Safe for several threads. */
final class GateCounts {

    private record Entry(PassageDecision passage, boolean reached) {}

    private final Map<String, Entry> devices = new HashMap<>();
    private final Map<Flag, Integer> flags = new EnumMap<>(Flag.class);
    private final Map<Way, Integer> kept = new EnumMap<>(Way.class);

    /** Those whom windows keep back, by zone. */
    private final Map<String, Integer> shut = new TreeMap<>();

    private String problem = "";

    /**
     * Takes what was said of a device.
     *
     * @param reached whether an open step reaches it
     * @param why why the flag says nothing, empty when it does
     */
    synchronized void put(String device, PassageDecision passage, boolean reached, String why) {
        Entry now = new Entry(passage, reached);
        count(devices.put(device, now), -1);
        count(now, 1);
        if (passage.flag() == Flag.UNREACHABLE) {
            problem = why;
        }
    }

    /** The device is not selected any more. */
    synchronized void remove(String device) {
        count(devices.remove(device), -1);
    }

    private void count(@Nullable Entry entry, int by) {
        if (entry == null) {
            return;
        }
        flags.merge(entry.passage().flag(), by, Integer::sum);
        if (entry.reached()) {
            kept.merge(entry.passage().way(), by, Integer::sum);
            if (entry.passage().way() == Way.WINDOW_SHUT) {
                shut.merge(entry.passage().zone(), by, (one, other) -> one + other == 0 ? null : one + other);
            }
        }
    }

    /** @param openings of the rollout's windows in a zone */
    synchronized Held held(Function<String, Opening> openings) {
        Opening next = null;
        for (String zone : shut.keySet()) {
            Opening opening = openings.apply(zone);
            if (next == null || opening.isBefore(next)) {
                next = opening;
            }
        }
        int unreachable = flags.getOrDefault(Flag.UNREACHABLE, 0);
        return new Held(
                kept.getOrDefault(Way.FLAG_OFF, 0),
                kept.getOrDefault(Way.WINDOW_SHUT, 0),
                kept.getOrDefault(Way.FLAG_UNREACHABLE, 0),
                flags.getOrDefault(Flag.ON, 0),
                flags.getOrDefault(Flag.OFF, 0),
                unreachable,
                unreachable == 0 ? "" : problem,
                next == null ? null : next.at(),
                next == null ? "" : next.message());
    }
}
