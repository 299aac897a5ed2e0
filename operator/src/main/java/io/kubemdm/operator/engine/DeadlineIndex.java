package io.kubemdm.operator.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Devices ordered by when to look at them next; each at most once. Nothing moves an entry: when it falls due the device
 * is looked at again, and put back with a later deadline if it has been heard meanwhile. Not for several threads.
 */
final class DeadlineIndex {

    private record Deadline(long millis, String device) implements Comparable<Deadline> {
        @Override
        public int compareTo(Deadline other) {
            int byTime = Long.compare(millis, other.millis);
            return byTime != 0 ? byTime : device.compareTo(other.device);
        }
    }

    private final PriorityQueue<Deadline> queue = new PriorityQueue<>();
    private final Set<String> present = new HashSet<>();

    /** Looks at {@code device} at {@code deadline}, unless it is in the index already. */
    void watch(String device, Instant deadline) {
        if (present.add(device)) {
            queue.add(new Deadline(deadline.toEpochMilli(), device));
        }
    }

    /** Takes out what is due, earliest first, at most {@code limit}. */
    List<String> due(Instant now, int limit) {
        List<String> due = new ArrayList<>();
        long millis = now.toEpochMilli();
        while (due.size() < limit) {
            Deadline first = queue.peek();
            if (first == null || first.millis() > millis) {
                break;
            }
            queue.remove();
            present.remove(first.device());
            due.add(first.device());
        }
        return due;
    }

    int size() {
        return queue.size();
    }
}
