package io.kubemdm.agent.identity;

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/** When to renew: at two thirds of the certificate's life, give or take up to a twentieth, so that a fleet is spread. */
public final class RenewalTime {

    private RenewalTime() {}

    /** The moment, between 0.617 and 0.717 of the life. */
    public static Instant of(Instant notBefore, Instant notAfter, RandomGenerator random) {
        Duration life = Duration.between(notBefore, notAfter);
        double share = 2.0 / 3.0 + (random.nextDouble() - 0.5) / 10.0;
        return notBefore.plusMillis((long) (life.toMillis() * share));
    }
}
