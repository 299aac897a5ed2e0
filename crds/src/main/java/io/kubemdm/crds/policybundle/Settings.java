package io.kubemdm.crds.policybundle;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.kubemdm.crds.DurationField;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What to set on a device. Absent means: not set by this bundle. */
@RecordBuilder
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Settings(
        @JsonPropertyDescription("Rules for local passwords.") @Nullable PasswordSettings password,

        @JsonPropertyDescription("When the screen locks.") @Nullable ScreenLock screenLock,

        @JsonPropertyDescription("Encryption of the disks.") @Nullable DiskEncryption diskEncryption,

        @JsonPropertyDescription("The host firewall.") @Nullable Firewall firewall,

        @JsonPropertyDescription("Updates of the operating system.") @Nullable Updates updates,

        @JsonPropertyDescription("Wireless networks, by ssid.") @Size(max = 32) List<Wifi> wifi,

        @JsonPropertyDescription("Tunnels, by name.") @Size(max = 16) List<Vpn> vpn,

        @JsonPropertyDescription("Certificate authorities to trust, by name.") @Size(max = 32) List<TrustedCertificate> trustedCertificates,

        @JsonPropertyDescription(
                "Files to keep in place, by path; the device allows only prefixes of its own configuration.")
        @ValidationRule(
                value = "self.map(f, size(f.content)).sum() <= 262144",
                message =
                        "settings.files hold at most 262144 characters together: shorten a content or split the bundle")
        @Size(max = 64) List<ManagedFile> files,

        @JsonPropertyDescription("Kernel parameters by dotted name, such as net.ipv4.ip_forward.")
        @ValidationRule(
                value = "self.all(k, k.size() <= 128 && k.matches('^[a-z0-9_-]+([.][A-Za-z0-9_-]+)+$'))",
                message =
                        "settings.sysctl keys are dotted names such as net.ipv4.ip_forward, at most 128 characters: correct the key")
        @Size(max = 128) Map<String, @Size(max = 256) @Pattern("^[^\\n\\r]*$") String> sysctl,

        @JsonPropertyDescription("What happens with USB mass storage.") @Nullable UsbStorage usbStorage,

        @JsonPropertyDescription("Whether cameras work.") @Nullable Camera camera,

        @JsonPropertyDescription("Packages that must or must not be installed.") @Nullable Packages packages,

        @JsonPropertyDescription("How often the device reports, 10s to 24h.")
        @DurationField
        @ValidationRule(
                value = Seconds.OF_SELF + " >= 10 && " + Seconds.OF_SELF + " <= 86400",
                message = "settings.heartbeatInterval is 10s to 24h: choose a value between")
        @Default("5m")
        String heartbeatInterval)
        implements SettingsBuilder.With {

    public Settings {
        wifi = wifi == null ? List.of() : List.copyOf(wifi);
        vpn = vpn == null ? List.of() : List.copyOf(vpn);
        trustedCertificates = trustedCertificates == null ? List.of() : List.copyOf(trustedCertificates);
        files = files == null ? List.of() : List.copyOf(files);
        sysctl = sysctl == null ? Map.of() : Map.copyOf(sysctl);
        heartbeatInterval = heartbeatInterval == null ? "5m" : heartbeatInterval;
    }
}
