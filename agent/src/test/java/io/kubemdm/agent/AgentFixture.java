package io.kubemdm.agent;

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
import io.kubemdm.agent.wipe.DeviceActs;
import io.kubemdm.agent.wipe.SimulatedActs;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.message.Heartbeat;
import io.kubemdm.protocol.message.OrderIssued;
import io.kubemdm.protocol.message.ReceiptHandedIn;
import io.kubemdm.protocol.order.CommandOrder;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.DesiredOrder;
import io.kubemdm.protocol.order.Receipt;
import io.kubemdm.protocol.trust.JwsType;
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

/** A whole agent on memory against {@link TestGateway}. */
abstract class AgentFixture implements AgentObserver {

    static final Duration PATIENCE = Duration.ofSeconds(30);
    final Pki pki = new Pki();
    final MemoryStore store = new MemoryStore();
    private final NioEventLoopGroup group = new NioEventLoopGroup(1);
    final List<CloseCause> closed = new CopyOnWriteArrayList<>();
    final AtomicLong later = new AtomicLong();
    volatile boolean retired;
    DeviceActs acts = new SimulatedActs();
    TestGateway gateway;
    IdentityStore identities;
    DeviceKey key;
    Agent agent;

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

    void start(Clock clock) {
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

    /** Starts it and waits until it has its first session. */
    void startAndConnect() {
        start(Clock.systemUTC());
        await().atMost(PATIENCE).until(() -> gateway.sessions() == 1);
    }

    /** Starts it and waits until it has told its facts. */
    void startAndBeat() {
        start(Clock.systemUTC());
        await().atMost(PATIENCE).until(() -> !gateway.heard(Heartbeat.class).isEmpty());
    }

    /** The first receipt it hands in, verified. */
    Receipt receipt() {
        await().atMost(PATIENCE)
                .until(() -> !gateway.heard(ReceiptHandedIn.class).isEmpty());
        return new Verifier(List.of(key.publicKey()))
                .verify(
                        JwsType.RECEIPT,
                        gateway.heard(ReceiptHandedIn.class).getFirst().receipt(),
                        Receipt.class)
                .payload();
    }

    OrderIssued desired(long seq, boolean quarantined) {
        DesiredOrder order = new DesiredOrder(
                Pki.device(key), 1, seq, Instant.now(), List.of(), 60, null, null, quarantined ? true : null);
        return new OrderIssued(OrderIssued.Lane.desired, pki.signer().sign(JwsType.DESIRED, order));
    }

    OrderIssued desired(long seq, PolicyRef... refs) {
        DesiredOrder order = new DesiredOrder(Pki.device(key), 1, seq, Instant.now(), List.of(refs), 60);
        return new OrderIssued(OrderIssued.Lane.desired, pki.signer().sign(JwsType.DESIRED, order));
    }

    OrderIssued command(String id, long seq, CommandType type) {
        return command(id, seq, type, Map.of());
    }

    OrderIssued command(String id, long seq, CommandType type, Map<String, String> params) {
        CommandOrder order = new CommandOrder(
                id, Pki.device(key), 1, seq, "n", Instant.now(), Instant.now().plusSeconds(3_600), type, params);
        return new OrderIssued(OrderIssued.Lane.command, pki.signer().sign(JwsType.COMMAND, order));
    }

    static JsonNode json(String text) {
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
