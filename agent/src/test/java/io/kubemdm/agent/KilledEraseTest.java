package io.kubemdm.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kubemdm.agent.identity.DeviceKey;
import io.kubemdm.agent.identity.IdentityStore;
import io.kubemdm.agent.identity.SoftwareKeys;
import io.kubemdm.agent.identity.TestIdentity;
import io.kubemdm.agent.store.DiskStore;
import io.kubemdm.agent.wipe.Images;
import io.kubemdm.protocol.message.CommandAcknowledged;
import io.kubemdm.protocol.message.MessageAcknowledged;
import io.kubemdm.protocol.message.OrderIssued;
import io.kubemdm.protocol.message.ReceiptHandedIn;
import io.kubemdm.protocol.order.CommandOrder;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.Receipt;
import io.kubemdm.protocol.order.StorageEvidence;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.Pem;
import io.kubemdm.protocol.trust.ReceiptDocument;
import io.kubemdm.protocol.trust.ReceiptVerdict;
import io.kubemdm.protocol.trust.ReceiptVerifier;
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

/** Real agent processes and real LUKS2 images, killed with SIGKILL while they erase. No machine is turned off below a root. */
class KilledEraseTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int KILLS = 3;
    private static final long SEED = 20261126;
    private static final String WIPE = "w-1";

    @TempDir
    private Path root;

    private final Pki pki = new Pki();
    private TestGateway gateway;
    private DeviceKey key;
    private Path system;
    private Path data;
    private Process agent;

    @BeforeEach
    void enrol() throws Exception {
        Images.assumeCryptsetup();
        gateway = new TestGateway(pki, Instant::now);
        DiskStore store = new DiskStore(root.resolve("var/lib/kubemdm-agent"));
        key = TestIdentity.enrolled(new IdentityStore(store, new SoftwareKeys(store)), pki)
                .key();
        Files.createDirectories(root.resolve("etc/kubemdm"));
        Files.writeString(
                root.resolve(AgentConfig.FILE),
                "gateways = localhost:" + gateway.port() + "\nerase.luksDevices = /system.img, /data.img\n");
        system = Images.create(root.resolve("system.img"));
        data = Images.create(root.resolve("data.img"));
    }

    @AfterEach
    void stop() {
        if (agent != null) {
            agent.destroyForcibly();
        }
        if (gateway != null) {
            gateway.close();
        }
    }

    @Test
    void an_agent_killed_again_and_again_in_an_erase_proves_it_once_and_leaves_no_key() throws Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int kill = 0; kill < KILLS; kill++) {
            startAndOrder("--allow-destructive");
            TimeUnit.MILLISECONDS.sleep(random.nextInt(200));
            agent.destroyForcibly().waitFor();
        }
        startAndOrder("--allow-destructive");
        await().atMost(PATIENCE)
                .until(() -> !gateway.heard(ReceiptHandedIn.class).isEmpty());
        assertThat(root.resolve("var/lib/kubemdm-agent/keys")).isNotEmptyDirectory();
        acknowledgeEverything();

        assertThat(agent.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(agent.exitValue()).isEqualTo(ExitCode.RETIRED.number());
        assertThat(Images.opens(system)).isFalse();
        assertThat(Images.opens(data)).isFalse();
        assertThat(root.resolve("var/lib/kubemdm-agent/keys")).isEmptyDirectory();
        List<String> receipts = gateway.heard(ReceiptHandedIn.class).stream()
                .map(ReceiptHandedIn::receipt)
                .distinct()
                .toList();
        assertThat(receipts).hasSize(1);
        byte[] file = ReceiptDocument.of(receipts.getFirst()).write();
        assertThat(ReceiptVerifier.verify(file, Pem.of(pki.root)))
                .isInstanceOfSatisfying(ReceiptVerdict.Verified.class, verified -> {
                    assertThat(verified.receipt().outcome()).isEqualTo(Receipt.Outcome.Completed);
                    assertThat(verified.receipt().storage())
                            .extracting(StorageEvidence::device)
                            .containsExactly("/system.img", "/data.img");
                });
    }

    @Test
    void an_agent_that_is_neither_the_service_nor_allowed_to_refuses_and_touches_nothing() throws Exception {
        startAndOrder();

        await().atMost(PATIENCE)
                .until(() -> !gateway.heard(CommandAcknowledged.class).isEmpty());
        assertThat(gateway.heard(CommandAcknowledged.class).getFirst().refusal())
                .isEqualTo(CommandAcknowledged.Refusal.DestructiveNotAllowed);
        assertThat(Images.opens(system)).isTrue();
        assertThat(Images.opens(data)).isTrue();
    }

    private void startAndOrder(String... options) throws IOException {
        int before = gateway.sessions();
        agent = AgentProcess.start(root, options);
        await().atMost(PATIENCE).until(() -> gateway.sessions() > before);
        CommandOrder order = new CommandOrder(
                WIPE,
                Pki.device(key),
                1,
                1,
                "n",
                Instant.EPOCH,
                Instant.now().plusSeconds(3_600),
                CommandType.CryptoErase,
                Map.of());
        gateway.send(new OrderIssued(OrderIssued.Lane.command, pki.signer().sign(JwsType.COMMAND, order)));
    }

    private void acknowledgeEverything() {
        gateway.react(envelope -> gateway.send(new MessageAcknowledged(
                envelope.messageId().boot(), envelope.messageId().n())));
        var last = gateway.heard().getLast().messageId();
        gateway.send(new MessageAcknowledged(last.boot(), last.n()));
    }
}
