package io.kubemdm.agent;

import io.kubemdm.agent.link.Endpoint;
import io.kubemdm.agent.quarantine.Peer;
import io.kubemdm.protocol.order.Receipt;
import io.kubemdm.protocol.order.StorageEvidence;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The device's own configuration, {@code etc/kubemdm/agent.properties} below its root; all of it optional.
 *
 * @param gateways instead of those given at enrolment; empty means those
 * @param allowedFolders below which {@code settings.files} may put files
 * @param companyFolders whose content SelectiveWipe, Retire and FullWipe erase
 * @param personal whether the device is its user's own, which is never erased whole
 * @param luksDevices what FullWipe and CryptoErase erase, below the root, at most 16; empty means they are refused
 * @param cryptsetup path of the program
 * @param quarantineHosts whom a device in quarantine may talk to beside its gateways and DNS servers, at most 16
 * @param firstHeartbeat how often to report before a desired order says, 1 s to 1 d
 * @param scripts the folder of scripts that a remediation may run by name, below the root
 * @param scriptLimit how long all scripts of one order may take together, 1 s to 5 min
 * @param stateFolder the agent's own state, below the root
 * @param logLevel {@code ERROR}, {@code WARN}, {@code INFO} or {@code DEBUG}
 */
public record AgentConfig(
        List<Endpoint> gateways,
        List<String> allowedFolders,
        List<String> companyFolders,
        boolean personal,
        List<String> luksDevices,
        String cryptsetup,
        List<Peer> quarantineHosts,
        Duration firstHeartbeat,
        String scripts,
        Duration scriptLimit,
        String stateFolder,
        String logLevel) {

    /** Where it is, below the root. */
    public static final String FILE = "etc/kubemdm/agent.properties";

    private static final int MAX_BYTES = 64 << 10;
    private static final int MAX_PEERS = 16;
    private static final Map<String, String> DEFAULTS = Map.ofEntries(
            Map.entry("gateways", ""),
            Map.entry("files.allow", "/etc/issue.d,/etc/motd.d,/etc/kubemdm.d,/opt/kubemdm"),
            Map.entry("company.folders", "/etc/kubemdm.d,/opt/kubemdm"),
            Map.entry("ownership", "Corporate"),
            Map.entry("erase.luksDevices", ""),
            Map.entry("erase.cryptsetup", "/usr/sbin/cryptsetup"),
            Map.entry("quarantine.hosts", ""),
            Map.entry("heartbeat.seconds", "300"),
            Map.entry("remediation.scripts", "/etc/kubemdm/remediation"),
            Map.entry("remediation.seconds", "30"),
            Map.entry("state.folder", "/var/lib/kubemdm-agent"),
            Map.entry("log.level", "INFO"));
    private static final Set<String> LEVELS = Set.of("ERROR", "WARN", "INFO", "DEBUG");

    /**
     * Reads the file below a root; a missing one means all defaults.
     *
     * @throws AgentFailed with {@link ExitCode#USAGE} naming the key and the remedy
     */
    public static AgentConfig read(Path root) {
        Path file = root.resolve(FILE);
        try {
            if (!Files.exists(file)) {
                return parse("", file.toString());
            }
            if (Files.size(file) > MAX_BYTES) {
                throw new AgentFailed(ExitCode.USAGE, file + " is larger than " + MAX_BYTES + " bytes");
            }
            return parse(Files.readString(file), file.toString());
        } catch (IOException e) {
            throw new AgentFailed(ExitCode.STORAGE, "cannot read " + file + ": " + e.getMessage());
        }
    }

    static AgentConfig parse(String text, String file) {
        Properties found = new Properties();
        try {
            found.load(new StringReader(text));
        } catch (IOException | IllegalArgumentException e) {
            throw new AgentFailed(ExitCode.USAGE, file + " is not a properties file: " + e.getMessage());
        }
        Map<String, String> values = new TreeMap<>(DEFAULTS);
        for (String key : found.stringPropertyNames()) {
            if (values.put(key, found.getProperty(key).strip()) == null) {
                throw new AgentFailed(
                        ExitCode.USAGE,
                        file + " has an unknown key '" + key + "': remove it, or use one of "
                                + String.join(", ", new TreeSet<>(DEFAULTS.keySet())));
            }
        }
        try {
            return new AgentConfig(
                    get(values, "gateways").isEmpty() ? List.of() : Endpoint.parseAll(get(values, "gateways")),
                    folders(values, "files.allow"),
                    folders(values, "company.folders"),
                    personal(get(values, "ownership")),
                    devices(values, "erase.luksDevices"),
                    folder("erase.cryptsetup", get(values, "erase.cryptsetup")),
                    peers(get(values, "quarantine.hosts")),
                    Duration.ofSeconds(number(values, "heartbeat.seconds", 1, 86_400)),
                    folder("remediation.scripts", get(values, "remediation.scripts")),
                    Duration.ofSeconds(number(values, "remediation.seconds", 1, 300)),
                    folder("state.folder", get(values, "state.folder")),
                    level(get(values, "log.level")));
        } catch (IllegalArgumentException e) {
            throw new AgentFailed(ExitCode.USAGE, file + ": " + e.getMessage());
        }
    }

    private static String get(Map<String, String> values, String key) {
        return String.valueOf(values.get(key));
    }

    private static List<String> folders(Map<String, String> values, String key) {
        return Arrays.stream(get(values, key).split(",", -1))
                .map(String::strip)
                .filter(folder -> !folder.isEmpty())
                .map(folder -> folder(key, folder))
                .toList();
    }

    private static List<String> devices(Map<String, String> values, String key) {
        List<String> devices = folders(values, key);
        if (devices.size() > Receipt.MAX_STORAGE || Set.copyOf(devices).size() < devices.size()) {
            throw new IllegalArgumentException(
                    key + " names a device twice, or more than " + Receipt.MAX_STORAGE + " of them");
        }
        for (String device : devices) {
            if (device.length() > StorageEvidence.MAX_NAME) {
                throw new IllegalArgumentException(
                        key + " has a name longer than " + StorageEvidence.MAX_NAME + " characters");
            }
        }
        return devices;
    }

    private static List<Peer> peers(String text) {
        List<Peer> peers = Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(host -> !host.isEmpty())
                .map(Peer::parse)
                .toList();
        if (peers.size() > MAX_PEERS) {
            throw new IllegalArgumentException("quarantine.hosts names more than " + MAX_PEERS + " hosts");
        }
        return peers;
    }

    private static boolean personal(String ownership) {
        return switch (ownership) {
            case "Corporate" -> false;
            case "Personal" -> true;
            default ->
                throw new IllegalArgumentException("ownership is '" + ownership + "', not Corporate or Personal");
        };
    }

    private static String folder(String key, String folder) {
        if (!folder.matches("(/[A-Za-z0-9@%+=:._-]+)+") || ("/" + folder + "/").contains("/../")) {
            throw new IllegalArgumentException(
                    key + " has '" + folder + "', which is not an absolute path below / without '..'");
        }
        return folder;
    }

    private static long number(Map<String, String> values, String key, long least, long most) {
        String text = get(values, key);
        if (!text.matches("[0-9]{1,9}") || Long.parseLong(text) < least || Long.parseLong(text) > most) {
            throw new IllegalArgumentException(key + " is '" + text + "', not a number of " + least + " to " + most);
        }
        return Long.parseLong(text);
    }

    private static String level(String level) {
        if (!LEVELS.contains(level)) {
            throw new IllegalArgumentException("log.level is '" + level + "', not ERROR, WARN, INFO or DEBUG");
        }
        return level;
    }
}
