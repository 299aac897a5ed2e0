package io.kubemdm.agent.driver;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.agent.program.Programs;
import io.kubemdm.agent.store.DeviceFiles;
import io.kubemdm.agent.store.FileImage;
import io.kubemdm.agent.store.StoreFailed;
import io.kubemdm.agent.store.UnsafePath;
import io.kubemdm.protocol.trust.Pem;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code settings.wifi}: networks without a shared secret. The client certificate of an Enterprise network is not in a
 * bundle: it lies on the device, in a folder that the certificate profile names.
 */
public final class WifiDriver extends KeyfileDriver {

    private static final int MAX_NETWORKS = 32;
    private static final int MAX_SSID = 32;
    private static final String PROFILES = "/etc/kubemdm/certificates/";

    /** A driver; {@code machine} is null where only files below a root are meant. */
    public WifiDriver(DeviceFiles files, @Nullable Programs machine) {
        super(files, machine, "wifi", "wifi.networks");
    }

    @Override
    public String key() {
        return "wifi";
    }

    @Override
    public List<Setting> split(JsonNode value) {
        Fields.list("settings.wifi", value, MAX_NETWORKS);
        List<Setting> settings = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (JsonNode network : value) {
            Fields.only("settings.wifi", network, List.of("ssid", "security", "certificateProfile", "hidden"));
            String ssid = network.path("ssid").asText();
            int bytes = ssid.getBytes(StandardCharsets.UTF_8).length;
            if (bytes < 1 || bytes > MAX_SSID || !seen.add(ssid)) {
                throw Fields.invalid(
                        "settings.wifi.ssid '" + Fields.cut(ssid) + "' is not 1 to 32 bytes, or twice there");
            }
            String security = Fields.oneOf(
                    "settings.wifi.security",
                    network.path("security"),
                    "Open",
                    "Owe",
                    "Wpa2Enterprise",
                    "Wpa3Enterprise");
            if (security.endsWith("Enterprise")) {
                Fields.matching(
                        "settings.wifi.certificateProfile",
                        network.path("certificateProfile"),
                        "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
            }
            settings.add(new Setting("wifi:" + ssid, network));
        }
        return settings;
    }

    @Override
    public Map<String, String> notApplicable(@Nullable JsonNode value) {
        String why = obstacle();
        if (why != null) {
            return Map.of("wifi", why);
        }
        Map<String, String> missing = new TreeMap<>();
        if (value != null && value.isArray()) {
            for (JsonNode network : value) {
                String profile = network.path("certificateProfile").asText("");
                if (network.path("security").asText().endsWith("Enterprise") && !isComplete(profile)) {
                    missing.put(
                            "wifi." + Fields.cut(network.path("ssid").asText()),
                            "no certificate profile here: put ca.pem, certificate.pem and key.pem into " + PROFILES
                                    + Fields.cut(profile));
                }
            }
        }
        return missing;
    }

    private boolean isComplete(String profile) {
        if (!profile.matches("[a-z0-9-]{1,63}")) {
            return false;
        }
        try {
            return identity(profile) != null
                    && files().read(PROFILES + profile + "/ca.pem") != null
                    && files().read(PROFILES + profile + "/key.pem") != null;
        } catch (UnsafePath | StoreFailed e) {
            return false;
        }
    }

    /** The subject of the client's certificate, which a RADIUS server is told; null when there is none. */
    private @Nullable String identity(String profile) {
        try {
            FileImage file = files().read(PROFILES + profile + "/certificate.pem");
            List<X509Certificate> chain = file == null ? List.of() : Pem.certificates(file.text());
            return chain.isEmpty()
                    ? null
                    : chain.getFirst().getSubjectX500Principal().getName().replaceAll("[^A-Za-z0-9=,.@ _-]", "?");
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    @Override
    public List<Target> plan(List<Setting> effective) {
        return effective.stream()
                .map(setting ->
                        new Target("wifi:" + path("wifi", setting.subject()), setting.value(), List.of(setting.name())))
                .toList();
    }

    @Override
    FileImage image(Target target, @Nullable FileImage before) {
        JsonNode network = target.wanted();
        String ssid = network.path("ssid").asText();
        StringBuilder text =
                new StringBuilder(head(ssid.replaceAll("[^A-Za-z0-9 ._-]", "?").strip()));
        text.append("[wifi]\nmode=infrastructure\nssid=")
                .append(Keyfile.ssid(ssid))
                .append('\n');
        if (network.path("hidden").asBoolean(false)) {
            text.append("hidden=true\n");
        }
        switch (network.path("security").asText()) {
            case "Owe" -> text.append("[wifi-security]\nkey-mgmt=owe\n");
            case "Wpa2Enterprise" -> enterprise(text, network, "");
            // WPA3-Enterprise is WPA2-Enterprise with protected management frames (WPA3 specification, §3.2).
            case "Wpa3Enterprise" -> enterprise(text, network, "pmf=3\n");
            default -> text.append("");
        }
        text.append("[ipv4]\nmethod=auto\n[ipv6]\nmethod=auto\n");
        return FileImage.text(text.toString(), MODE);
    }

    private void enterprise(StringBuilder text, JsonNode network, String frames) {
        String folder = PROFILES + network.path("certificateProfile").asText() + "/";
        text.append("[wifi-security]\nkey-mgmt=wpa-eap\n").append(frames);
        text.append("[802-1x]\neap=tls;\nidentity=")
                .append(identity(network.path("certificateProfile").asText()))
                .append("\nca-cert=")
                .append(folder)
                .append("ca.pem\nclient-cert=")
                .append(folder)
                .append("certificate.pem\nprivate-key=")
                .append(folder)
                .append("key.pem\nprivate-key-password-flags=4\n");
    }

    @Override
    @Nullable String nameOf(Map<String, String> keyfile) {
        String ssid = keyfile.get("wifi.ssid");
        return ssid == null || ssid.isEmpty() ? null : Keyfile.ssidOf(ssid);
    }
}
