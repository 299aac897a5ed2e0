package io.kubemdm.agent.wipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubemdm.agent.Pki;
import io.kubemdm.agent.identity.DeviceKey;
import io.kubemdm.agent.quarantine.UnenforcedQuarantine;
import io.kubemdm.agent.store.DeviceFiles;
import io.kubemdm.agent.store.KernelParameters;
import io.kubemdm.agent.store.MemoryStore;
import io.kubemdm.agent.store.RawDevices;
import io.kubemdm.agent.store.Store;
import io.kubemdm.agent.wipe.Fuse.Crash;
import io.kubemdm.agent.wipe.Fuse.CrashingActs;
import io.kubemdm.agent.wipe.Fuse.CrashingStore;
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
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The agent is killed at every write, every delete and every act of a command, one after the other, and starts again. */
class CrashPointsTest {

    private static final int MOST_POINTS = 60;

    @TempDir
    private Path folder;

    private final Pki pki = new Pki();
    private final DeviceKey key = Pki.key();

    @ParameterizedTest
    @EnumSource(
            value = CommandType.class,
            names = {"Lock", "Retire", "SelectiveWipe"})
    void killed_at_any_step_the_command_is_finished_with_one_outcome(CommandType type) throws IOException {
        boolean crashed = true;
        for (int point = 1; crashed; point++) {
            assertThat(point).isLessThan(MOST_POINTS);
            crashed = runWithCrashAt(point, type);
        }
    }

    private boolean runWithCrashAt(int point, CommandType type) throws IOException {
        Path root = Files.createDirectories(folder.resolve(type + "-" + point));
        Files.createDirectories(root.resolve("opt/kubemdm"));
        Files.writeString(root.resolve("opt/kubemdm/plans.txt"), "secret");
        Files.writeString(root.resolve("opt/kubemdm/salaries.txt"), "secret");
        Fuse fuse = new Fuse(point);
        Store store = new CrashingStore(new MemoryStore(), fuse);
        DeviceActs acts = new CrashingActs(linux(root, "/opt/kubemdm"), fuse);
        boolean crashed = false;
        Device device = null;
        try {
            device = new Device(store, pki, key, acts);
            device.orders.judge(Device.command(pki, order(type)), Device.NOW);
        } catch (Crash e) {
            crashed = true;
            device = new Device(store, pki, key, acts);
            // A gateway sends what is pending on every connect.
            device.orders.judge(Device.command(pki, order(type)), Device.NOW);
        }
        Receipt receipt = onlyOutcome(device);
        assertThat(receipt.outcome()).as("%s at %d", type, point).isEqualTo(Receipt.Outcome.Completed);
        if (type == CommandType.Lock) {
            assertThat(root.resolve("etc/nologin")).exists();
        } else {
            assertThat(root.resolve("opt/kubemdm")).isEmptyDirectory();
            assertThat(receipt.erased())
                    .as("%s at %d names all that is gone, also what went before the kill", type, point)
                    .containsExactly("data:/opt/kubemdm/plans.txt", "data:/opt/kubemdm/salaries.txt");
        }
        return crashed;
    }

    private Receipt onlyOutcome(Device device) {
        List<String> receipts = device.said.stream()
                .filter(ReceiptHandedIn.class::isInstance)
                .map(report -> ((ReceiptHandedIn) report).receipt())
                .distinct()
                .toList();
        assertThat(receipts).hasSize(1);
        return new Verifier(List.of(key.publicKey()))
                .verify(JwsType.RECEIPT, receipts.getFirst(), Receipt.class)
                .payload();
    }

    @Test
    void a_receipt_of_many_long_names_is_no_longer_than_a_gateway_takes() throws IOException {
        Files.createDirectories(folder.resolve("opt/kubemdm"));
        for (int i = 0; i < 300; i++) {
            Files.writeString(folder.resolve("opt/kubemdm/" + "x".repeat(200) + i), "secret");
        }
        Device device = new Device(new MemoryStore(), pki, key, linux(folder, "/opt/kubemdm"));

        device.orders.judge(Device.command(pki, order(CommandType.SelectiveWipe)), Device.NOW);

        assertThat(onlyOutcome(device).erased().getLast()).matches("and \\d+ more");
        assertThat(((ReceiptHandedIn) device.said.getLast()).receipt().length()).isLessThan(64 << 10);
    }

    @Test
    void a_lock_is_lifted_by_unlock_and_a_nologin_of_the_administrator_is_left_alone() throws IOException {
        Files.createDirectories(folder.resolve("etc"));
        LinuxActs acts = linux(folder);

        acts.lock();
        assertThat(acts.isLocked()).isTrue();
        acts.unlock();
        assertThat(folder.resolve("etc/nologin")).doesNotExist();

        Files.writeString(folder.resolve("etc/nologin"), "maintenance");
        acts.unlock();
        assertThat(folder.resolve("etc/nologin")).hasContent("maintenance");
    }

    @Test
    void a_link_in_a_company_folder_is_erased_and_not_followed() throws IOException {
        Path elsewhere = Files.writeString(folder.resolve("private"), "mine");
        Files.createDirectories(folder.resolve("opt/kubemdm"));
        Files.createSymbolicLink(folder.resolve("opt/kubemdm/link"), elsewhere);
        LinuxActs acts = linux(folder, "/opt/kubemdm");

        acts.companyData().forEach(acts::erase);

        assertThat(folder.resolve("opt/kubemdm")).isEmptyDirectory();
        assertThat(elsewhere).hasContent("mine");
    }

    @Test
    void the_fuse_itself_crashes() {
        assertThatThrownBy(() -> new Fuse(1).burn()).isInstanceOf(Crash.class);
    }

    private static LinuxActs linux(Path root, String... companyFolders) {
        Erasing none = new Erasing(false, false, new Luks(new RawDevices(root), "/none", List.of()));
        return new LinuxActs(
                new DeviceFiles(root),
                List.of(companyFolders),
                false,
                none,
                new KernelParameters(Path.of("/proc/sys")),
                new UnenforcedQuarantine("nothing here can confine this device"),
                Scripts.NONE);
    }

    private CommandOrder order(CommandType type) {
        return new CommandOrder(
                "w-1", Pki.device(key), 1, 1, "n", Device.NOW, Device.NOW.plus(Duration.ofHours(1)), type, Map.of());
    }
}
