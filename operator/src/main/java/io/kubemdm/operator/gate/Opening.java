package io.kubemdm.operator.gate;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When a rollout's windows are open in a time zone.
 *
 * @param at when the next one opens, now while one is open, null when none ever will
 * @param message what opens when, or why nothing ever will
 */
record Opening(@Nullable Instant at, String message) {

    boolean isBefore(Opening other) {
        return at != null && (other.at == null || at.isBefore(other.at));
    }
}
