package io.kubemdm.agent.driver;

import io.kubemdm.agent.program.Programs;
import io.kubemdm.agent.program.Subprocess;
import io.kubemdm.agent.store.DeviceFiles;
import io.kubemdm.agent.store.FileImage;
import io.kubemdm.agent.store.StoreFailed;
import io.kubemdm.agent.store.UnsafePath;
import io.kubemdm.protocol.bundle.Digest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Drivers of NetworkManager's connections: one keyfile each (nm-settings-keyfile(5)), readable by root only. */
abstract class KeyfileDriver extends FileDriver {

    private static final Logger LOG = LoggerFactory.getLogger(KeyfileDriver.class);
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String FOLDER = "/etc/NetworkManager/system-connections";
    private static final int MAX_FILES = 512;
    static final int MODE = 0600;

    private final String type;
    private final String fact;
    private final @Nullable Programs machine;

    /**
     * A driver of connections of one type.
     *
     * @param type as NetworkManager names it
     * @param fact the list of names it measures
     */
    KeyfileDriver(DeviceFiles files, @Nullable Programs machine, String type, String fact) {
        super(files);
        this.type = type;
        this.fact = fact;
        this.machine = machine;
    }

    /** Why there are no connections on this device, null where there are. */
    final @Nullable String obstacle() {
        return machine == null || (machine.find("NetworkManager") != null && machine.find("nmcli") != null)
                ? null
                : "NetworkManager is not installed: apt-get install network-manager";
    }

    /** The file of a connection; a name that could be anything is not in it. */
    static String path(String key, String name) {
        String digest = Digest.of(name.getBytes(StandardCharsets.UTF_8)).substring("sha256:".length());
        return FOLDER + "/kubemdm-" + key + "-" + digest.substring(0, 16) + ".nmconnection";
    }

    /** The section that every connection begins with; the same name has the same UUID on every device. */
    final String head(String id) {
        UUID uuid = UUID.nameUUIDFromBytes(("kubemdm/" + type + "/" + id).getBytes(StandardCharsets.UTF_8));
        return ConfigLines.MARK + "\n[connection]\nid=" + id + "\nuuid=" + uuid + "\ntype=" + type + "\n";
    }

    /** What a connection of this type is called, null when the keyfile is not complete. */
    abstract @Nullable String nameOf(Map<String, String> keyfile);

    @Override
    public void activate() {
        String nmcli = machine == null ? null : machine.find("nmcli");
        if (nmcli != null) {
            Subprocess.Ended reload = Subprocess.run(LIMIT, List.of(nmcli, "connection", "reload"));
            if (!reload.isGood()) {
                LOG.warn("nmcli connection reload: {}", reload.error());
            }
        }
    }

    @Override
    public void measure(FactSheet sheet) {
        String why = obstacle();
        if (why != null) {
            sheet.unmeasured(fact, why);
            return;
        }
        SortedSet<String> names = new TreeSet<>();
        try {
            for (String path : files().tree(FOLDER, MAX_FILES)) {
                String name = path.endsWith(".nmconnection") ? read(path) : null;
                if (name != null) {
                    names.add(name);
                }
            }
            sheet.put(fact, names);
        } catch (StoreFailed e) {
            sheet.unmeasured(fact, String.valueOf(e.getMessage()));
        }
    }

    private @Nullable String read(String path) {
        try {
            FileImage found = files().read(path);
            // NetworkManager ignores what others may read (NetworkManager(8), "keyfile").
            if (found == null || (found.mode() & 0077) != 0) {
                return null;
            }
            Map<String, String> values = Keyfile.read(found.text());
            return type.equals(values.get("connection.type")) ? nameOf(values) : null;
        } catch (UnsafePath e) {
            return null;
        }
    }
}
