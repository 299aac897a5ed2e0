package io.kubemdm.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackoffTest {

    private static final int AGENTS = 1_000;
    private static final int SECONDS = 300;

    @ParameterizedTest
    @CsvSource({"0,1", "1,2", "5,32", "6,60", "7,60", "1000,60", "-1,1"})
    void the_bound_doubles_up_to_a_minute(int failures, long seconds) {
        assertThat(Backoff.bound(failures)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Property
    void every_wait_is_within_the_bound(@ForAll @IntRange(min = 0, max = 100) int failures, @ForAll long seed) {
        Duration wait = Backoff.delay(failures, new SplittableRandom(seed));

        assertThat(wait).isBetween(Duration.ZERO, Backoff.bound(failures));
    }

    /** Virtual time: everybody loses the session at 0; whoever tries before {@code back} fails and waits again. */
    @ParameterizedTest
    @ValueSource(ints = {0, 3, 10, 30, 90, SECONDS})
    void after_a_gateway_kill_no_second_sees_more_than_a_tenth_of_a_thousand_agents(int back) {
        for (long seed = 0; seed < 20; seed++) {
            int[] attempts = new int[SECONDS];
            SplittableRandom random = new SplittableRandom(seed);
            for (int agent = 0; agent < AGENTS; agent++) {
                double at = 0;
                boolean connected = false;
                for (int n = Backoff.AFTER_LOSS; !connected && at < SECONDS; n++) {
                    at += Backoff.delay(n, random).toMillis() / 1000.0;
                    connected = at >= back;
                    if (at < SECONDS) {
                        attempts[(int) at]++;
                    }
                }
            }
            assertThat(Arrays.stream(attempts).max().orElseThrow())
                    .as("seed %d", seed)
                    .isLessThanOrEqualTo(AGENTS / 10);
        }
    }
}
