package io.kubemdm.agent.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.agent.order.CommandDecision.Verdict;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.CommandAcknowledged.Refusal;
import io.kubemdm.protocol.order.CommandOrder;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.DesiredOrder;
import io.kubemdm.protocol.order.Receipt;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CommandDecisionTest {

    private static final DeviceId DEVICE = new DeviceId("acme", "d-a");
    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final CommandDecision.Device CAN = new CommandDecision.Device(
            DEVICE,
            Map.of(CommandType.FullWipe, Refusal.Forbidden),
            Set.of(CommandType.Lock, CommandType.Retire, CommandType.Remediate));
    private static final Guard GUARD = Guard.fresh().inEpoch(2);
    private static final Guard.Answered DONE =
            new Guard.Answered(3, NOW.plusSeconds(60), CommandType.Lock, null, "jws", Receipt.Outcome.Completed, true);

    static Stream<Arguments> cases() {
        CommandOrder lock = order("c", 2, 4, CommandType.Lock);
        Guard busy = GUARD.opening(order("other", 2, 3, CommandType.Lock));
        return Stream.of(
                Arguments.of("a new command is accepted", lock, GUARD, new Verdict.Accept()),
                Arguments.of(
                        "another device's is refused",
                        new CommandOrder(
                                "c",
                                new DeviceId("acme", "d-b"),
                                2,
                                4,
                                "n",
                                NOW,
                                NOW.plusSeconds(9),
                                CommandType.Lock,
                                Map.of()),
                        GUARD,
                        new Verdict.Refuse(Refusal.WrongDevice, false)),
                Arguments.of(
                        "a former enrolment's is refused",
                        order("c", 1, 4, CommandType.Lock),
                        GUARD,
                        new Verdict.Refuse(Refusal.WrongEpoch, false)),
                Arguments.of(
                        "a later enrolment's is refused",
                        order("c", 3, 4, CommandType.Lock),
                        GUARD,
                        new Verdict.Refuse(Refusal.WrongEpoch, false)),
                Arguments.of(
                        "a counter of zero is malformed",
                        order("c", 2, 0, CommandType.Lock),
                        GUARD,
                        new Verdict.Refuse(Refusal.Malformed, false)),
                Arguments.of(
                        "a counter above 2^53-1 is malformed",
                        order("c", 2, DesiredOrder.MAX_SEQ + 1, CommandType.Lock),
                        GUARD,
                        new Verdict.Refuse(Refusal.Malformed, false)),
                Arguments.of(
                        "a counter not above the device's is stale",
                        lock,
                        GUARD.answering("x", DONE.under(4, NOW)),
                        new Verdict.Refuse(Refusal.StaleSeq, false)),
                Arguments.of(
                        "a repeat gets the stored answer, even with a stale counter",
                        order("c", 2, 1, CommandType.Lock),
                        GUARD.answering("c", DONE),
                        new Verdict.Repeat(DONE)),
                Arguments.of(
                        "an open command signed again goes on",
                        order("c", 2, 9, CommandType.Lock),
                        GUARD.opening(lock),
                        new Verdict.Continue()),
                Arguments.of(
                        "an expired one is refused by server time",
                        new CommandOrder("c", DEVICE, 2, 4, "n", NOW, NOW, CommandType.Lock, Map.of()),
                        GUARD,
                        new Verdict.Refuse(Refusal.Expired, false)),
                Arguments.of(
                        "a withdrawn one is refused",
                        lock,
                        GUARD.withdrawing("c", NOW.plusSeconds(60)),
                        new Verdict.Refuse(Refusal.Withdrawn, false)),
                Arguments.of(
                        "what ownership forbids is refused for good",
                        order("c", 2, 4, CommandType.FullWipe),
                        GUARD,
                        new Verdict.Refuse(Refusal.Forbidden, true)),
                Arguments.of(
                        "what no driver can do is refused for good",
                        order("c", 2, 4, CommandType.CryptoErase),
                        GUARD,
                        new Verdict.Refuse(Refusal.Unsupported, true)),
                Arguments.of(
                        "a remediation by a script's name is accepted",
                        remediation(Map.of("reapply", "true", "scripts", "fix-a,fix-b")),
                        GUARD,
                        new Verdict.Accept()),
                Arguments.of(
                        "a remediation that asks for nothing is malformed",
                        remediation(Map.of()),
                        GUARD,
                        new Verdict.Refuse(Refusal.Malformed, true)),
                Arguments.of(
                        "a remediation by a path is malformed",
                        remediation(Map.of("scripts", "../../tmp/x")),
                        GUARD,
                        new Verdict.Refuse(Refusal.Malformed, true)),
                Arguments.of(
                        "a remediation with rubbish is malformed",
                        remediation(Map.of("reapply", "perhaps")),
                        GUARD,
                        new Verdict.Refuse(Refusal.Malformed, true)),
                Arguments.of(
                        "nothing waits for a remediation that is stuck",
                        lock,
                        GUARD.opening(new CommandOrder(
                                "r", DEVICE, 2, 3, "n", NOW, NOW.plusSeconds(60), CommandType.Remediate, Map.of())),
                        new Verdict.Accept()),
                Arguments.of(
                        "a second command while one is open waits",
                        lock,
                        busy,
                        new Verdict.Refuse(Refusal.Busy, false)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void decides(String name, CommandOrder order, Guard guard, Verdict expected) {
        assertThat(CommandDecision.decide(order, guard, CAN, (any, now) -> true, NOW))
                .isEqualTo(expected);
    }

    private static CommandOrder remediation(Map<String, String> params) {
        return new CommandOrder("r", DEVICE, 2, 4, "n", NOW, NOW.plusSeconds(60), CommandType.Remediate, params);
    }

    static Stream<Arguments> desired() {
        Guard guard = GUARD.desiring(5, "jws");
        return Stream.of(
                Arguments.of(DEVICE, 2L, 6L, 60, DesiredDecision.Verdict.TakeOver, guard),
                Arguments.of(DEVICE, 2L, 5L, 60, DesiredDecision.Verdict.Known, guard),
                Arguments.of(DEVICE, 2L, 4L, 60, DesiredDecision.Verdict.Stale, guard),
                Arguments.of(DEVICE, 1L, 6L, 60, DesiredDecision.Verdict.WrongEpoch, guard),
                Arguments.of(DEVICE, 2L, 0L, 60, DesiredDecision.Verdict.Malformed, guard),
                Arguments.of(DEVICE, 2L, 6L, 0, DesiredDecision.Verdict.Malformed, guard),
                Arguments.of(DEVICE, 2L, 6L, 86_401, DesiredDecision.Verdict.Malformed, guard),
                Arguments.of(new DeviceId("acme", "d-b"), 2L, 6L, 60, DesiredDecision.Verdict.WrongDevice, guard));
    }

    @ParameterizedTest
    @MethodSource("desired")
    void of_desired_orders_the_latest_wins(
            DeviceId device, long epoch, long seq, int heartbeat, DesiredDecision.Verdict expected, Guard guard) {
        assertThat(DesiredDecision.decide(
                        new DesiredOrder(device, epoch, seq, NOW, List.of(), heartbeat), guard, DEVICE))
                .isEqualTo(expected);
    }

    private static CommandOrder order(String id, long epoch, long seq, CommandType type) {
        return new CommandOrder(id, DEVICE, epoch, seq, "n", NOW, NOW.plusSeconds(60), type, Map.of());
    }
}
