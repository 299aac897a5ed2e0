package io.kubemdm.gateway.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kubemdm.gateway.peer.TlsEngine;
import io.kubemdm.protocol.message.MessageAcknowledged;
import io.kubemdm.protocol.message.MessageRefused;
import org.junit.jupiter.api.Test;

/** What ends the session of an agent that keeps to no rules, and no other. */
class UnrulyAgentsTest extends ChannelFixture {

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
    void an_agent_that_answers_nothing_is_given_up() {
        TestGateway gateway = gateway(TlsEngine.JDK, true);
        TestAgent agent = greeted(gateway, gateway.enrolled(DEVICE), 1);

        agent.deafen();

        await().until(() -> closed(gateway, CloseCause.Silent) == 1);
    }
}
