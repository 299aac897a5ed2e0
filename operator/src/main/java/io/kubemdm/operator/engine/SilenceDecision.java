package io.kubemdm.operator.engine;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether a device that was not heard of has fallen silent. Silence is the absence of a report, so it is concluded only
 * by an engine that has read everything there was for long enough, and not when so many vanish at once that the fault
 * must be on our side.
 */
public final class SilenceDecision {

    /** A device is silent after this many intervals. */
    public static final int INTERVALS = 2;

    /** Above this share of a namespace's connected devices, missing together, nobody is silenced. */
    public static final double MASS_SHARE = 0.30;

    /** Fewer than this many missing devices are never a mass. */
    public static final int MASS_MINIMUM = 20;

    /** How long a decision that had to be put off is put off. */
    static final Duration LATER = Duration.ofSeconds(5);

    private SilenceDecision() {}

    /**
     * What is known of a namespace's connected devices.
     *
     * @param connected how many there are
     * @param missing how many of them are overdue by a quarter of an interval or more
     */
    public record Census(int connected, int missing) {

        boolean isMass() {
            return missing >= MASS_MINIMUM && missing > MASS_SHARE * connected;
        }
    }

    /**
     * The gathered facts.
     *
     * @param online whether the device counts as online
     * @param lastHeard when a report of it was last judged
     * @param interval between its heartbeats
     * @param readingSince since when the engine has read everything without being late; null while it is late
     */
    public record Input(
            boolean online,
            Instant lastHeard,
            Duration interval,
            @Nullable Instant readingSince,
            Census census) {}

    /** What is concluded. */
    public sealed interface Outcome {
        /** It is not there any more: stop watching. */
        record Dismiss() implements Outcome {}

        /** Look again then. */
        record Wait(Instant until) implements Outcome {}

        /** It has fallen silent. */
        record Silence() implements Outcome {}

        /** So many are missing that nobody is silenced; look again then. */
        record Hold(Instant until) implements Outcome {}
    }

    /** Concludes. */
    public static Outcome decide(Input input, Instant now) {
        if (!input.online()) {
            return new Outcome.Dismiss();
        }
        Duration allowed = input.interval().multipliedBy(INTERVALS);
        Instant due = input.lastHeard().plus(allowed);
        if (now.isBefore(due)) {
            return new Outcome.Wait(due);
        }
        Instant since = input.readingSince();
        if (since == null) {
            return new Outcome.Wait(now.plus(LATER));
        }
        if (now.isBefore(since.plus(allowed))) {
            return new Outcome.Wait(since.plus(allowed));
        }
        return input.census().isMass() ? new Outcome.Hold(now.plus(LATER)) : new Outcome.Silence();
    }
}
