package io.kubemdm.gateway.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.Hello;
import io.kubemdm.protocol.message.MessageId;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionStateTest {

    private static final Instant T = Instant.parse("2026-01-01T00:00:00Z");
    private static final Holder HOLDER = new Holder(DeviceId.parse("acme/d-1"), 1, "sha256:x", T, false);

    @ParameterizedTest(name = "after {0}/{1} comes {2}/{3}: {4}")
    @CsvSource({
        "0,0, 3,1, true",
        "3,1, 3,2, true",
        "3,1, 3,9, true",
        "3,1, 3,1, false",
        "3,2, 3,1, false",
        "2,9, 3,1, true",
        "0,0, 2,7, true",
        "0,0, 4,1, false",
        "0,0, 0,1, false",
        "0,0, 3,0, false"
    })
    void an_agent_speaks_strictly_in_order_and_never_of_a_later_start(
            long lastBoot, long lastN, long boot, long n, boolean may) {
        SessionState.Open open = new SessionState.Open(HOLDER, hello(T, 3), new MessageId(lastBoot, lastN));

        assertThat(open.mayReceive(new MessageId(boot, n))).isEqualTo(may);
        assertThat(open.drained().mayReceive(new MessageId(boot, n))).isEqualTo(may);
    }

    @Test
    void the_whole_life() {
        SessionState.Open open = new SessionState.Unproven().admitted(HOLDER).greeted(hello(T, 1));
        SessionState.Draining draining =
                open.received(new MessageId(1, 1)).drained().received(new MessageId(1, 2));

        assertThat(draining.last()).isEqualTo(new MessageId(1, 2));
        assertThat(draining.closed(CloseCause.Drained)).isEqualTo(new SessionState.Closed(CloseCause.Drained));
    }

    @ParameterizedTest(name = "device {0} s off shows {1}")
    @CsvSource({"0,0", "14,0", "16,30", "-16,-30", "44,30", "86400,86400", "-86401,-86400"})
    void clock_skew_is_told_in_steps_of_thirty(long off, int shown) {
        assertThat(Greeting.skew(T.plusSeconds(off), T)).isEqualTo(shown);
    }

    @Test
    void no_clock_breaks_the_skew() {
        assertThat(Greeting.skew(Instant.MAX, T)).isEqualTo(2_147_483_640);
        assertThat(Greeting.skew(Instant.MIN, T)).isEqualTo(-2_147_483_640);
        assertThat(Greeting.skew(T.plus(Duration.ofDays(365 * 200)), T)).isEqualTo(2_147_483_640);
    }

    @Test
    void a_hello_with_an_endless_name_or_an_impossible_counter_is_not_sane() {
        assertThat(Greeting.isSane(hello(T, 1))).isTrue();
        assertThat(Greeting.isSane(hello(T, 0))).isFalse();
        assertThat(Greeting.isSane(hello(T, 1L << 53))).isFalse();
        assertThat(Greeting.isSane(new Hello("x".repeat(65), "os", "Linux", 1, 1, 0, 0, T)))
                .isFalse();
        assertThat(Greeting.isSane(new Hello("1", "os", "Linux", 1, 1, -1, 0, T)))
                .isFalse();
    }

    @Test
    void every_cause_has_a_code_that_may_be_sent_or_is_none_of_ours() {
        assertThat(Arrays.stream(CloseCause.values()).filter(CloseCause::isOurs))
                .allSatisfy(cause -> assertThat((int) cause.code())
                        .satisfiesAnyOf(code -> assertThat(code).isBetween(4000, 4999), code -> assertThat(
                                        Stream.of(1001, 1007, 1008, 1009, 1011, 1013))
                                .contains(code)));
    }

    private static Hello hello(Instant clock, long boot) {
        return new Hello("1.0", "Debian 12", "Linux", boot, 1, 0, 0, clock);
    }
}
