package io.kubemdm.gateway.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kubemdm.bus.EnvelopeBinding;
import io.kubemdm.gateway.TestPki;
import io.kubemdm.gateway.peer.TlsEngine;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.BundleRequested;
import io.kubemdm.protocol.message.Envelope;
import io.kubemdm.protocol.message.Heartbeat;
import io.kubemdm.protocol.message.Message;
import io.kubemdm.protocol.message.MessageAcknowledged;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.message.MessageRefused;
import io.kubemdm.protocol.message.SessionAccepted;
import io.kubemdm.protocol.message.SessionClosed;
import io.kubemdm.protocol.message.SessionDraining;
import io.kubemdm.protocol.message.SessionOpened;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChannelServerTest {

    private static final TestPki PKI = TestPki.create();
    private static final DeviceId DEVICE = DeviceId.parse("acme/d-1");
    private static final DeviceId OTHER = DeviceId.parse("acme/d-2");

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
    }

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void a_hello_is_answered_with_epoch_and_the_engine_is_told(TlsEngine engine) {
        TestGateway gateway = gateway(engine, true);
        TestAgent agent = connect(gateway, gateway.enrolled(DEVICE));

        agent.hello(7);

        SessionAccepted accepted = agent.next(SessionAccepted.class);
        assertThat(accepted.epoch()).isEqualTo(1);
        assertThat(accepted.serverTime()).isBetween(Instant.now().minusSeconds(5), Instant.now());
        await().until(() -> reports(gateway).size() == 1);
        Envelope<Message> opened = reports(gateway).getFirst();
        assertThat(opened.subject()).isEqualTo(DEVICE);
        assertThat(opened.epoch()).isEqualTo(1);
        assertThat(opened.body()).isInstanceOfSatisfying(SessionOpened.class, body -> {
            assertThat(body.session()).isEqualTo(7);
            assertThat(body.region()).isEqualTo("here");
        });
    }

    @Test
    void a_report_is_acknowledged_only_after_kafka_has_it() {
        TestGateway gateway = gateway(TlsEngine.JDK, false);
        TestAgent agent = greeted(gateway, gateway.enrolled(DEVICE), 1);
        await().until(() -> gateway.kafka.history().size() == 1);

        agent.heartbeat(1);
        await().until(() -> gateway.kafka.history().size() == 2);
        assertThat(agent.poll(Duration.ofMillis(300))).isNull();

        gateway.kafka.completeNext();
        assertThat(agent.poll(Duration.ofMillis(300))).isNull();
        gateway.kafka.completeNext();
        assertThat(agent.next(MessageAcknowledged.class)).isEqualTo(new MessageAcknowledged(1, 1));
    }

    @Test
    void what_an_agent_says_of_itself_is_overwritten() {
        TestGateway gateway = gateway(TlsEngine.JDK, true);
        TestAgent agent = greeted(gateway, gateway.enrolled(DEVICE), 1);

        agent.text("""
                {"specversion":"1.0","id":"1","source":"/operator","type":"io.kubemdm.heartbeat.sent.v1",
                 "subject":"acme/d-2","epoch":"9","boot":"1","n":"1","time":"2041-01-01T00:00:00Z",
                 "data":{"clock":"2041-01-01T00:00:00Z","desiredSeq":0,"policies":[],"facts":{}}}""");

        agent.next(MessageAcknowledged.class);
        Envelope<Message> stored = reports(gateway).getLast();
        assertThat(stored.subject()).isEqualTo(DEVICE);
        assertThat(stored.epoch()).isEqualTo(1);
        assertThat(stored.source()).isEqualTo("/agent");
        assertThat(stored.time()).isBefore(Instant.now().plusSeconds(1));
        assertThat(((Heartbeat) stored.body()).clock()).isEqualTo("2041-01-01T00:00:00Z");
    }

    @Test
    void while_kafka_is_slow_the_gateway_stops_reading_and_loses_nothing() {
        TestGateway gateway = gateway(TlsEngine.JDK, false);
        TestAgent agent = greeted(gateway, gateway.enrolled(DEVICE), 1);
        int limit = TestGateway.LIMITS.maxUnacknowledged();
        CompletableFuture<?> sending = CompletableFuture.runAsync(() -> {
            for (int n = 1; n <= 50; n++) {
                agent.heartbeat(n);
            }
        });

        await().until(() -> gateway.kafka.history().size() == 1 + limit);
        await().during(Duration.ofMillis(500))
                .until(() -> gateway.kafka.history().size() == 1 + limit);
        assertThat(gateway.sessions.held()).isEqualTo(1);

        await().until(() -> {
            gateway.kafka.completeNext();
            return gateway.kafka.history().size() == 51;
        });
        while (gateway.kafka.completeNext()) {}
        sending.join();
        long acknowledged = 0;
        while (acknowledged < 50) {
            acknowledged = agent.next(MessageAcknowledged.class).n();
        }
        assertThat(reports(gateway).stream().skip(1).map(e -> e.messageId().n()))
                .isSorted()
                .hasSize(50)
                .doesNotHaveDuplicates();
    }

    @Test
    void when_kafka_refuses_a_report_the_session_ends_without_acknowledging_it() {
        TestGateway gateway = gateway(TlsEngine.JDK, false);
        TestAgent agent = greeted(gateway, gateway.enrolled(DEVICE), 1);
        await().until(() -> gateway.kafka.history().size() == 1);
        gateway.kafka.completeNext();
        agent.heartbeat(1);
        await().until(() -> gateway.kafka.history().size() == 2);

        gateway.kafka.errorNext(new org.apache.kafka.common.errors.TopicAuthorizationException("mdm.reports"));

        assertThat(agent.closeCode()).isEqualTo(1013);
        assertThat(agent.poll(Duration.ofMillis(10))).isNull();
    }

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void a_certificate_that_is_not_in_the_ledger_yet_is_waited_for(TlsEngine engine) {
        TestGateway gateway = gateway(engine, true);
        TestPki.Member member = DeviceCertificates.issue(PKI, DEVICE);
        TestAgent agent = connect(gateway, member);
        agent.hello(1);
        assertThat(agent.poll(Duration.ofMillis(300))).isNull();

        gateway.list(member, DEVICE);

        agent.next(SessionAccepted.class);
    }

    @Test
    void a_certificate_that_never_appears_in_the_ledger_is_sent_off_to_try_again() {
        TestGateway gateway = gateway(TlsEngine.JDK, true);
        TestAgent agent = connect(gateway, DeviceCertificates.issue(PKI, DEVICE));
        agent.hello(1);

        assertThat(agent.closeCode()).isEqualTo(1013);
        assertThat(reports(gateway)).isEmpty();
        assertThat(closed(gateway, CloseCause.Unlisted)).isEqualTo(1);
    }

    @Test
    void a_revoked_device_is_cut_within_a_second_and_does_not_come_back() {
        TestGateway gateway = gateway(TlsEngine.JDK, true);
        TestPki.Member member = gateway.enrolled(DEVICE);
        TestAgent agent = greeted(gateway, member, 1);
        TestAgent bystander = greeted(gateway, gateway.enrolled(OTHER), 1);

        long before = System.nanoTime();
        gateway.revoke(member, DEVICE);

        assertThat(agent.closeCode()).isEqualTo(4403);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(1));
        TestAgent again = connect(gateway, member);
        assertThat(again.closeCode()).isEqualTo(4403);
        bystander.heartbeat(1);
        bystander.next(MessageAcknowledged.class);
    }

    @Test
    void a_frame_of_two_mebibytes_ends_its_session_cleanly_and_no_other() {
        TestGateway gateway = gateway(TlsEngine.JDK, true);
        TestAgent agent = greeted(gateway, gateway.enrolled(DEVICE), 1);
        TestAgent bystander = greeted(gateway, gateway.enrolled(OTHER), 1);

        agent.textLater("x".repeat(2 << 20));

        assertThat(agent.closeCode()).isEqualTo(1009);
        bystander.heartbeat(1);
        bystander.next(MessageAcknowledged.class);
    }

    @Test
    void a_json_bomb_ends_its_session_and_no_other() {
        TestGateway gateway = gateway(TlsEngine.JDK, true);
        TestAgent agent = greeted(gateway, gateway.enrolled(DEVICE), 1);
        TestAgent bystander = greeted(gateway, gateway.enrolled(OTHER), 1);

        agent.textLater("{\"a\":".repeat(100_000));

        assertThat(agent.closeCode()).isEqualTo(1007);
        bystander.heartbeat(1);
        bystander.next(MessageAcknowledged.class);
    }

    @Test
    void a_message_of_unknown_type_is_refused_and_the_session_goes_on() {
        TestGateway gateway = gateway(TlsEngine.JDK, true);
        TestAgent agent = greeted(gateway, gateway.enrolled(DEVICE), 1);

        agent.text("""
                {"specversion":"1.0","id":"1","source":"/agent","type":"io.example.unheard.v1","boot":"1","n":"1",
                 "data":{}}""");

        assertThat(agent.next(MessageRefused.class))
                .satisfies(refused -> assertThat(refused.reason()).isEqualTo("UnknownType"));
        agent.heartbeat(2);
        assertThat(agent.next(MessageAcknowledged.class).n()).isEqualTo(2);
    }

    @Test
    void a_report_before_the_hello_ends_the_session() {
        TestGateway gateway = gateway(TlsEngine.JDK, true);
        TestAgent agent = connect(gateway, gateway.enrolled(DEVICE));

        agent.heartbeat(1);

        assertThat(agent.closeCode()).isEqualTo(1008);
        assertThat(reports(gateway)).isEmpty();
    }

    @Test
    void a_message_that_goes_backwards_ends_the_session() {
        TestGateway gateway = gateway(TlsEngine.JDK, true);
        TestAgent agent = greeted(gateway, gateway.enrolled(DEVICE), 1);
        agent.heartbeat(2);
        agent.next(MessageAcknowledged.class);

        agent.heartbeat(2);

        assertThat(agent.closeCode()).isEqualTo(1008);
    }

    @Test
    void without_a_hello_the_session_ends() {
        TestGateway gateway = gateway(TlsEngine.JDK, true);
        TestAgent agent = connect(gateway, gateway.enrolled(DEVICE));

        assertThat(agent.closeCode()).isEqualTo(4408);
    }

    @Test
    void a_quiet_agent_that_answers_pings_keeps_its_session() {
        TestGateway gateway = gateway(TlsEngine.JDK, true);
        TestAgent agent = greeted(gateway, gateway.enrolled(DEVICE), 1);

        await().during(TestGateway.LIMITS.silence().plusSeconds(1))
                .atMost(Duration.ofSeconds(10))
                .until(agent::isOpen);

        agent.heartbeat(1);
        agent.next(MessageAcknowledged.class);
    }

    @Test
    void an_agent_that_answers_nothing_is_given_up() {
        TestGateway gateway = gateway(TlsEngine.JDK, true);
        TestAgent agent = greeted(gateway, gateway.enrolled(DEVICE), 1);

        agent.deafen();

        await().until(() -> closed(gateway, CloseCause.Silent) == 1);
    }

    @Test
    void a_newer_session_displaces_the_older_and_an_older_one_is_turned_away() {
        TestGateway gateway = gateway(TlsEngine.JDK, true);
        TestPki.Member member = gateway.enrolled(DEVICE);
        TestAgent first = greeted(gateway, member, 5);

        TestAgent second = greeted(gateway, member, 6);
        assertThat(first.closeCode()).isEqualTo(4409);

        TestAgent late = connect(gateway, member);
        late.hello(5);
        assertThat(late.closeCode()).isEqualTo(4409);
        second.heartbeat(1);
        second.next(MessageAcknowledged.class);
        await().untilAsserted(() -> assertThat(reports(gateway).stream().map(Envelope::body))
                .contains(new SessionClosed(5, "gateway-0", "Displaced")));
    }

    @Test
    void draining_tells_agents_to_go_and_then_cuts_who_stayed() {
        TestGateway gateway = gateway(TlsEngine.JDK, true);
        TestAgent agent = greeted(gateway, gateway.enrolled(DEVICE), 1);

        CompletableFuture<?> drain = CompletableFuture.runAsync(new Drain(gateway.sessions, Duration.ofSeconds(1)));

        assertThat(agent.next(SessionDraining.class).withinSeconds()).isEqualTo(1);
        agent.heartbeat(1);
        agent.next(MessageAcknowledged.class);
        assertThatThrownBy(() -> connect(gateway, gateway.enrolled(OTHER))).hasMessageContaining("WebSocket");
        assertThat(agent.closeCode()).isEqualTo(1001);
        drain.join();
        assertThat(gateway.sessions.size()).isZero();
    }

    @Test
    void beyond_the_most_sessions_nobody_is_let_in_until_one_has_left() {
        TestGateway gateway = gateway(TlsEngine.JDK, true);
        List<TestAgent> agents = new ArrayList<>();
        for (int i = 0; i < TestGateway.LIMITS.maxSessions(); i++) {
            agents.add(greeted(gateway, gateway.enrolled(DeviceId.parse("acme/d-" + i)), 1));
        }
        TestPki.Member member = gateway.enrolled(DeviceId.parse("acme/d-x"));
        assertThatThrownBy(() -> connect(gateway, member)).hasMessageContaining("WebSocket");

        agents.getFirst().close();

        await().ignoreExceptions().until(() -> greeted(gateway, member, 1).isOpen());
    }

    @Test
    void an_unknown_bundle_is_refused_after_a_moment_and_the_session_goes_on() {
        TestGateway gateway = gateway(TlsEngine.JDK, true);
        TestAgent agent = greeted(gateway, gateway.enrolled(DEVICE), 1);

        agent.send(new MessageId(1, 1), new BundleRequested("sha256:" + "0".repeat(64)));

        assertThat(agent.next(MessageRefused.class).reason()).isEqualTo("UnknownDigest");
        agent.heartbeat(2);
        agent.next(MessageAcknowledged.class);
    }

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void nobody_gets_in_without_a_certificate_of_our_root(TlsEngine engine) {
        TestGateway gateway = gateway(engine, true);

        assertThatThrownBy(() -> connect(gateway, null)).isInstanceOf(CompletionException.class);
        TestPki foreign = TestPki.create();
        TestPki.Member stranger = DeviceCertificates.issue(foreign, DEVICE);
        gateway.list(stranger, DEVICE);
        assertThatThrownBy(() -> opened(TestAgent.connect(
                        DeviceCertificates.client(
                                new TestPki(
                                        PKI.root(),
                                        foreign.issuing(),
                                        foreign.ordersKey(),
                                        foreign.ledgerKey(),
                                        foreign.server()),
                                stranger),
                        gateway.port)))
                .isInstanceOf(CompletionException.class);
        TestPki.Member server = DeviceCertificates.issue(PKI.issuing(), DEVICE, KeyPurposeId.id_kp_serverAuth);
        gateway.list(server, DEVICE);
        assertThatThrownBy(() -> connect(gateway, server)).isInstanceOf(CompletionException.class);
    }

    private TestGateway gateway(TlsEngine engine, boolean kafkaStoresAtOnce) {
        return opened(new TestGateway(PKI, engine, kafkaStoresAtOnce));
    }

    private TestAgent connect(TestGateway gateway, TestPki.Member member) {
        return opened(gateway.connect(member));
    }

    private TestAgent greeted(TestGateway gateway, TestPki.Member member, long session) {
        TestAgent agent = connect(gateway, member);
        agent.hello(session);
        agent.next(SessionAccepted.class);
        return agent;
    }

    private <C extends AutoCloseable> C opened(C resource) {
        opened.add(resource);
        return resource;
    }

    private static List<Envelope<Message>> reports(TestGateway gateway) {
        return gateway.kafka.history().stream()
                .map(each -> EnvelopeBinding.fromRecord(each.headers(), each.value()))
                .toList();
    }

    private static double closed(TestGateway gateway, CloseCause cause) {
        return gateway.meters
                .counter("kubemdm.channel.closed", "cause", cause.name())
                .count();
    }
}
