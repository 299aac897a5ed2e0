package io.kubemdm.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kubemdm.agent.quarantine.UnenforcedQuarantine;
import io.kubemdm.agent.store.DeviceFiles;
import io.kubemdm.agent.store.KernelParameters;
import io.kubemdm.agent.store.RawDevices;
import io.kubemdm.agent.wipe.Erasing;
import io.kubemdm.agent.wipe.LinuxActs;
import io.kubemdm.agent.wipe.LocalScripts;
import io.kubemdm.agent.wipe.Luks;
import io.kubemdm.protocol.message.CommandAcknowledged;
import io.kubemdm.protocol.message.Heartbeat;
import io.kubemdm.protocol.message.ReceiptHandedIn;
import io.kubemdm.protocol.message.SessionDraining;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.Receipt;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an agent does while a remediation's script runs: a real one, which waits for the test. */
class RunningScriptsTest extends AgentFixture {

    private static final String FOLDER = "/etc/kubemdm/remediation";

    @TempDir
    private Path root;

    @BeforeEach
    void aDeviceWithScripts() throws IOException {
        Path folder = Files.createDirectories(root.resolve(FOLDER.substring(1)));
        for (Path each = folder; !each.equals(root); each = each.getParent()) {
            Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        script(folder, "waits", "echo $$ > $root/pid; while [ ! -e $root/go ]; do sleep 0.05; done; echo went");
        script(folder, "quick", "echo quick");
        DeviceFiles files = new DeviceFiles(root);
        acts = new LinuxActs(
                files,
                List.of(),
                false,
                new Erasing(false, false, new Luks(new RawDevices(root), "/none", List.of())),
                new KernelParameters(Path.of("/proc/sys")),
                new UnenforcedQuarantine("nothing here can confine this device"),
                new LocalScripts(files, FOLDER, Duration.ofMinutes(1)));
    }

    private void script(Path folder, String name, String text) throws IOException {
        Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\nroot=" + root + "\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void heartbeats_and_orders_go_on_and_another_remediation_waits_its_turn() throws IOException {
        beginToWait();
        gateway.send(command("r-2", 2, CommandType.Remediate, Map.of("scripts", "quick")));
        gateway.send(desired(1, false));

        // Its order is in force, and the next heartbeat, due in a minute, comes at once on another session.
        gateway.send(new SessionDraining(0));
        await().atMost(PATIENCE)
                .until(() -> gateway.heard(Heartbeat.class).getLast().desiredSeq() == 1);
        assertThat(gateway.heard(ReceiptHandedIn.class)).isEmpty();
        assertThat(gateway.heard(CommandAcknowledged.class))
                .extracting(CommandAcknowledged::id)
                .doesNotContain("r-2");

        Files.createFile(root.resolve("go"));

        await().atMost(PATIENCE).until(() -> receipts().size() == 2);
        assertThat(receipts()).extracting(Receipt::id).containsExactly("r-1", "r-2");
        assertThat(receipts()).extracting(Receipt::outcome).containsOnly(Receipt.Outcome.Completed);
        assertThat(receipts().getFirst().message()).isEqualTo("waits: exit 0, went");
    }

    @Test
    void another_command_does_not_wait_and_ends_them() throws IOException {
        beginToWait();
        long pid = Long.parseLong(Files.readString(root.resolve("pid")).strip());

        gateway.send(command("l-1", 2, CommandType.Lock));

        await().atMost(PATIENCE).until(() -> receipts().size() == 2);
        assertThat(acts.isLocked()).isTrue();
        assertThat(receipts()).extracting(Receipt::id).containsExactly("r-1", "l-1");
        assertThat(receipts().getFirst().outcome()).isEqualTo(Receipt.Outcome.Failed);
        assertThat(receipts().getFirst().failedStep()).isEqualTo("Scripts");
        assertThat(receipts().getFirst().message()).isEqualTo("ended for the command l-1");
        assertThat(receipts().getLast().outcome()).isEqualTo(Receipt.Outcome.Completed);
        await().atMost(PATIENCE)
                .until(() -> ProcessHandle.of(pid).map(one -> !one.isAlive()).orElse(true));
    }

    @Test
    void an_agent_that_is_stopped_meanwhile_runs_them_again_at_its_next_start() throws IOException {
        beginToWait();
        agent.stop();
        Files.createFile(root.resolve("go"));

        start(Clock.systemUTC());

        await().atMost(PATIENCE).until(() -> receipts().size() == 1);
        assertThat(receipts().getFirst().outcome()).isEqualTo(Receipt.Outcome.Completed);
    }

    private void beginToWait() {
        start(Clock.systemUTC());
        await().atMost(PATIENCE).until(() -> !gateway.heard(Heartbeat.class).isEmpty());
        gateway.send(command("r-1", 1, CommandType.Remediate, Map.of("scripts", "waits")));
        await().atMost(PATIENCE)
                .until(() -> Files.exists(root.resolve("pid"))
                        && !Files.readString(root.resolve("pid")).isBlank());
    }

    private List<Receipt> receipts() {
        Verifier verifier = new Verifier(List.of(key.publicKey()));
        return gateway.heard(ReceiptHandedIn.class).stream()
                .map(ReceiptHandedIn::receipt)
                .distinct()
                .map(jws -> verifier.verify(JwsType.RECEIPT, jws, Receipt.class).payload())
                .toList();
    }
}
