package io.kubemdm.operator.fleet;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a rollout's devices stand among. */
interface Surroundings {

    Instant now();

    /** Null when it is gone. */
    @Nullable FleetDevice device(String name);

    /** Whether a rollout that outranks {@code members} in its line admits the device. */
    boolean outranked(Members members, String device);

    Turnstile turnstile();
}
