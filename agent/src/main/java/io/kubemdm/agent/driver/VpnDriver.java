package io.kubemdm.agent.driver;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.agent.program.Programs;
import io.kubemdm.agent.store.DeviceFiles;
import io.kubemdm.agent.store.FileImage;
import io.kubemdm.agent.store.StoreFailed;
import io.kubemdm.agent.store.UnsafePath;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;
import org.jspecify.annotations.Nullable;

/**
 * {@code settings.vpn}: WireGuard tunnels as NetworkManager's keyfiles, from typed fields only, so that no command can be
 * expressed. The private key is made on the device and never leaves it; its public half is a fact.
 */
public final class VpnDriver extends KeyfileDriver {

    private static final int MAX_TUNNELS = 16;
    private static final int MAX_ADDRESSES = 64;
    private static final int PORT = 51_820;
    private static final String KEYS = "/etc/kubemdm/vpn/";
    private static final String CIDR = "[0-9a-fA-F:.]{2,45}/[0-9]{1,3}";
    private static final String ADDRESS = "[0-9a-fA-F:.]{2,45}";

    /** A driver; {@code machine} is null where only files below a root are meant. */
    public VpnDriver(DeviceFiles files, @Nullable Programs machine) {
        super(files, machine, "wireguard", "vpn.tunnels");
    }

    @Override
    public String key() {
        return "vpn";
    }

    @Override
    public List<Setting> split(JsonNode value) {
        Fields.list("settings.vpn", value, MAX_TUNNELS);
        List<Setting> settings = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (JsonNode tunnel : value) {
            Fields.only(
                    "settings.vpn",
                    tunnel,
                    List.of(
                            "name",
                            "type",
                            "server",
                            "port",
                            "serverPublicKey",
                            "certificateProfile",
                            "addresses",
                            "allowedIps",
                            "dnsServers"));
            String name = Fields.matching("settings.vpn.name", tunnel.path("name"), "[a-z][a-z0-9-]{0,14}");
            if (!seen.add(name)) {
                throw Fields.invalid("settings.vpn has " + name + " twice");
            }
            if (Fields.oneOf("settings.vpn.type", tunnel.path("type"), "WireGuard", "IkeV2")
                    .equals("WireGuard")) {
                check(tunnel);
            }
            settings.add(new Setting("vpn:" + name, tunnel));
        }
        return settings;
    }

    private static void check(JsonNode tunnel) {
        Fields.matching("settings.vpn.server", tunnel.path("server"), "[A-Za-z0-9.:-]{1,253}");
        Fields.matching("settings.vpn.serverPublicKey", tunnel.path("serverPublicKey"), "[A-Za-z0-9+/]{43}=");
        int port = tunnel.path("port").asInt(PORT);
        if (port < 1 || port > 65535) {
            throw Fields.invalid("settings.vpn.port is not 1 to 65535");
        }
        each("settings.vpn.addresses", tunnel.path("addresses"), CIDR);
        each("settings.vpn.allowedIps", tunnel.path("allowedIps"), CIDR);
        each("settings.vpn.dnsServers", tunnel.path("dnsServers"), ADDRESS);
        if (tunnel.path("addresses").isEmpty()) {
            throw Fields.invalid("settings.vpn.addresses is empty: a WireGuard tunnel needs one");
        }
    }

    private static void each(String name, JsonNode list, String pattern) {
        if (!list.isMissingNode()) {
            Fields.list(name, list, MAX_ADDRESSES);
            list.forEach(item -> Fields.matching(name, item, pattern));
        }
    }

    @Override
    public Map<String, String> notApplicable(@Nullable JsonNode value) {
        String why = obstacle();
        if (why != null) {
            return Map.of("vpn", why);
        }
        Map<String, String> unknown = new TreeMap<>();
        if (value != null && value.isArray()) {
            for (JsonNode tunnel : value) {
                if (tunnel.path("type").asText().equals("IkeV2")) {
                    unknown.put("vpn." + Fields.cut(tunnel.path("name").asText()), "this agent sets up WireGuard only");
                }
            }
        }
        return unknown;
    }

    @Override
    public List<Target> plan(List<Setting> effective) {
        return effective.stream()
                .map(setting ->
                        new Target("vpn:" + path("vpn", setting.subject()), setting.value(), List.of(setting.name())))
                .toList();
    }

    @Override
    FileImage image(Target target, @Nullable FileImage before) {
        JsonNode tunnel = target.wanted();
        String server = tunnel.path("server").asText();
        String name = tunnel.path("name").asText();
        StringBuilder text =
                new StringBuilder(head(name)).append("interface-name=").append(name);
        text.append("\n[wireguard]\nprivate-key=").append(key(name, "private"));
        text.append("\n[wireguard-peer.")
                .append(tunnel.path("serverPublicKey").asText())
                .append("]\nendpoint=")
                .append(server.indexOf(':') >= 0 ? "[" + server + "]" : server)
                .append(':')
                .append(tunnel.path("port").asInt(PORT))
                .append("\nallowed-ips=")
                .append(words(tunnel.path("allowedIps")).stream()
                        .map(ip -> ip + ";")
                        .collect(Collectors.joining()))
                .append('\n');
        network(text, "ipv4", tunnel, false);
        network(text, "ipv6", tunnel, true);
        return FileImage.text(text.toString(), MODE);
    }

    private static void network(StringBuilder text, String section, JsonNode tunnel, boolean six) {
        List<String> addresses = family(tunnel.path("addresses"), six);
        text.append('[').append(section).append("]\n");
        for (int i = 0; i < addresses.size(); i++) {
            text.append("address")
                    .append(i + 1)
                    .append('=')
                    .append(addresses.get(i))
                    .append('\n');
        }
        List<String> dns = family(tunnel.path("dnsServers"), six);
        if (!dns.isEmpty() && !addresses.isEmpty()) {
            text.append("dns=").append(String.join(";", dns)).append(";\n");
        }
        text.append("method=")
                .append(addresses.isEmpty() ? "disabled" : "manual")
                .append('\n');
    }

    private static List<String> family(JsonNode list, boolean six) {
        return words(list).stream()
                .filter(text -> (text.indexOf(':') >= 0) == six)
                .toList();
    }

    private static List<String> words(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    @Override
    public void set(Target target, Prior prior) {
        String name = target.wanted().path("name").asText();
        if (key(name, "private").isEmpty()) {
            X25519PrivateKeyParameters key = new X25519PrivateKeyParameters(new SecureRandom());
            String pair = "private=" + Base64.getEncoder().encodeToString(key.getEncoded()) + "\npublic="
                    + Base64.getEncoder().encodeToString(key.generatePublicKey().getEncoded()) + "\nfile="
                    + target.subject() + "\n";
            try {
                files().write(KEYS + name, FileImage.text(pair, MODE));
            } catch (UnsafePath e) {
                throw new SettingRefused("PathNotAllowed", e.getMessage());
            }
        }
        super.set(target, prior);
    }

    /** A tunnel that is gone takes its key along. */
    @Override
    public void restore(String target, Prior prior) {
        super.restore(target, prior);
        for (String path : files().tree(KEYS.substring(0, KEYS.length() - 1), MAX_ADDRESSES)) {
            if (Target.subjectOf(target).equals(key(path.substring(KEYS.length()), "file"))) {
                files().remove(path);
            }
        }
    }

    /** A line of a key's file; empty when there is none. */
    private String key(String name, String line) {
        try {
            FileImage found = files().read(KEYS + name);
            return found == null ? "" : Keyfile.read(found.text()).getOrDefault("." + line, "");
        } catch (UnsafePath e) {
            throw new SettingRefused("PathNotAllowed", e.getMessage());
        }
    }

    @Override
    public void measure(FactSheet sheet) {
        super.measure(sheet);
        Map<String, String> keys = new TreeMap<>();
        try {
            for (String path : files().tree(KEYS.substring(0, KEYS.length() - 1), MAX_ADDRESSES)) {
                String name = path.substring(KEYS.length());
                String key = key(name, "public");
                if (!key.isEmpty()) {
                    keys.put(name, key);
                }
            }
            if (!keys.isEmpty()) {
                sheet.put("vpn.publicKeys", keys);
            }
        } catch (StoreFailed | SettingRefused e) {
            sheet.unmeasured("vpn.publicKeys", String.valueOf(e.getMessage()));
        }
    }

    @Override
    @Nullable String nameOf(Map<String, String> keyfile) {
        String name = keyfile.get("connection.interface-name");
        boolean complete = name != null
                && keyfile.containsKey("wireguard.private-key")
                && keyfile.keySet().stream().anyMatch(key -> key.matches("wireguard-peer[.].+[.]endpoint"));
        return complete ? name : null;
    }
}
