package io.kubemdm.agent;

import io.kubemdm.agent.store.StoreFailed;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Steps that a disk may refuse, and what its last refusal was. On the agent's thread. */
final class DiskTrouble {

    private static final Logger LOG = LoggerFactory.getLogger(DiskTrouble.class);

    private StoreFailed.@Nullable Kind kind;

    /** Takes a step; false when the disk refused it. */
    boolean passes(String what, Runnable step) {
        try {
            step.run();
            kind = null;
            return true;
        } catch (StoreFailed e) {
            if (kind == null) {
                LOG.error("cannot {}, trying again later: {}", what, e.getMessage());
            }
            kind = e.kind();
            return false;
        }
    }

    /** Why the last step was refused, null when it was not. */
    StoreFailed.@Nullable Kind kind() {
        return kind;
    }
}
