package io.kubemdm.operator.engine;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Heads of this process's partitions as far as they are committed: what may be signed. */
final class Heads {

    private final Map<Integer, PartitionHead> confirmed = new ConcurrentHashMap<>();

    /** A head that was seen at an earlier tick and outlived a commit. */
    void confirm(int partition, PartitionHead head) {
        if (!head.equals(PartitionHead.EMPTY)) {
            confirmed.put(partition, head);
        }
    }

    /** The partition moves or starts over. */
    void forget(int partition) {
        confirmed.remove(partition);
    }

    Map<Integer, PartitionHead> confirmed() {
        return Map.copyOf(confirmed);
    }
}
