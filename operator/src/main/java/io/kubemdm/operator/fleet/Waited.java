package io.kubemdm.operator.fleet;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How long a device was connected since its order, in sessions that are over. It is in memory only: after a restart, or
 * when a rollout selects anew, it is less than the truth, so that a device is never given up too early.
 *
 * @param since the order
 */
record Waited(Instant since, Duration connected) {

    /**
     * With the session that ends by this state.
     *
     * @param before null when nothing was known or nothing has gone by yet
     * @param wasOnlineSince begin of the session by the state before, null when there was none
     * @param ordered when the device was told what is waited for, null when it was not
     * @return null when nothing has gone by
     */
    static @Nullable Waited next(
            @Nullable Waited before, @Nullable Instant wasOnlineSince, @Nullable Instant ordered, KnownDevice now) {
        if (ordered == null) {
            return null;
        }
        Waited same = before != null && before.since().equals(ordered) ? before : null;
        if (wasOnlineSince == null || now.online() || now.onlineSince() == null) {
            return same;
        }
        Duration session = Duration.between(Footing.later(ordered, wasOnlineSince), now.onlineSince());
        return session.isPositive() ? new Waited(ordered, of(same).plus(session)) : same;
    }

    /** How long that is. */
    static Duration of(@Nullable Waited waited) {
        return waited == null ? Duration.ZERO : waited.connected();
    }
}
