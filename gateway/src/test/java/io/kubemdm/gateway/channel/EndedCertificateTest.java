package io.kubemdm.gateway.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubemdm.bus.EnvelopeBinding;
import io.kubemdm.gateway.TestPki;
import io.kubemdm.gateway.downlink.DownlinkFeed;
import io.kubemdm.gateway.downlink.Orders;
import io.kubemdm.gateway.peer.TlsEngine;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.CommandDelivered;
import io.kubemdm.protocol.message.MessageAcknowledged;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.message.MessageRefused;
import io.kubemdm.protocol.message.OrderIssued;
import io.kubemdm.protocol.message.ReceiptHandedIn;
import io.kubemdm.protocol.message.SessionAccepted;
import io.kubemdm.protocol.order.CommandType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a certificate is worth whose end has come, over real TLS: its device's wipe, and nothing else. */
class EndedCertificateTest {

    private static final TestPki PKI = TestPki.create();
    private static final DeviceId DEVICE = DeviceId.parse("acme/d-1");
    private static final Duration ENDED = Duration.ofMinutes(-30);

    private final Instant later = Instant.now().plus(Duration.ofDays(1));
    private final Orders orders = new Orders(PKI.orders());
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
    }

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void without_a_wipe_it_is_told_that_it_has_ended(TlsEngine engine) {
        TestGateway gateway = gateway(engine);
        TestPki.Member member = ended(gateway);
        DownlinkFeed.feed(gateway.downlink, orders.desired(DEVICE, 1, 4));
        DownlinkFeed.feed(gateway.downlink, orders.command(DEVICE, 1, "c-1", 1, CommandType.Lock, later));
        DownlinkFeed.feed(gateway.downlink, orders.command(DEVICE, 2, "c-2", 1, CommandType.FullWipe, later));

        assertThat(connect(gateway, member).closeCode()).isEqualTo(4401);
        assertThat(connect(gateway, member).closeCode())
                .as("its chain is remembered, its standing is not")
                .isEqualTo(4401);
        assertThat(gateway.kafka.history()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void with_a_wipe_it_fetches_that_hands_in_the_receipt_and_has_no_other_right(TlsEngine engine) {
        TestGateway gateway = gateway(engine);
        TestPki.Member member = ended(gateway);
        DownlinkFeed.feed(gateway.downlink, orders.desired(DEVICE, 1, 4));
        DownlinkFeed.feed(gateway.downlink, orders.command(DEVICE, 1, "c-1", 2, CommandType.FullWipe, later));
        TestAgent agent = connect(gateway, member);

        agent.hello(1);

        agent.next(SessionAccepted.class);
        assertThat(agent.next(OrderIssued.class).lane()).isEqualTo(OrderIssued.Lane.command);
        agent.heartbeat(1);
        assertThat(agent.next(MessageRefused.class).reason()).isEqualTo("Revoked");
        agent.send(new MessageId(1, 2), new ReceiptHandedIn("c-1", "x"));
        assertThat(agent.next(MessageAcknowledged.class).n()).isEqualTo(2);
        DownlinkFeed.feed(gateway.downlink, orders.desired(DEVICE, 1, 5));
        assertThat(agent.poll(Duration.ofMillis(200))).isNull();
        assertThat(gateway.kafka.history())
                .extracting(each -> (Object)
                        EnvelopeBinding.fromRecord(each.headers(), each.value()).body())
                .hasOnlyElementsOfTypes(CommandDelivered.class, ReceiptHandedIn.class);

        DownlinkFeed.feed(gateway.downlink, orders.withdrawal(DEVICE, 1, "c-1", later));

        assertThat(agent.next(OrderIssued.class).lane()).isEqualTo(OrderIssued.Lane.withdrawn);
        assertThat(agent.closeCode()).isEqualTo(4401);
    }

    @Test
    void what_a_device_saved_up_while_away_is_refused_without_ending_the_lane() {
        TestGateway gateway = gateway(TlsEngine.best());
        TestPki.Member member = ended(gateway);
        DownlinkFeed.feed(gateway.downlink, orders.command(DEVICE, 1, "c-1", 2, CommandType.FullWipe, later));
        TestAgent agent = connect(gateway, member);
        agent.hello(1);
        agent.next(SessionAccepted.class);
        agent.next(OrderIssued.class);

        for (int n = 1; n <= 100; n++) {
            agent.heartbeat(n);
        }
        agent.send(new MessageId(1, 101), new ReceiptHandedIn("c-1", "x"));

        for (int n = 1; n <= 100; n++) {
            assertThat(agent.next(MessageRefused.class).n()).isEqualTo(n);
        }
        assertThat(agent.next(MessageAcknowledged.class).n()).isEqualTo(101);
    }

    @Test
    void a_session_that_stands_when_the_end_comes_is_cut_also_when_a_wipe_waits() {
        TestGateway gateway = gateway(TlsEngine.best());
        TestPki.Member member = ended(gateway);
        gateway.list(member, DEVICE);
        TestAgent agent = connect(gateway, member);
        agent.hello(1);
        agent.next(SessionAccepted.class);
        DownlinkFeed.feed(gateway.downlink, orders.command(DEVICE, 1, "c-1", 2, CommandType.FullWipe, later));

        gateway.end(member, DEVICE);
        gateway.sessions.doubt(DEVICE);

        assertThat(agent.closeCode()).isEqualTo(4401);
    }

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void all_else_that_makes_a_chain_good_is_asked_of_it_as_of_any(TlsEngine engine) {
        TestGateway gateway = gateway(engine);
        TestPki foreign = TestPki.create();
        refused(
                gateway,
                new TestPki(PKI.root(), foreign.issuing(), foreign.ordersKey(), foreign.ledgerKey(), foreign.server()),
                DeviceCertificates.issue(foreign.issuing(), DEVICE, KeyPurposeId.id_kp_clientAuth, ENDED));
        refused(gateway, PKI, DeviceCertificates.issue(PKI.issuing(), DEVICE, KeyPurposeId.id_kp_serverAuth, ENDED));
        refused(
                gateway,
                PKI,
                DeviceCertificates.issue(PKI.issuing(), DEVICE, KeyPurposeId.id_kp_clientAuth, Duration.ofDays(-30)));
    }

    private void refused(TestGateway gateway, TestPki client, TestPki.Member member) {
        gateway.end(member, DEVICE);
        assertThatThrownBy(() -> opened.add(TestAgent.connect(DeviceCertificates.client(client, member), gateway.port)))
                .isInstanceOf(CompletionException.class);
    }

    private TestGateway gateway(TlsEngine engine) {
        TestGateway gateway = new TestGateway(PKI, engine, true);
        opened.add(gateway);
        return gateway;
    }

    private static TestPki.Member ended(TestGateway gateway) {
        TestPki.Member member = DeviceCertificates.issue(PKI.issuing(), DEVICE, KeyPurposeId.id_kp_clientAuth, ENDED);
        gateway.end(member, DEVICE);
        return member;
    }

    private TestAgent connect(TestGateway gateway, TestPki.Member member) {
        TestAgent agent = gateway.connect(member);
        opened.add(agent);
        return agent;
    }
}
