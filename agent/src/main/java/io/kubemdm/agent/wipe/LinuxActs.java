package io.kubemdm.agent.wipe;

import io.kubemdm.agent.store.DeviceFiles;
import io.kubemdm.agent.store.FileImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
    private static final long SECONDS = 10;

    private final DeviceFiles files;
    private final List<String> companyFolders;
    private final boolean installed;

    /**
     * Acts below a root.
     *
     * @param companyFolders absolute folders whose content is the company's
     * @param installed whether this is the machine's own agent, started by its service manager
     */
    public LinuxActs(DeviceFiles files, List<String> companyFolders, boolean installed) {
        this.files = files;
        this.companyFolders = List.copyOf(companyFolders);
        this.installed = installed;
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

    private static void run(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                LOG.warn("{} did not end within {} s", command[0], SECONDS);
            }
        } catch (IOException e) {
            LOG.warn("{} cannot be run: {}", command[0], e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
