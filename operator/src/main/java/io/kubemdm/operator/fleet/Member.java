package io.kubemdm.operator.fleet;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A device in a rollout's order.
 *
 * @param onlineSince null while it is not connected
 * @param waited for its answer in sessions that are over, null for no time
 * @param answer of the turnstile to {@code question}
 */
record Member(
        String name,
        @Nullable Instant onlineSince,
        @Nullable Waited waited,
        Footing footing,
        Question question,
        Turnstile.Answer answer) {

    Standing standing() {
        return footing.standing();
    }

    boolean isOnline() {
        return onlineSince != null;
    }

    /** Whether the rollout gives it its bundle, as far as it is up to the rollout. */
    boolean isGranted() {
        return standing().admitted() && standing() != Standing.RETURNING && standing() != Standing.ROLLED_BACK;
    }
}
