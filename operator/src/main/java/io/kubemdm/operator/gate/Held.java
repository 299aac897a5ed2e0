package io.kubemdm.operator.gate;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a rollout's flag and windows do to its devices.
 *
 * @param byFlag devices that an open step reaches and for which the flag is off
 * @param byWindow those kept back until a window opens
 * @param byUnknown those kept back because the flag says nothing of them
 * @param on eligible devices for which the flag is on
 * @param off those for which it is off
 * @param unreachable those of which it says nothing
 * @param flagMessage why it says nothing of one of them, empty when it says something of all
 * @param opensAt when a window opens next for one that it keeps back, null when none will or it keeps none back
 * @param windowMessage what opens then, or why nothing does, empty when it keeps none back
 */
record Held(
        int byFlag,
        int byWindow,
        int byUnknown,
        int on,
        int off,
        int unreachable,
        String flagMessage,
        @Nullable Instant opensAt,
        String windowMessage) {

    /** Nothing is held. */
    static final Held NONE = new Held(0, 0, 0, 0, 0, 0, "", null, "");
}
