package io.kubemdm.gateway.downlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.bus.CompactedTopic;
import io.kubemdm.bus.Topic;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.order.CommandType;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Which orders a device gets, and which it finds when it comes. */
class DownlinkTest extends DownlinkFixture {

    @Test
    void a_new_order_goes_to_the_devices_session_at_once_and_no_one_elses() {
        downlink.accept(orders.desired(DEVICE, 1, 4));
        downlink.accept(orders.desired(DeviceId.parse("acme/d-2"), 1, 4));

        assertThat(delivered).extracting(Order::device).containsExactly(DEVICE);
        assertThat(downlink.issued(DEVICE, 1)).isEqualTo(new OrderBook.Issued(4, 0));
    }

    @Test
    void pending_is_the_desired_order_the_device_has_not_seen() {
        downlink.accept(orders.desired(DEVICE, 1, 4));

        assertThat(downlink.pending(DEVICE, 1, 3)).hasSize(1);
        assertThat(downlink.pending(DEVICE, 1, 4)).isEmpty();
        assertThat(downlink.pending(DEVICE, 2, 0)).isEmpty();
    }

    @Test
    void pending_is_every_open_command_whatever_counter_the_device_has_then_what_is_desired() {
        downlink.accept(orders.desired(DEVICE, 1, 4));
        downlink.accept(orders.command(DEVICE, 1, "b", 2, CommandType.Lock, LATER));
        downlink.accept(orders.command(DEVICE, 1, "a", 5, CommandType.Retire, LATER));
        downlink.accept(orders.command(DEVICE, 1, "expired", 1, CommandType.Lock, NOW));
        downlink.accept(orders.withdrawal(DEVICE, 1, "c", LATER));

        assertThat(downlink.pending(DEVICE, 1, 0))
                .extracting(order -> switch (order) {
                    case Order.Desired desired -> "desired";
                    case Order.OfCommand command -> command.id();
                })
                .containsExactly("c", "b", "a", "desired");
        assertThat(downlink.issued(DEVICE, 1)).isEqualTo(new OrderBook.Issued(4, 5));
    }

    @Test
    void a_withdrawn_command_is_never_sent_again() {
        downlink.accept(orders.command(DEVICE, 1, "a", 1, CommandType.Retire, LATER));
        downlink.accept(orders.withdrawal(DEVICE, 1, "a", LATER));

        assertThat(downlink.pending(DEVICE, 1, 0)).hasOnlyElementsOfType(Order.Withdrawal.class);
        assertThat(downlink.hasOpenWipe(DEVICE, 1)).isFalse();
    }

    @Test
    void a_tombstone_forgets() {
        downlink.accept(orders.desired(DEVICE, 1, 4));
        downlink.accept(orders.command(DEVICE, 1, "a", 1, CommandType.Retire, LATER));
        downlink.accept(orders.entry(Topic.DESIRED, DEVICE.toString(), null));
        downlink.accept(orders.entry(Topic.COMMANDS, DEVICE + "/a", null));

        assertThat(downlink.pending(DEVICE, 1, 0)).isEmpty();
        assertThat(downlink.size()).isZero();
        assertThat(dead).isEmpty();
    }

    @Test
    void a_revoked_device_may_fetch_its_wipe_and_nothing_else() {
        downlink.accept(orders.desired(DEVICE, 1, 4));
        downlink.accept(orders.command(DEVICE, 1, "lock", 1, CommandType.Lock, LATER));
        assertThat(downlink.hasOpenWipe(DEVICE, 1)).isFalse();

        downlink.accept(orders.command(DEVICE, 1, "retire", 2, CommandType.Retire, LATER));

        assertThat(downlink.hasOpenWipe(DEVICE, 1)).isTrue();
        assertThat(downlink.openWipes(DEVICE, 1))
                .singleElement()
                .isInstanceOfSatisfying(
                        Order.Command.class, wipe -> assertThat(wipe.id()).isEqualTo("retire"));
    }

    @Test
    void a_bundle_is_found_by_its_digest() {
        CompactedTopic.Entry bundle = orders.bundle(Orders.content("1.0.0"));
        downlink.accept(bundle);

        assertThat(downlink.bundle(bundle.key())).isCompletedWithValueMatching(jws -> jws.split("\\.").length == 3);
    }

    @Test
    void a_bundle_that_arrives_a_moment_later_is_waited_for() {
        CompactedTopic.Entry bundle = orders.bundle(Orders.content("1.0.0"));
        CompletableFuture<String> wanted = downlink.bundle(bundle.key());
        assertThat(wanted).isNotDone();

        downlink.accept(bundle);

        assertThat(wanted).isCompleted();
    }

    @Test
    void a_reader_that_starts_over_hands_nothing_out_twice_and_refuses_nothing() {
        CompactedTopic.Entry command = orders.command(DEVICE, 1, "a", 1, CommandType.FullWipe, LATER);
        downlink.accept(command);
        downlink.accept(command);

        assertThat(delivered).hasSize(1);
        assertThat(dead).isEmpty();
    }

    @Test
    void a_held_wipe_waits_and_the_lane_for_it_is_open() {
        for (int i = 2; i <= 4; i++) {
            downlink.accept(orders.command(DeviceId.parse("acme/d-" + i), 1, "w", 1, CommandType.FullWipe, LATER));
        }
        downlink.accept(orders.command(DEVICE, 1, "w", 1, CommandType.FullWipe, LATER));

        assertThat(delivered).isEmpty();
        assertThat(downlink.pending(DEVICE, 1, 0)).isEmpty();
        assertThat(downlink.openWipes(DEVICE, 1)).isEmpty();
        assertThat(downlink.hasOpenWipe(DEVICE, 1)).isTrue();
        assertThat(registry.get("kubemdm.downlink.commands.held")
                        .tag("lane", "Destructive")
                        .gauge()
                        .value())
                .isEqualTo(1);
    }
}
