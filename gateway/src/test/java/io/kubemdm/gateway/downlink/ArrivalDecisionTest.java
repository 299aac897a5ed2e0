package io.kubemdm.gateway.downlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.gateway.downlink.ArrivalDecision.Arrival;
import io.kubemdm.gateway.downlink.ArrivalDecision.Counter;
import io.kubemdm.gateway.downlink.ArrivalDecision.Refused;
import io.kubemdm.gateway.downlink.ArrivalDecision.Stands;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.order.CommandType;
import java.time.Instant;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ArrivalDecisionTest {

    private static final DeviceId DEVICE = DeviceId.parse("acme/d-1");
    private static final Instant AT = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant LATER = AT.plusSeconds(60);
    private static final Order.Source SOURCE = new Order.Source(0, 0);

    static Stream<Arguments> stands() {
        return Stream.of(
                Arguments.of("the first command of an epoch", arrival(command(2, 1, LATER), null, Counter.NONE, 2)),
                Arguments.of(
                        "a higher counter under the same id",
                        arrival(command(2, 5, LATER), command(2, 4, LATER), new Counter(2, 4), 2)),
                Arguments.of(
                        "counters begin again with the epoch",
                        arrival(command(3, 1, LATER), null, new Counter(2, 9), 3)),
                Arguments.of(
                        "an enrolment the ledger has not told of yet",
                        arrival(command(3, 1, LATER), null, Counter.NONE, 2)),
                Arguments.of("the ledger is not read", arrival(command(2, 1, LATER), null, Counter.NONE, 0)),
                Arguments.of(
                        "a withdrawal, however late",
                        arrival(withdrawal(1, AT), command(1, 4, LATER), new Counter(2, 9), 3)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void stands(String name, Arrival arrival) {
        assertThat(ArrivalDecision.decide(arrival)).isEqualTo(new Stands());
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of(
                        "void when it was written",
                        arrival(command(2, 1, AT), null, Counter.NONE, 2),
                        OrderRefusal.Expired,
                        false),
                Arguments.of(
                        "withdrawn, and written again as it was",
                        arrival(command(2, 4, LATER), withdrawal(2, LATER), new Counter(2, 4), 2),
                        OrderRefusal.Withdrawn,
                        false),
                Arguments.of(
                        "withdrawn, and signed again above",
                        arrival(command(2, 5, LATER), withdrawal(2, LATER), new Counter(2, 4), 2),
                        OrderRefusal.Withdrawn,
                        false),
                Arguments.of(
                        "the same record again",
                        arrival(command(2, 4, LATER), command(2, 4, LATER), new Counter(2, 4), 2),
                        OrderRefusal.StaleCounter,
                        false),
                Arguments.of(
                        "an old command whose record is gone",
                        arrival(command(2, 3, LATER), null, new Counter(2, 4), 2),
                        OrderRefusal.StaleCounter,
                        false),
                Arguments.of(
                        "an epoch before that of a command before it",
                        arrival(command(1, 9, LATER), null, new Counter(2, 4), 0),
                        OrderRefusal.EarlierEpoch,
                        false),
                Arguments.of(
                        "an epoch the ledger knows to be over; who reads later cannot know, so it counts",
                        arrival(command(1, 9, LATER), null, Counter.NONE, 2),
                        OrderRefusal.EarlierEpoch,
                        true));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refused(String name, Arrival arrival, OrderRefusal reason, boolean counts) {
        assertThat(ArrivalDecision.decide(arrival)).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(reason);
            assertThat(refused.counts()).isEqualTo(counts);
            assertThat(refused.message()).isNotBlank();
        });
    }

    private static Arrival arrival(Order order, Order.@Nullable OfCommand standing, Counter highest, long enrolment) {
        return new Arrival(order, AT, standing, highest, enrolment);
    }

    private static Order.Command command(long epoch, long seq, Instant notAfter) {
        return new Order.Command(DEVICE, epoch, "a", seq, CommandType.FullWipe, notAfter, SOURCE, "");
    }

    private static Order.Withdrawal withdrawal(long epoch, Instant notAfter) {
        return new Order.Withdrawal(DEVICE, epoch, "a", notAfter, SOURCE, "");
    }
}
