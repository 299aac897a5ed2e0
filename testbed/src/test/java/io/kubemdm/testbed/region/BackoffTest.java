package io.kubemdm.testbed.region;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {

    private final Backoff backoff = new Backoff();

    @Test
    void aPartThatKeepsEndingIsStartedLessAndLessOftenUpToHalfAMinute() {
        Duration last = Duration.ZERO;
        for (int i = 0; i < 10; i++) {
            Duration next = backoff.after(Duration.ofMillis(50));
            assertThat(next).isGreaterThanOrEqualTo(last);
            last = next;
        }
        assertThat(last).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void aPartThatLivedIsStartedAtOnceHoweverOftenItEndedBefore() {
        for (int i = 0; i < 10; i++) {
            backoff.after(Duration.ofMillis(50));
        }
        assertThat(backoff.after(Duration.ofMinutes(1))).isLessThan(Duration.ofSeconds(1));
    }
}
