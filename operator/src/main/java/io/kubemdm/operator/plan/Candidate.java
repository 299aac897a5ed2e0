package io.kubemdm.operator.plan;

import io.kubemdm.operator.fleet.FleetDevice;
import io.kubemdm.operator.fleet.LiveRollout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A device that the rollout is for.
 *
 * @param place in the rollout's order
 * @param step index of the step that admits it, the number of steps when none does
 * @param admitted whether it is admitted already
 * @param winner the rollout that keeps it from this one's bundle in the end, null when none does
 */
record Candidate(
        FleetDevice device,
        String place,
        int step,
        boolean admitted,
        @Nullable LiveRollout winner) {

    boolean online() {
        return device.known() != null && device.known().online();
    }

    String name() {
        return device.id().name();
    }

    /** Names of the first so many. */
    static List<String> names(List<Candidate> candidates, int most) {
        return candidates.stream().limit(most).map(Candidate::name).toList();
    }
}
