package io.kubemdm.agent.link;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Full jitter: before the n-th attempt in a row a wait of 0 to min(60 s, 2ⁿ s), evenly drawn, so that a fleet that lost
 * its gateway at one moment comes back spread out.
 */
public final class Backoff {

    /** No wait is longer. */
    public static final Duration CEILING = Duration.ofSeconds(60);

    /** Where n starts when a session that stood is lost: at most a thirtieth of the fleet comes back in one second. */
    public static final int AFTER_LOSS = 5;

    private Backoff() {}

    /**
     * The wait before an attempt.
     *
     * @param failures attempts that failed since the last success, from 0
     */
    public static Duration delay(int failures, RandomGenerator random) {
        return Duration.ofMillis(random.nextLong(bound(failures).toMillis() + 1));
    }

    /** The longest possible wait after that many failures. */
    public static Duration bound(int failures) {
        int exponent = Math.clamp(failures, 0, 6);
        Duration power = Duration.ofSeconds(1L << exponent);
        return power.compareTo(CEILING) > 0 ? CEILING : power;
    }
}
