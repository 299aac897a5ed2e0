package io.kubemdm.gateway.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kubemdm.gateway.TestPki;
import io.kubemdm.gateway.peer.TlsEngine;
import io.kubemdm.protocol.message.BundleRequested;
import io.kubemdm.protocol.message.Envelope;
import io.kubemdm.protocol.message.Heartbeat;
import io.kubemdm.protocol.message.Message;
import io.kubemdm.protocol.message.MessageAcknowledged;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.message.MessageRefused;
import io.kubemdm.protocol.message.SessionAccepted;
import io.kubemdm.protocol.message.SessionClosed;
import io.kubemdm.protocol.message.SessionOpened;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What passes over a session, and what holds it. */
class ChannelServerTest extends ChannelFixture {

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
    void an_unknown_bundle_is_refused_after_a_moment_and_the_session_goes_on() {
        TestGateway gateway = gateway(TlsEngine.JDK, true);
        TestAgent agent = greeted(gateway, gateway.enrolled(DEVICE), 1);

        agent.send(new MessageId(1, 1), new BundleRequested("sha256:" + "0".repeat(64)));

        assertThat(agent.next(MessageRefused.class).reason()).isEqualTo("UnknownDigest");
        agent.heartbeat(2);
        agent.next(MessageAcknowledged.class);
    }
}
