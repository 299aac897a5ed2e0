package io.kubemdm.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kubemdm.agent.wipe.SimulatedActs;
import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.protocol.message.BundleDelivered;
import io.kubemdm.protocol.message.BundleRequested;
import io.kubemdm.protocol.message.CommandAcknowledged;
import io.kubemdm.protocol.message.Heartbeat;
import io.kubemdm.protocol.message.Hello;
import io.kubemdm.protocol.message.OrderIssued;
import io.kubemdm.protocol.message.PolicyReported;
import io.kubemdm.protocol.message.SessionDraining;
import io.kubemdm.protocol.order.CommandOrder;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.Receipt;
import io.kubemdm.protocol.trust.JwsType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an agent makes of orders. */
class ObedienceTest extends AgentFixture {

    @Test
    void a_policy_ordered_over_the_channel_is_fetched_applied_reported_and_judged_anew() {
        BundleContent content = handOut();
        startAndBeat();

        gateway.send(desired(1, content.ref()));

        await().atMost(PATIENCE)
                .until(() -> !gateway.heard(PolicyReported.class).isEmpty());
        assertThat(gateway.heard(PolicyReported.class))
                .containsExactly(new PolicyReported(content.ref(), PolicyReported.State.Applied, 1, null, null));
        // The next one would be due in a minute.
        await().atMost(PATIENCE)
                .until(() -> gateway.heard(Heartbeat.class).getLast().policies().contains(content.ref()));
    }

    /** Whatever it takes until somebody acknowledges it: another session, another start. */
    @Test
    void that_a_policy_is_applied_is_said_until_it_is_acknowledged() {
        BundleContent content = handOut();
        PolicyReported applied = new PolicyReported(content.ref(), PolicyReported.State.Applied, 1, null, null);
        startAndConnect();
        gateway.send(desired(1, content.ref()));
        await().atMost(PATIENCE).until(() -> gateway.heard(PolicyReported.class).size() == 1);

        gateway.send(new SessionDraining(0));
        await().atMost(PATIENCE).until(() -> gateway.heard(PolicyReported.class).size() == 2);
        agent.stop();
        start(Clock.systemUTC());

        await().atMost(PATIENCE).until(() -> gateway.heard(PolicyReported.class).size() == 3);
        assertThat(gateway.heard(PolicyReported.class)).containsOnly(applied);
    }

    private BundleContent handOut() {
        BundleContent content = new BundleContent(
                "a", "1.0.0", null, null, null, json("{\"camera\":{\"enabled\":false}}"), null, null, null, null);
        gateway.react(envelope -> {
            if (envelope.body() instanceof BundleRequested wanted) {
                gateway.send(
                        new BundleDelivered(wanted.digest(), pki.signer().sign(JwsType.BUNDLE, content.canonical())));
            }
        });
        return content;
    }

    @ParameterizedTest
    @ValueSource(longs = {-86_400, 86_400})
    void a_device_whose_clock_is_a_day_off_connects_and_judges_expiry_by_the_server(long seconds) {
        Clock wrong = Clock.offset(Clock.systemUTC(), Duration.ofSeconds(seconds));
        start(wrong);
        await().atMost(PATIENCE).until(() -> gateway.sessions() == 1);

        gateway.send(command("w-1", 1, CommandType.Lock));

        Receipt receipt = receipt();
        assertThat(receipt.outcome()).isEqualTo(Receipt.Outcome.Completed);
        assertThat(Duration.between(receipt.completedAt(), Instant.now()).abs()).isLessThan(Duration.ofMinutes(1));
    }

    @Test
    void an_expired_command_a_foreign_signature_and_rubbish_are_refused_by_name() {
        startAndConnect();
        CommandOrder expired = new CommandOrder(
                "old",
                Pki.device(key),
                1,
                1,
                "n",
                Instant.now(),
                Instant.now().minusSeconds(1),
                CommandType.Lock,
                Map.of());
        gateway.send(new OrderIssued(OrderIssued.Lane.command, pki.signer().sign(JwsType.COMMAND, expired)));
        gateway.send(
                new OrderIssued(OrderIssued.Lane.command, Pki.signer(Pki.key()).sign(JwsType.COMMAND, expired)));
        gateway.send(new OrderIssued(OrderIssued.Lane.command, "rubbish"));

        await().atMost(PATIENCE)
                .until(() -> gateway.heard(CommandAcknowledged.class).size() == 2);
        assertThat(gateway.heard(CommandAcknowledged.class))
                .extracting(CommandAcknowledged::refusal)
                .containsExactly(CommandAcknowledged.Refusal.Expired, CommandAcknowledged.Refusal.UnknownKey);
    }

    @Test
    void an_order_that_confines_is_obeyed_over_restarts_until_one_does_not() {
        startAndBeat();
        gateway.send(desired(1, true));
        await().atMost(PATIENCE).until(acts.quarantine()::confined);

        agent.stop();
        acts = new SimulatedActs(); // the machine was started anew, and with it the firewall
        start(Clock.systemUTC());
        await().atMost(PATIENCE).until(acts.quarantine()::confined);

        await().atMost(PATIENCE).until(() -> gateway.heard(Hello.class).size() == 2);
        await().atMost(PATIENCE)
                .until(() -> gateway.heard(Heartbeat.class).getLast().facts().containsKey("quarantined"));
        gateway.send(desired(2, false));
        await().atMost(PATIENCE).until(() -> !acts.quarantine().confined());
    }

    @Test
    void a_remediation_ends_with_a_receipt_and_a_heartbeat_at_once() {
        startAndBeat();
        int before = gateway.heard(Heartbeat.class).size();

        gateway.send(command("r-1", 1, CommandType.Remediate, Map.of("reapply", "true")));

        await().atMost(PATIENCE).until(() -> gateway.heard(Heartbeat.class).size() > before);
        assertThat(receipt().outcome()).isEqualTo(Receipt.Outcome.Completed);
    }

    @Test
    void a_script_that_the_device_does_not_have_fails_the_remediation() {
        startAndBeat();
        gateway.send(command("r-1", 1, CommandType.Remediate, Map.of("scripts", "fix-it")));

        Receipt receipt = receipt();
        assertThat(receipt.outcome()).isEqualTo(Receipt.Outcome.Failed);
        assertThat(receipt.failedStep()).isEqualTo("script:fix-it");
        assertThat(receipt.message()).contains("no such script");
    }
}
