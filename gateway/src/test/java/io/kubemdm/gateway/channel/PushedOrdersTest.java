package io.kubemdm.gateway.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.gateway.downlink.Order;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.order.CommandType;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PushedOrdersTest {

    private static final DeviceId DEVICE = DeviceId.parse("acme/d-1");
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Order.Source SOURCE = new Order.Source(0, 0);
    private static final Set<CommandType> WIPES =
            Set.of(CommandType.Retire, CommandType.SelectiveWipe, CommandType.FullWipe, CommandType.CryptoErase);

    @ParameterizedTest
    @EnumSource(CommandType.class)
    void the_wipe_only_lane_hands_out_wipes_of_its_epoch_and_no_other_command(CommandType type) {
        PushedOrders lane = orders(true);

        assertThat(lane.take(command("a", 2, 1, type, NOW.plusSeconds(9)), NOW)).isEqualTo(WIPES.contains(type));
        assertThat(lane.take(command("b", 1, 2, type, NOW.plusSeconds(9)), NOW))
                .as("earlier epoch")
                .isFalse();
        assertThat(lane.take(command("c", 2, 3, type, NOW), NOW)).as("expired").isFalse();
    }

    @Test
    void the_wipe_only_lane_takes_back_only_what_it_handed_out_and_desires_nothing() {
        PushedOrders lane = orders(true);

        assertThat(lane.take(new Order.Withdrawal(DEVICE, 2, "a", NOW.plusSeconds(9), SOURCE, ""), NOW))
                .isFalse();
        assertThat(lane.take(new Order.Desired(DEVICE, 2, 9, SOURCE, ""), NOW)).isFalse();
        assertThat(lane.hasCommand("a")).isFalse();

        assertThat(lane.take(command("a", 2, 1, CommandType.FullWipe, NOW.plusSeconds(9)), NOW))
                .isTrue();
        assertThat(lane.hasCommand("a")).isTrue();
        assertThat(lane.take(new Order.Withdrawal(DEVICE, 2, "a", NOW.plusSeconds(9), SOURCE, ""), NOW))
                .isTrue();
    }

    @Test
    void a_session_with_all_rights_is_told_of_every_withdrawal() {
        assertThat(orders(false).take(new Order.Withdrawal(DEVICE, 2, "a", NOW.plusSeconds(9), SOURCE, ""), NOW))
                .isTrue();
    }

    @Test
    void confined_it_may_answer_the_wipes_it_was_sent_and_is_sent_no_other_command() {
        PushedOrders orders = orders(false);
        assertThat(orders.take(command("lock", 2, 1, CommandType.Lock, NOW.plusSeconds(9)), NOW))
                .isTrue();
        assertThat(orders.take(command("wipe", 2, 2, CommandType.FullWipe, NOW.plusSeconds(9)), NOW))
                .isTrue();

        orders.confine(new Holder(DEVICE, 2, "sha256:x", NOW.plusSeconds(60), true));

        assertThat(orders.hasCommand("lock")).isFalse();
        assertThat(orders.hasCommand("wipe")).isTrue();
        assertThat(orders.take(command("wipe", 2, 2, CommandType.FullWipe, NOW.plusSeconds(9)), NOW))
                .isFalse();
        assertThat(orders.take(command("lock", 2, 3, CommandType.Lock, NOW.plusSeconds(9)), NOW))
                .isFalse();
        assertThat(orders.take(command("erase", 2, 4, CommandType.CryptoErase, NOW.plusSeconds(9)), NOW))
                .isTrue();
    }

    private static PushedOrders orders(boolean wipeOnly) {
        return new PushedOrders(new Holder(DEVICE, 2, "sha256:x", NOW.plusSeconds(60), wipeOnly), 0);
    }

    private static Order.Command command(String id, long epoch, long seq, CommandType type, Instant notAfter) {
        return new Order.Command(DEVICE, epoch, id, seq, type, notAfter, SOURCE, "");
    }
}
