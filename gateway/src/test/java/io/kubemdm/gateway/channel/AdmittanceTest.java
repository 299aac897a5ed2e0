package io.kubemdm.gateway.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kubemdm.gateway.TestPki;
import io.kubemdm.gateway.peer.TlsEngine;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.MessageAcknowledged;
import io.kubemdm.protocol.message.SessionAccepted;
import io.kubemdm.protocol.message.SessionDraining;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who gets a session, and who loses it. */
class AdmittanceTest extends ChannelFixture {

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
}
