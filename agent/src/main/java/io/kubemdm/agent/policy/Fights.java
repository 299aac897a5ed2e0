package io.kubemdm.agent.policy;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Counts how often somebody changed the same thing back. Kept in memory: a restart gives everybody a new chance. */
final class Fights {

    static final int LIMIT = 3;
    static final Duration WINDOW = Duration.ofHours(1);

    private final Map<String, Deque<Long>> seen = new HashMap<>(2);
    private final Set<String> given = new HashSet<>(2);

    /**
     * One more change by somebody.
     *
     * @param ticks monotonic nanoseconds
     * @return whether it is still worth putting back; false from the third within an hour on
     */
    boolean again(String target, long ticks) {
        Deque<Long> times = seen.computeIfAbsent(target, t -> new ArrayDeque<>(LIMIT));
        while (!times.isEmpty() && ticks - times.getFirst() >= WINDOW.toNanos()) {
            times.removeFirst();
        }
        times.addLast(ticks);
        if (times.size() >= LIMIT) {
            given.add(target);
            return false;
        }
        return true;
    }

    /** The last one could not be put back, which is nobody's fight. */
    void forgive(String target) {
        Deque<Long> times = seen.get(target);
        if (times != null) {
            times.pollLast();
        }
    }

    /** Whether the fight for this target was given up. */
    boolean isGivenUp(String target) {
        return given.contains(target);
    }

    /** A new order: everything is worth fighting for again. */
    void reset() {
        seen.clear();
        given.clear();
    }
}
