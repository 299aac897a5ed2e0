package io.kubemdm.agent.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class RenewalTimeTest {

    @Property
    void it_is_about_two_thirds_of_the_life_and_never_after_it(
            @ForAll @LongRange(min = 3_600, max = 7_776_000) long seconds, @ForAll long seed) {
        Instant begin = Instant.parse("2026-11-25T00:00:00Z");

        Instant at = RenewalTime.of(begin, begin.plusSeconds(seconds), new SplittableRandom(seed));

        assertThat(at).isBetween(begin.plusMillis((long) (seconds * 1000 * 0.61)), begin.plusMillis((long)
                (seconds * 1000 * 0.72)));
    }
}
