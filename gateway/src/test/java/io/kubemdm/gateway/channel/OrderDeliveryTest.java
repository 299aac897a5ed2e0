package io.kubemdm.gateway.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kubemdm.bus.CompactedTopic;
import io.kubemdm.bus.EnvelopeBinding;
import io.kubemdm.gateway.TestPki;
import io.kubemdm.gateway.downlink.DownlinkFeed;
import io.kubemdm.gateway.downlink.Orders;
import io.kubemdm.gateway.peer.TlsEngine;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.BundleDelivered;
import io.kubemdm.protocol.message.BundleRequested;
import io.kubemdm.protocol.message.CommandAcknowledged;
import io.kubemdm.protocol.message.CommandDelivered;
import io.kubemdm.protocol.message.MessageAcknowledged;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.message.MessageRefused;
import io.kubemdm.protocol.message.OrderIssued;
import io.kubemdm.protocol.message.ReceiptHandedIn;
import io.kubemdm.protocol.message.SessionAccepted;
import io.kubemdm.protocol.message.SessionClosed;
import io.kubemdm.protocol.message.SessionOpened;
import io.kubemdm.protocol.order.CommandType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OrderDeliveryTest {

    private static final TestPki PKI = TestPki.create();
    private static final DeviceId DEVICE = DeviceId.parse("acme/d-1");
    private final Instant later = Instant.now().plus(Duration.ofDays(1));

    private final TestGateway gateway = new TestGateway(PKI, TlsEngine.best(), true);
    private final Orders orders = new Orders(PKI.orders());
    private final List<TestAgent> agents = new ArrayList<>();

    @AfterEach
    void close() {
        agents.forEach(TestAgent::close);
        gateway.close();
    }

    @Test
    void on_connecting_an_agent_gets_what_is_pending_and_the_engine_hears_of_the_command() {
        feed(orders.desired(DEVICE, 1, 4));
        feed(orders.command(DEVICE, 1, "c-1", 2, CommandType.Lock, later));
        TestAgent agent = connect(gateway.enrolled(DEVICE));

        agent.hello(1, 3, 0);

        assertThat(agent.next(SessionAccepted.class))
                .returns(4L, SessionAccepted::desiredSeq)
                .returns(2L, SessionAccepted::commandSeq);
        assertThat(agent.next(OrderIssued.class).lane()).isEqualTo(OrderIssued.Lane.command);
        assertThat(agent.next(OrderIssued.class).lane()).isEqualTo(OrderIssued.Lane.desired);
        await().untilAsserted(() -> assertThat(reports()).contains(new CommandDelivered("c-1", 2, "gateway-0")));
    }

    @Test
    void a_new_order_reaches_a_connected_agent_once_and_an_old_one_not_at_all() {
        TestAgent agent = connect(gateway.enrolled(DEVICE));
        agent.hello(1, 4, 0);
        agent.next(SessionAccepted.class);

        CompactedTopic.Entry five = orders.desired(DEVICE, 1, 5);
        feed(five);
        feed(orders.desired(DEVICE, 1, 4));
        feed(five);
        feed(orders.desired(DEVICE, 2, 9));
        feed(orders.withdrawal(DEVICE, 1, "c-1", later));

        assertThat(agent.next(OrderIssued.class).lane()).isEqualTo(OrderIssued.Lane.desired);
        assertThat(agent.next(OrderIssued.class).lane()).isEqualTo(OrderIssued.Lane.withdrawn);
        assertThat(agent.poll(Duration.ofMillis(200))).isNull();
    }

    @Test
    void a_bundle_is_handed_out_by_digest() {
        CompactedTopic.Entry bundle = orders.bundle(Orders.content("1.0.0"));
        TestAgent agent = connect(gateway.enrolled(DEVICE));
        agent.hello(1);
        agent.next(SessionAccepted.class);

        agent.send(new MessageId(1, 1), new BundleRequested(bundle.key()));
        assertThat(agent.poll(Duration.ofMillis(200))).isNull();
        feed(bundle);

        assertThat(agent.next(BundleDelivered.class).digest()).isEqualTo(bundle.key());
    }

    @Test
    void a_revoked_device_fetches_its_wipe_and_can_say_nothing_else() {
        TestPki.Member member = gateway.enrolled(DEVICE);
        feed(orders.desired(DEVICE, 1, 4));
        feed(orders.command(DEVICE, 1, "c-1", 2, CommandType.Retire, later));
        gateway.revoke(member, DEVICE);
        TestAgent agent = connect(member);

        agent.hello(1);

        agent.next(SessionAccepted.class);
        assertThat(agent.next(OrderIssued.class).lane()).isEqualTo(OrderIssued.Lane.command);
        agent.heartbeat(1);
        assertThat(agent.next(MessageRefused.class).reason()).isEqualTo("Revoked");
        agent.send(new MessageId(1, 2), new CommandAcknowledged("c-1", 2, null, 2));
        assertThat(agent.next(MessageAcknowledged.class).n()).isEqualTo(2);
        agent.send(new MessageId(1, 3), new CommandAcknowledged("another", 2, null, 2));
        assertThat(agent.next(MessageRefused.class).reason()).isEqualTo("Revoked");
        agent.send(new MessageId(1, 4), new ReceiptHandedIn("another", "x"));
        assertThat(agent.next(MessageRefused.class).reason()).isEqualTo("Revoked");
        agent.send(new MessageId(1, 5), new ReceiptHandedIn("c-1", "x"));
        assertThat(agent.next(MessageAcknowledged.class).n()).isEqualTo(5);
        feed(orders.command(DEVICE, 1, "c-2", 3, CommandType.Remediate, later));
        feed(orders.command(DEVICE, 1, "c-3", 4, CommandType.Unlock, later));
        assertThat(reports()).noneMatch(SessionOpened.class::isInstance);
        feed(orders.desired(DEVICE, 1, 5));
        assertThat(agent.poll(Duration.ofMillis(200))).isNull();

        feed(orders.withdrawal(DEVICE, 1, "c-1", later));

        assertThat(agent.next(OrderIssued.class).lane()).isEqualTo(OrderIssued.Lane.withdrawn);
        assertThat(agent.closeCode()).isEqualTo(4403);
    }

    @Test
    void a_session_whose_device_is_erased_goes_on_in_the_wipe_only_lane() {
        TestPki.Member member = gateway.enrolled(DEVICE);
        feed(orders.command(DEVICE, 1, "lock", 1, CommandType.Lock, later));
        TestAgent agent = connect(member);
        agent.hello(1);
        agent.next(SessionAccepted.class);
        agent.next(OrderIssued.class);

        feed(orders.command(DEVICE, 1, "wipe", 2, CommandType.FullWipe, later));
        gateway.revoke(member, DEVICE);

        assertThat(agent.next(OrderIssued.class).jws()).isEqualTo(jws(orders.last()));
        await().untilAsserted(() -> assertThat(reports()).contains(new SessionClosed(1, "gateway-0", "Revoked")));
        agent.heartbeat(1);
        assertThat(agent.next(MessageRefused.class).reason()).isEqualTo("Revoked");
        agent.send(new MessageId(1, 2), new ReceiptHandedIn("lock", "x"));
        assertThat(agent.next(MessageRefused.class).reason()).isEqualTo("Revoked");
        feed(orders.desired(DEVICE, 1, 5));
        feed(orders.command(DEVICE, 1, "unlock", 3, CommandType.Unlock, later));
        agent.send(new MessageId(1, 3), new ReceiptHandedIn("wipe", "x"));
        assertThat(agent.next(MessageAcknowledged.class).n()).isEqualTo(3);
        feed(orders.withdrawal(DEVICE, 1, "wipe", later));
        assertThat(agent.next(OrderIssued.class).lane()).isEqualTo(OrderIssued.Lane.withdrawn);
        assertThat(agent.closeCode()).isEqualTo(4403);
        assertThat(reports()).filteredOn(SessionClosed.class::isInstance).hasSize(1);
    }

    @Test
    void a_wipe_that_is_read_after_its_revocation_is_waited_for_by_the_sweep() {
        TestPki.Member member = gateway.enrolled(DEVICE);
        TestAgent agent = connect(member);
        agent.hello(1);
        agent.next(SessionAccepted.class);

        gateway.revokeUnheard(member, DEVICE);
        feed(orders.command(DEVICE, 1, "wipe", 1, CommandType.CryptoErase, later));

        assertThat(agent.next(OrderIssued.class).lane()).isEqualTo(OrderIssued.Lane.command);
        agent.send(new MessageId(1, 1), new ReceiptHandedIn("wipe", "x"));
        assertThat(agent.next(MessageAcknowledged.class).n()).isEqualTo(1);
    }

    @Test
    void a_revoked_device_gets_no_bundle() {
        TestPki.Member member = gateway.enrolled(DEVICE);
        CompactedTopic.Entry bundle = orders.bundle(Orders.content("1.0.0"));
        feed(bundle);
        feed(orders.command(DEVICE, 1, "c-1", 2, CommandType.FullWipe, later));
        gateway.revoke(member, DEVICE);
        TestAgent agent = connect(member);
        agent.hello(1);
        agent.next(SessionAccepted.class);
        agent.next(OrderIssued.class);

        agent.send(new MessageId(1, 1), new BundleRequested(bundle.key()));

        assertThat(agent.closeCode()).isEqualTo(1008);
    }

    @Test
    void a_revoked_device_without_a_wipe_stays_out_whatever_else_waits_for_it() {
        TestPki.Member member = gateway.enrolled(DEVICE);
        feed(orders.command(DEVICE, 1, "c-1", 1, CommandType.Lock, later));
        feed(orders.command(DEVICE, 1, "c-2", 2, CommandType.Unlock, later));
        feed(orders.command(DEVICE, 1, "c-3", 3, CommandType.Remediate, later));
        gateway.revoke(member, DEVICE);

        assertThat(connect(member).closeCode()).isEqualTo(4403);
    }

    @Test
    void what_its_budget_holds_is_handed_to_nobody_and_the_rest_of_the_lane_goes_on() {
        for (int i = 2; i <= 4; i++) {
            feed(orders.command(DeviceId.parse("acme/d-" + i), 1, "w", 1, CommandType.FullWipe, later));
        }
        TestAgent agent = connect(gateway.enrolled(DEVICE));
        agent.hello(1);
        agent.next(SessionAccepted.class);

        feed(orders.command(DEVICE, 1, "w", 1, CommandType.FullWipe, later));
        feed(orders.command(DEVICE, 1, "u", 2, CommandType.Unlock, later));

        assertThat(agent.next(OrderIssued.class).jws()).isEqualTo(jws(orders.last()));
        assertThat(agent.poll(Duration.ofMillis(200))).isNull();
    }

    private static String jws(CompactedTopic.Entry entry) {
        return new String(Objects.requireNonNull(entry.value()), StandardCharsets.UTF_8);
    }

    private void feed(CompactedTopic.Entry entry) {
        DownlinkFeed.feed(gateway.downlink, entry);
    }

    private TestAgent connect(TestPki.Member member) {
        TestAgent agent = gateway.connect(member);
        agents.add(agent);
        return agent;
    }

    private List<Object> reports() {
        return gateway.kafka.history().stream()
                .map(each -> (Object)
                        EnvelopeBinding.fromRecord(each.headers(), each.value()).body())
                .toList();
    }
}
