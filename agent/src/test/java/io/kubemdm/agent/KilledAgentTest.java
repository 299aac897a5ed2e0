package io.kubemdm.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kubemdm.agent.identity.DeviceKey;
import io.kubemdm.agent.identity.IdentityStore;
import io.kubemdm.agent.identity.SoftwareKeys;
import io.kubemdm.agent.identity.TestIdentity;
import io.kubemdm.agent.store.DiskStore;
import io.kubemdm.protocol.message.MessageAcknowledged;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.message.OrderIssued;
import io.kubemdm.protocol.message.ReceiptHandedIn;
import io.kubemdm.protocol.order.CommandOrder;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.Receipt;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real agent processes on a real disk, killed with SIGKILL while they erase. */
class KilledAgentTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int FILES = 400;
    private static final int KILLS = 4;
    private static final long SEED = 20261125;

    @TempDir
    private Path root;

    private final Pki pki = new Pki();
    private TestGateway gateway;
    private DeviceKey key;
    private Process agent;

    @BeforeEach
    void enrol() throws Exception {
        gateway = new TestGateway(pki, Instant::now);
        DiskStore store = new DiskStore(root.resolve("var/lib/kubemdm-agent"));
        key = TestIdentity.enrolled(new IdentityStore(store, new SoftwareKeys(store)), pki)
                .key();
        Files.createDirectories(root.resolve("etc/kubemdm"));
        Files.writeString(root.resolve(AgentConfig.FILE), "gateways = localhost:" + gateway.port() + "\n");
        Files.createDirectories(root.resolve("opt/kubemdm"));
        for (int i = 0; i < FILES; i++) {
            Files.writeString(root.resolve("opt/kubemdm/" + i), "secret");
        }
    }

    @AfterEach
    void stop() {
        if (agent != null) {
            agent.destroyForcibly();
        }
        gateway.close();
    }

    @Test
    void an_agent_killed_again_and_again_in_a_retirement_finishes_it_once_and_leaves_nothing() throws Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int kill = 0; kill < KILLS; kill++) {
            startAndOrder();
            TimeUnit.MILLISECONDS.sleep(random.nextInt(150));
            agent.destroyForcibly().waitFor();
        }
        startAndOrder();
        await().atMost(PATIENCE)
                .until(() -> !gateway.heard(ReceiptHandedIn.class).isEmpty());
        acknowledgeEverything();

        assertThat(agent.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(agent.exitValue()).isEqualTo(ExitCode.RETIRED.number());
        assertThat(root.resolve("opt/kubemdm")).isEmptyDirectory();
        assertThat(root.resolve("var/lib/kubemdm-agent/keys")).isEmptyDirectory();
        List<String> receipts = gateway.heard(ReceiptHandedIn.class).stream()
                .map(ReceiptHandedIn::receipt)
                .distinct()
                .toList();
        assertThat(receipts).hasSize(1);
        Receipt receipt = new Verifier(List.of(key.publicKey()))
                .verify(JwsType.RECEIPT, receipts.getFirst(), Receipt.class)
                .payload();
        assertThat(receipt.outcome()).isEqualTo(Receipt.Outcome.Completed);
        assertThat(receipt.erased()).contains("and " + (FILES - 200) + " more");
    }

    private void startAndOrder() throws IOException {
        int before = gateway.sessions();
        agent = AgentProcess.start(root);
        await().atMost(PATIENCE).until(() -> gateway.sessions() > before);
        gateway.send(new OrderIssued(
                OrderIssued.Lane.command,
                pki.signer()
                        .sign(
                                JwsType.COMMAND,
                                new CommandOrder(
                                        "w-1",
                                        Pki.device(key),
                                        1,
                                        1,
                                        "n",
                                        Instant.EPOCH,
                                        Instant.now().plusSeconds(3_600),
                                        CommandType.Retire,
                                        Map.of()))));
    }

    private void acknowledgeEverything() {
        MessageId last = gateway.heard().getLast().messageId();
        gateway.send(new MessageAcknowledged(last.boot(), last.n()));
        gateway.react(envelope -> gateway.send(new MessageAcknowledged(
                envelope.messageId().boot(), envelope.messageId().n())));
    }
}
