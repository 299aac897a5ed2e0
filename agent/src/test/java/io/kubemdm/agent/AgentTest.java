package io.kubemdm.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kubemdm.agent.link.CloseCause;
import io.kubemdm.protocol.message.Heartbeat;
import io.kubemdm.protocol.message.Hello;
import io.kubemdm.protocol.message.MessageAcknowledged;
import io.kubemdm.protocol.message.ReceiptHandedIn;
import io.kubemdm.protocol.message.SessionDraining;
import io.kubemdm.protocol.order.CommandType;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** How an agent holds its session. */
class AgentTest extends AgentFixture {

    @Test
    void an_agent_says_hello_then_a_heartbeat_with_facts() {
        startAndBeat();

        Hello hello = gateway.heard(Hello.class).getFirst();
        assertThat(hello.boot()).isEqualTo(1);
        assertThat(hello.session()).isEqualTo(1);
        assertThat(gateway.heard(Heartbeat.class).getFirst().facts()).containsKey("hostname");
    }

    @Test
    void what_was_not_acknowledged_is_said_again_in_order_after_a_drain_and_not_after_an_acknowledgement() {
        startAndConnect();
        gateway.send(command("w-1", 1, CommandType.Lock));
        await().atMost(PATIENCE)
                .until(() -> !gateway.heard(ReceiptHandedIn.class).isEmpty());

        gateway.send(new SessionDraining(0));
        await().atMost(PATIENCE)
                .until(() -> gateway.heard(ReceiptHandedIn.class).size() == 2);
        var again = gateway.heard().stream()
                .filter(envelope -> envelope.body() instanceof ReceiptHandedIn)
                .map(envelope -> envelope.messageId())
                .toList();
        assertThat(again.get(0)).isEqualTo(again.get(1));

        gateway.send(new MessageAcknowledged(again.get(0).boot(), again.get(0).n()));
        await().atMost(PATIENCE).until(() -> store.list("outbox").isEmpty());
        gateway.send(new SessionDraining(0));
        await().atMost(PATIENCE).until(() -> gateway.sessions() == 3);
        assertThat(gateway.heard(ReceiptHandedIn.class)).hasSize(2);
    }

    @Test
    void a_gateway_that_talks_rubbish_is_left() {
        startAndConnect();

        gateway.sendRaw("{\"specversion\":\"1.0\"}");

        await().atMost(PATIENCE).until(() -> closed.contains(CloseCause.Protocol));
    }

    @Test
    void a_server_under_another_root_is_not_talked_to() throws Exception {
        gateway.close();
        gateway = new TestGateway(new Pki(), Instant::now);
        start(Clock.systemUTC());

        await().atMost(PATIENCE).until(() -> closed.contains(CloseCause.TlsRefused));
        assertThat(gateway.sessions()).isZero();
    }
}
