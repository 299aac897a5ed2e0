package io.kubemdm.agent.wipe;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.agent.program.Subprocess;
import io.kubemdm.agent.program.Tools;
import io.kubemdm.agent.quarantine.UnenforcedQuarantine;
import io.kubemdm.agent.store.DeviceFiles;
import io.kubemdm.agent.store.KernelParameters;
import io.kubemdm.agent.store.RawDevices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PAM itself refuses people while the device is locked. */
class LockedOutTest {

    @TempDir
    private Path root;

    @Test
    void pam_lets_nobody_but_root_in_while_it_is_locked() throws IOException {
        Tools.need("pamtester");
        Tools.needRoot();
        Files.createDirectories(root.resolve("etc"));
        Path services = Files.createDirectories(root.resolve("pam.d"));
        Files.writeString(
                services.resolve("login"),
                "account required pam_nologin.so file=" + root.resolve("etc/nologin")
                        + "\naccount required pam_permit.so\n");
        LinuxActs acts = new LinuxActs(
                new DeviceFiles(root),
                List.of(),
                false,
                new Erasing(false, false, new Luks(new RawDevices(root), "/none", List.of())),
                new KernelParameters(Path.of("/proc/sys")),
                new UnenforcedQuarantine("nothing here can confine this device"),
                Scripts.NONE);

        assertThat(account(services, "nobody").isGood()).isTrue();
        acts.lock();
        Subprocess.Ended refused = account(services, "nobody");
        assertThat(refused.isGood()).isFalse();
        assertThat(refused.output() + refused.error()).contains("locked");
        assertThat(account(services, "root").isGood()).as("its administrator").isTrue();
        acts.unlock();
        assertThat(account(services, "nobody").isGood()).isTrue();
    }

    private static Subprocess.Ended account(Path services, String user) {
        return Tools.run(
                List.of(
                        Tools.need("unshare"),
                        "--mount",
                        Tools.need("sh"),
                        "-ec",
                        "mount --bind \"$0\" /etc/pam.d; exec \"$1\" login \"$2\" acct_mgmt",
                        services.toString(),
                        Tools.need("pamtester"),
                        user),
                "");
    }
}
