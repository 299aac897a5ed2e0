package io.kubemdm.testbed.region;

import java.time.Duration;

/** How long a part that ended waits for its next start: longer each time, until it once lives long enough. */
final class Backoff {

    private static final Duration FIRST = Duration.ofMillis(200);
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final Duration STABLE = Duration.ofSeconds(10);

    private Duration next = FIRST;

    /** The pause after a life of this length. */
    Duration after(Duration life) {
        if (life.compareTo(STABLE) >= 0) {
            next = FIRST;
        }
        Duration pause = next;
        Duration doubled = next.multipliedBy(2);
        next = doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
        return pause;
    }
}
