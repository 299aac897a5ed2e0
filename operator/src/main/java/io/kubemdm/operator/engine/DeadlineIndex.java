package io.kubemdm.operator.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/** Devices ordered by when to look at them next; each at most once. Not for several threads. */
final class DeadlineIndex {

    private record Deadline(long millis, String device) implements Comparable<Deadline> {
        @Override
        public int compareTo(Deadline other) {
            int byTime = Long.compare(millis, other.millis);
            return byTime != 0 ? byTime : device.compareTo(other.device);
        }
    }

    private final NavigableSet<Deadline> queue = new TreeSet<>();
    private final Map<String, Deadline> present = new HashMap<>();

    /**
     * Looks at {@code device} at {@code deadline}, unless it is in the index already: whatever is heard of a device moves
     * nothing, it is put back with a later deadline when it has fallen due.
     */
    void watch(String device, Instant deadline) {
        if (!present.containsKey(device)) {
            set(device, deadline);
        }
    }

    /** Looks at {@code device} at {@code deadline} and not at another. */
    void set(String device, Instant deadline) {
        Deadline next = new Deadline(deadline.toEpochMilli(), device);
        Deadline former = present.put(device, next);
        if (former != null) {
            queue.remove(former);
        }
        queue.add(next);
    }

    /** Looks at {@code device} no more. */
    void forget(String device) {
        Deadline former = present.remove(device);
        if (former != null) {
            queue.remove(former);
        }
    }

    /** Takes out what is due, earliest first, at most {@code limit}. */
    List<String> due(Instant now, int limit) {
        List<String> due = new ArrayList<>();
        long millis = now.toEpochMilli();
        while (due.size() < limit && !queue.isEmpty() && queue.first().millis() <= millis) {
            String device = queue.first().device();
            forget(device);
            due.add(device);
        }
        return due;
    }

    int size() {
        return queue.size();
    }
}
