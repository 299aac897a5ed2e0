package io.kubemdm.operator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kubemdm.bus.Topic;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.DeviceAssigned;
import io.kubemdm.protocol.order.DesiredOrder;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.Signer;
import io.kubemdm.protocol.trust.Verifier;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The producer is Kafka's own mock: it has transactions and fencing, but no broker, no time and no other client. */
class DispatcherTest {

    private static final DeviceId DEVICE = new DeviceId("acme", "d-1");

    private record Note(String text) {}

    private final KeyPair keys = keys();
    private final Memory memory = new Memory(new Issued(), new Decisions(Map.of("note", Note.class)));
    private final AtomicInteger fenced = new AtomicInteger();
    private MockProducer<String, byte[]> producer;
    private Dispatcher dispatcher;

    @BeforeEach
    void start() {
        Node node = new Node(0, "localhost", 1);
        Cluster cluster = new Cluster(
                "c",
                List.of(node),
                List.of(new PartitionInfo(Topic.COMMANDS.topicName(), 0, node, new Node[0], new Node[0])),
                Set.of(),
                Set.of());
        producer = new MockProducer<>(cluster, true, null, new StringSerializer(), new ByteArraySerializer());
        dispatcher = new Dispatcher(
                producer,
                new Signer((ECPrivateKey) keys.getPrivate(), (ECPublicKey) keys.getPublic()),
                memory,
                Clock.systemUTC(),
                fenced::incrementAndGet);
        dispatcher.start();
    }

    @AfterEach
    void stop() {
        dispatcher.close();
    }

    @Test
    void orderReportAndDecisionAreCommittedTogetherAndThenKnown() {
        DesiredOrder order = order(1);
        dispatcher.commit(dispatcher
                .open()
                .desired(order)
                .report(DEVICE, 1, new DeviceAssigned(1, order.policies(), 300))
                .decide(new DecisionKey("note", "acme", "n"), new Note("x")));
        assertThat(producer.history())
                .extracting(r -> r.topic())
                .containsExactly("mdm.desired", "mdm.reports", "mdm.decisions");
        assertThat(producer.commitCount()).isEqualTo(1);
        assertThat(memory.issued().desired(DEVICE)).isEqualTo(IssuedDesired.of(order));
        assertThat(memory.decisions().get(new DecisionKey("note", "acme", "n"), Note.class))
                .isEqualTo(new Note("x"));
        String jws = new String(producer.history().getFirst().value(), StandardCharsets.US_ASCII);
        assertThat(new Verifier(List.of((ECPublicKey) keys.getPublic()))
                        .verify(JwsType.DESIRED, jws, DesiredOrder.class)
                        .payload())
                .isEqualTo(order);
    }

    @Test
    void whatIsNotCommittedIsNotKnownAndCanBeSentAgain() {
        producer.commitTransactionException = new RecordTooLargeException("too large");
        CompletableFuture<Void> refused = dispatcher.submit(dispatcher.open().desired(order(1)));
        await().atMost(Duration.ofSeconds(5)).until(refused::isCompletedExceptionally);
        assertThat(memory.issued().desired(DEVICE)).isNull();
        producer.commitTransactionException = null;
        dispatcher.commit(dispatcher.open().desired(order(1)));
        assertThat(memory.issued().desired(DEVICE)).isNotNull();
    }

    @Test
    void aFencedDispatcherEndsTheProcessAndKnowsNothing() {
        producer.fenceProducer();
        CompletableFuture<Void> lost = dispatcher.submit(dispatcher.open().desired(order(1)));
        await().atMost(Duration.ofSeconds(5)).until(() -> fenced.get() == 1);
        assertThat(memory.issued().desired(DEVICE)).isNull();
        assertThat(lost).isCompletedExceptionally();
    }

    @Test
    void anEmptyBatchCostsNoTransaction() {
        dispatcher.commit(dispatcher.open());
        assertThat(producer.commitCount()).isZero();
    }

    private static DesiredOrder order(long seq) {
        return new DesiredOrder(
                DEVICE,
                1,
                seq,
                Instant.parse("2026-06-01T12:00:00Z"),
                List.of(new PolicyRef("base", "1.0.0", "sha256:1")),
                300);
    }

    private static KeyPair keys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
