package io.kubemdm.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.agent.driver.Drivers;
import io.kubemdm.agent.driver.FactSource;
import io.kubemdm.agent.driver.SimulatedDriver;
import io.kubemdm.agent.identity.DeviceKey;
import io.kubemdm.agent.identity.IdentityStore;
import io.kubemdm.agent.identity.SoftwareKeys;
import io.kubemdm.agent.identity.TestIdentity;
import io.kubemdm.agent.link.CloseCause;
import io.kubemdm.agent.link.Endpoint;
import io.kubemdm.agent.store.MemoryStore;
import io.kubemdm.agent.wipe.SimulatedActs;
import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.message.BundleDelivered;
import io.kubemdm.protocol.message.BundleRequested;
import io.kubemdm.protocol.message.CommandAcknowledged;
import io.kubemdm.protocol.message.Heartbeat;
import io.kubemdm.protocol.message.Hello;
import io.kubemdm.protocol.message.MessageAcknowledged;
import io.kubemdm.protocol.message.OrderIssued;
import io.kubemdm.protocol.message.PolicyReported;
import io.kubemdm.protocol.message.ReceiptHandedIn;
import io.kubemdm.protocol.message.SessionDraining;
import io.kubemdm.protocol.order.CommandOrder;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.DesiredOrder;
import io.kubemdm.protocol.order.Receipt;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.Pem;
import io.kubemdm.protocol.trust.ReceiptDocument;
import io.kubemdm.protocol.trust.ReceiptVerdict;
import io.kubemdm.protocol.trust.ReceiptVerifier;
import io.kubemdm.protocol.trust.Verifier;
import io.netty.channel.nio.NioEventLoopGroup;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A whole agent on memory against {@link TestGateway}. */
class AgentTest implements AgentObserver {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Pki pki = new Pki();
    private final MemoryStore store = new MemoryStore();
    private final NioEventLoopGroup group = new NioEventLoopGroup(1);
    private final List<CloseCause> closed = new CopyOnWriteArrayList<>();
    private final AtomicLong later = new AtomicLong();
    private volatile boolean retired;
    private SimulatedActs acts = new SimulatedActs();
    private TestGateway gateway;
    private IdentityStore identities;
    private DeviceKey key;
    private Agent agent;

    @BeforeEach
    void enrol() throws Exception {
        gateway = new TestGateway(pki, Instant::now);
        identities = new IdentityStore(store, new SoftwareKeys(store));
        key = TestIdentity.enrolled(identities, pki).key();
    }

    @AfterEach
    void stop() {
        if (agent != null) {
            agent.stop();
        }
        gateway.close();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2_000);
    }

    @Override
    public void onClosed(CloseCause cause) {
        closed.add(cause);
    }

    @Override
    public void onRetired() {
        retired = true;
    }

    @Test
    void an_agent_says_hello_then_a_heartbeat_with_facts() {
        start(Clock.systemUTC());
        await().atMost(PATIENCE).until(() -> !gateway.heard(Heartbeat.class).isEmpty());

        Hello hello = gateway.heard(Hello.class).getFirst();
        assertThat(hello.boot()).isEqualTo(1);
        assertThat(hello.session()).isEqualTo(1);
        assertThat(gateway.heard(Heartbeat.class).getFirst().facts()).containsKey("hostname");
    }

    @Test
    void a_policy_ordered_over_the_channel_is_fetched_applied_reported_and_judged_anew() {
        BundleContent content = handOut();
        start(Clock.systemUTC());
        await().atMost(PATIENCE).until(() -> !gateway.heard(Heartbeat.class).isEmpty());

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
        start(Clock.systemUTC());
        await().atMost(PATIENCE).until(() -> gateway.sessions() == 1);
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

    @Test
    void what_was_not_acknowledged_is_said_again_in_order_after_a_drain_and_not_after_an_acknowledgement() {
        start(Clock.systemUTC());
        await().atMost(PATIENCE).until(() -> gateway.sessions() == 1);
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

    @ParameterizedTest
    @ValueSource(longs = {-86_400, 86_400})
    void a_device_whose_clock_is_a_day_off_connects_and_judges_expiry_by_the_server(long seconds) {
        Clock wrong = Clock.offset(Clock.systemUTC(), Duration.ofSeconds(seconds));
        start(wrong);
        await().atMost(PATIENCE).until(() -> gateway.sessions() == 1);

        gateway.send(command("w-1", 1, CommandType.Lock));

        await().atMost(PATIENCE)
                .until(() -> !gateway.heard(ReceiptHandedIn.class).isEmpty());
        Receipt receipt = new Verifier(List.of(key.publicKey()))
                .verify(
                        JwsType.RECEIPT,
                        gateway.heard(ReceiptHandedIn.class).getFirst().receipt(),
                        Receipt.class)
                .payload();
        assertThat(receipt.outcome()).isEqualTo(Receipt.Outcome.Completed);
        assertThat(Duration.between(receipt.completedAt(), Instant.now()).abs()).isLessThan(Duration.ofMinutes(1));
    }

    @Test
    void an_expired_command_a_foreign_signature_and_rubbish_are_refused_by_name() {
        start(Clock.systemUTC());
        await().atMost(PATIENCE).until(() -> gateway.sessions() == 1);
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
    void a_retired_device_keeps_its_key_until_the_receipt_is_in_kafka_and_then_has_none() {
        start(Clock.systemUTC());
        await().atMost(PATIENCE).until(() -> gateway.sessions() == 1);
        gateway.send(command("w-1", 1, CommandType.Retire));
        await().atMost(PATIENCE)
                .until(() -> !gateway.heard(ReceiptHandedIn.class).isEmpty());
        assertThat(identities.read()).isNotNull();

        var last = gateway.heard().getLast().messageId();
        gateway.send(new MessageAcknowledged(last.boot(), last.n()));

        await().atMost(PATIENCE).until(() -> retired);
        assertThat(identities.read()).isNull();
        assertThat(store.list("keys")).isEmpty();
    }

    @Test
    void a_retired_device_whose_acknowledgement_was_lost_leaves_ten_minutes_after_gateways_call_it_revoked() {
        start(Clock.systemUTC());
        await().atMost(PATIENCE).until(() -> gateway.sessions() == 1);
        gateway.send(command("w-1", 1, CommandType.Retire));
        await().atMost(PATIENCE)
                .until(() -> !gateway.heard(ReceiptHandedIn.class).isEmpty());

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
        start(Clock.systemUTC());
        await().atMost(PATIENCE).until(() -> gateway.sessions() == 1);
        gateway.send(command("w-1", 1, CommandType.FullWipe));
        await().atMost(PATIENCE)
                .until(() -> !gateway.heard(ReceiptHandedIn.class).isEmpty());
        assertThat(identities.read()).isNotNull();

        String receipt = gateway.heard(ReceiptHandedIn.class).getFirst().receipt();
        assertThat(ReceiptVerifier.verify(ReceiptDocument.of(receipt).write(), Pem.of(pki.root) + Pem.of(pki.issuing)))
                .isInstanceOfSatisfying(ReceiptVerdict.Verified.class, verified -> {
                    assertThat(verified.receipt().type()).isEqualTo(CommandType.FullWipe);
                    assertThat(verified.receipt().storage()).isNotEmpty();
                });
        var last = gateway.heard().getLast().messageId();
        gateway.send(new MessageAcknowledged(last.boot(), last.n()));

        await().atMost(PATIENCE).until(() -> retired);
        assertThat(identities.read()).isNull();
        assertThat(store.list("keys")).isEmpty();
    }

    @Test
    void an_erased_device_whose_receipt_nobody_acknowledges_leaves_after_ten_minutes() {
        start(Clock.systemUTC());
        await().atMost(PATIENCE).until(() -> gateway.sessions() == 1);
        gateway.send(command("w-1", 1, CommandType.CryptoErase));
        await().atMost(PATIENCE)
                .until(() -> !gateway.heard(ReceiptHandedIn.class).isEmpty());

        later.set(Duration.ofMinutes(10).toNanos());
        // Acknowledges nothing, but makes the agent look.
        gateway.send(new MessageAcknowledged(0, 0));

        await().atMost(PATIENCE).until(() -> retired);
        assertThat(identities.read()).isNull();
    }

    @Test
    void a_gateway_that_talks_rubbish_is_left() {
        start(Clock.systemUTC());
        await().atMost(PATIENCE).until(() -> gateway.sessions() == 1);

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

    private void start(Clock clock) {
        agent = new Agent(new AgentParts(
                store,
                identities,
                List.of(new Endpoint("localhost", gateway.port())),
                new Drivers(List.of(new SimulatedDriver("camera"))),
                new Hostname(),
                acts,
                Duration.ofSeconds(60),
                group,
                group.next(),
                null,
                null,
                clock.withZone(ZoneOffset.UTC),
                () -> System.nanoTime() + later.get(),
                new SplittableRandom(7),
                this));
        agent.start();
    }

    @Test
    void an_order_that_confines_is_obeyed_over_restarts_until_one_does_not() {
        start(Clock.systemUTC());
        await().atMost(PATIENCE).until(() -> !gateway.heard(Heartbeat.class).isEmpty());
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
        start(Clock.systemUTC());
        await().atMost(PATIENCE).until(() -> !gateway.heard(Heartbeat.class).isEmpty());
        int before = gateway.heard(Heartbeat.class).size();

        gateway.send(command("r-1", 1, CommandType.Remediate, Map.of("reapply", "true")));

        await().atMost(PATIENCE).until(() -> gateway.heard(Heartbeat.class).size() > before);
        ReceiptHandedIn receipt = gateway.heard(ReceiptHandedIn.class).getFirst();
        assertThat(new Verifier(List.of(key.publicKey()))
                        .verify(JwsType.RECEIPT, receipt.receipt(), Receipt.class)
                        .payload()
                        .outcome())
                .isEqualTo(Receipt.Outcome.Completed);
    }

    @Test
    void a_script_that_the_device_does_not_have_fails_the_remediation() {
        start(Clock.systemUTC());
        await().atMost(PATIENCE).until(() -> !gateway.heard(Heartbeat.class).isEmpty());
        gateway.send(command("r-1", 1, CommandType.Remediate, Map.of("scripts", "fix-it")));

        await().atMost(PATIENCE)
                .until(() -> !gateway.heard(ReceiptHandedIn.class).isEmpty());
        Receipt receipt = new Verifier(List.of(key.publicKey()))
                .verify(
                        JwsType.RECEIPT,
                        gateway.heard(ReceiptHandedIn.class).getFirst().receipt(),
                        Receipt.class)
                .payload();
        assertThat(receipt.outcome()).isEqualTo(Receipt.Outcome.Failed);
        assertThat(receipt.failedStep()).isEqualTo("script:fix-it");
        assertThat(receipt.message()).contains("no such script");
    }

    private OrderIssued desired(long seq, boolean quarantined) {
        DesiredOrder order = new DesiredOrder(
                Pki.device(key), 1, seq, Instant.now(), List.of(), 60, null, null, quarantined ? true : null);
        return new OrderIssued(OrderIssued.Lane.desired, pki.signer().sign(JwsType.DESIRED, order));
    }

    private OrderIssued desired(long seq, PolicyRef... refs) {
        DesiredOrder order = new DesiredOrder(Pki.device(key), 1, seq, Instant.now(), List.of(refs), 60);
        return new OrderIssued(OrderIssued.Lane.desired, pki.signer().sign(JwsType.DESIRED, order));
    }

    private OrderIssued command(String id, long seq, CommandType type) {
        return command(id, seq, type, Map.of());
    }

    private OrderIssued command(String id, long seq, CommandType type, Map<String, String> params) {
        CommandOrder order = new CommandOrder(
                id, Pki.device(key), 1, seq, "n", Instant.now(), Instant.now().plusSeconds(3_600), type, params);
        return new OrderIssued(OrderIssued.Lane.command, pki.signer().sign(JwsType.COMMAND, order));
    }

    private static JsonNode json(String text) {
        return Json.read(text.getBytes(java.nio.charset.StandardCharsets.UTF_8), JsonNode.class);
    }

    private static final class Hostname implements FactSource {
        @Override
        public String osVersion() {
            return "Test 1";
        }

        @Override
        public Map<String, JsonNode> collect() {
            return Map.of("hostname", json("\"test\""));
        }
    }
}
