package io.kubemdm.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kubemdm.agent.link.CloseCause;
import io.kubemdm.protocol.message.MessageAcknowledged;
import io.kubemdm.protocol.message.ReceiptHandedIn;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.trust.Pem;
import io.kubemdm.protocol.trust.ReceiptDocument;
import io.kubemdm.protocol.trust.ReceiptVerdict;
import io.kubemdm.protocol.trust.ReceiptVerifier;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How a device leaves: not before somebody has its receipt, or can never have it. */
class LeavingTest extends AgentFixture {

    @Test
    void a_retired_device_keeps_its_key_until_the_receipt_is_in_kafka_and_then_has_none() {
        startAndHandIn(CommandType.Retire);
        assertThat(identities.read()).isNotNull();

        acknowledgeLast();

        await().atMost(PATIENCE).until(() -> retired);
        assertThat(identities.read()).isNull();
        assertThat(store.list("keys")).isEmpty();
    }

    @Test
    void a_retired_device_whose_acknowledgement_was_lost_leaves_ten_minutes_after_gateways_call_it_revoked() {
        startAndHandIn(CommandType.Retire);

        gateway.hangUp(4403);
        await().atMost(PATIENCE).until(() -> closed.contains(CloseCause.Revoked));
        assertThat(retired).isFalse();

        later.set(Duration.ofMinutes(10).toNanos());
        await().atMost(PATIENCE).until(() -> gateway.sessions() == 2);
        gateway.hangUp(4403);
        await().atMost(PATIENCE).until(() -> retired);
        assertThat(identities.read()).isNull();
    }

    @Test
    void a_simulated_device_erases_proves_it_offline_and_leaves_when_the_receipt_is_in_kafka() {
        startAndHandIn(CommandType.FullWipe);
        assertThat(identities.read()).isNotNull();

        String receipt = gateway.heard(ReceiptHandedIn.class).getFirst().receipt();
        assertThat(ReceiptVerifier.verify(ReceiptDocument.of(receipt).write(), Pem.of(pki.root) + Pem.of(pki.issuing)))
                .isInstanceOfSatisfying(ReceiptVerdict.Verified.class, verified -> {
                    assertThat(verified.receipt().type()).isEqualTo(CommandType.FullWipe);
                    assertThat(verified.receipt().storage()).isNotEmpty();
                });
        acknowledgeLast();

        await().atMost(PATIENCE).until(() -> retired);
        assertThat(identities.read()).isNull();
        assertThat(store.list("keys")).isEmpty();
    }

    @Test
    void an_erased_device_whose_receipt_nobody_acknowledges_leaves_after_ten_minutes() {
        startAndHandIn(CommandType.CryptoErase);

        later.set(Duration.ofMinutes(10).toNanos());
        // Acknowledges nothing, but makes the agent look.
        gateway.send(new MessageAcknowledged(0, 0));

        await().atMost(PATIENCE).until(() -> retired);
        assertThat(identities.read()).isNull();
    }

    /** Starts the agent, sends it a command and waits for its receipt. */
    private void startAndHandIn(CommandType type) {
        startAndConnect();
        gateway.send(command("w-1", 1, type));
        await().atMost(PATIENCE)
                .until(() -> !gateway.heard(ReceiptHandedIn.class).isEmpty());
    }

    private void acknowledgeLast() {
        var last = gateway.heard().getLast().messageId();
        gateway.send(new MessageAcknowledged(last.boot(), last.n()));
    }
}
