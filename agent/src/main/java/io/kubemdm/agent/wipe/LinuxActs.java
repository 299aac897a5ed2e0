package io.kubemdm.agent.wipe;

import io.kubemdm.agent.program.Subprocess;
import io.kubemdm.agent.quarantine.Quarantine;
import io.kubemdm.agent.store.DeviceFiles;
import io.kubemdm.agent.store.FileImage;
import io.kubemdm.agent.store.KernelParameters;
import io.kubemdm.protocol.message.CommandAcknowledged.Refusal;
import io.kubemdm.protocol.order.CommandType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Acts on a Linux device: {@code /etc/nologin} below its root (pam_nologin refuses everybody but root), and, for the
 * whole machine under systemd, its graphical sessions. Company data is what is in the company folders.
 */
public final class LinuxActs implements DeviceActs {

    private static final Logger LOG = LoggerFactory.getLogger(LinuxActs.class);
    private static final String MARKER = "/etc/nologin";
    private static final String NOTICE = "This device is locked by its organisation. Contact its administrator.\n";
    private static final int MAX_FILES = 100_000;
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final DeviceFiles files;
    private final List<String> companyFolders;
    private final boolean installed;
    private final Erasing erasing;
    private final KernelParameters kernel;
    private final Quarantine quarantine;
    private final Scripts scripts;

    /**
     * Acts below a root.
     *
     * @param companyFolders absolute folders whose content is the company's
     * @param installed whether this is the machine's own agent, started by its service manager
     */
    public LinuxActs(
            DeviceFiles files,
            List<String> companyFolders,
            boolean installed,
            Erasing erasing,
            KernelParameters kernel,
            Quarantine quarantine,
            Scripts scripts) {
        this.files = files;
        this.companyFolders = List.copyOf(companyFolders);
        this.installed = installed;
        this.erasing = erasing;
        this.kernel = kernel;
        this.quarantine = quarantine;
        this.scripts = scripts;
    }

    @Override
    public void lock() {
        files.write(MARKER, FileImage.text(NOTICE, 0644));
        if (installed) {
            run("loginctl", "lock-sessions");
        }
    }

    @Override
    public void unlock() {
        if (isLocked()) {
            files.remove(MARKER);
        }
        if (installed) {
            run("loginctl", "unlock-sessions");
        }
    }

    @Override
    public boolean isLocked() {
        FileImage marker = files.read(MARKER);
        return marker != null && marker.text().equals(NOTICE);
    }

    @Override
    public List<String> companyData() {
        List<String> found = new ArrayList<>();
        for (String folder : companyFolders) {
            found.addAll(files.tree(folder, MAX_FILES));
        }
        return found;
    }

    @Override
    public void erase(String item) {
        files.erase(item);
    }

    @Override
    public EncryptedStorage storage() {
        return erasing.storage();
    }

    @Override
    public Quarantine quarantine() {
        return quarantine;
    }

    @Override
    public Scripts scripts() {
        return scripts;
    }

    @Override
    public Map<CommandType, Refusal> refused() {
        return erasing.refused();
    }

    /** Only the whole machine's, and only by an agent that may: a root elsewhere has no power of its own. */
    @Override
    public void powerOff() {
        if (!files.isWholeMachine() || !erasing.allowed()) {
            LOG.warn("the machine is not turned off: this agent's root is not the machine, or it may not");
        } else if (!run("systemctl", "poweroff")) {
            run("poweroff");
        }
    }

    @Override
    public String bootId() {
        return String.valueOf(kernel.read("kernel/random/boot_id"));
    }

    private static boolean run(String... command) {
        Subprocess.Ended ended = Subprocess.run(LIMIT, List.of(command));
        if (!ended.isGood()) {
            LOG.warn("{} failed code={} message={}", command[0], ended.code(), ended.error());
        }
        return ended.isGood();
    }
}
