package io.kubemdm.operator.engine;

import org.jspecify.annotations.Nullable;

/** Tells a partition's past when its store has come up empty. */
interface EventHistory {

    /** All that is in the partition's log, null when it is empty. */
    @Nullable Rebuilding replay(int partition);

    /** The partition's store holds its past now; whatever was kept for a second attempt may go. */
    void settled(int partition);
}
