package io.kubemdm.rules;

import io.kubemdm.crds.Formats;
import io.kubemdm.crds.policybundle.Camera;
import io.kubemdm.crds.policybundle.Firewall;
import io.kubemdm.crds.policybundle.Inbound;
import io.kubemdm.crds.policybundle.ManagedFile;
import io.kubemdm.crds.policybundle.Packages;
import io.kubemdm.crds.policybundle.PasswordSettings;
import io.kubemdm.crds.policybundle.ScreenLock;
import io.kubemdm.crds.policybundle.Settings;
import io.kubemdm.crds.policybundle.UpdatePolicy;
import io.kubemdm.crds.policybundle.Updates;
import io.kubemdm.crds.policybundle.UsbStorage;
import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.protocol.bundle.Digest;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.json.MalformedJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a bundle sets, value by value, in names by which it meets other lines: the one list of all typed settings that says
 * which value is the stricter. {@link Precedence} judges by it, a plan tells by it who sets the same.
 */
public final class Claims {

    private static final int DAY = 86_400;

    private final Map<String, Claim> made = new TreeMap<>();

    private Claims() {}

    /** The claims of a bundle by name; none of settings that this version cannot read. */
    public static Map<String, Claim> of(BundleContent content) {
        if (content.settings() == null) {
            return Map.of();
        }
        try {
            return of(Json.convert(content.settings(), Settings.class));
        } catch (MalformedJson | IllegalArgumentException | ArithmeticException e) {
            return Map.of();
        }
    }

    static Map<String, Claim> of(Settings settings) {
        Claims claims = new Claims();
        claims.password(settings.password());
        claims.screenLock(settings.screenLock());
        if (settings.diskEncryption() != null) {
            claims.isTrue("diskEncryption.required", settings.diskEncryption().required());
        }
        claims.firewall(settings.firewall());
        claims.updates(settings.updates());
        settings.wifi().forEach(network -> claims.value("wifi:" + network.ssid(), network.toString()));
        settings.vpn().forEach(tunnel -> claims.value("vpn:" + tunnel.name(), tunnel.toString()));
        settings.trustedCertificates()
                .forEach(certificate -> claims.value(
                        "trustedCertificates:" + certificate.name(),
                        digest(certificate.pem().strip())));
        settings.files().forEach(file -> claims.value(file(file.path()), file.mode() + " " + digest(file)));
        settings.sysctl().forEach((key, value) -> claims.value(sysctl(key), words(value)));
        claims.hardware(settings.usbStorage(), settings.camera());
        claims.packages(settings.packages());
        claims.shorter("heartbeatInterval", settings.heartbeatInterval());
        return Map.copyOf(claims.made);
    }

    static String file(String path) {
        return "files:" + path;
    }

    static String sysctl(String key) {
        return "sysctl:" + key;
    }

    static String installed(String name) {
        return "packages:" + name;
    }

    /** What a file is to hold. */
    static String digest(ManagedFile file) {
        return digest(file.content());
    }

    /** The openings as the fact {@code firewall.allow} tells them. */
    static Set<String> openings(Firewall firewall) {
        return firewall.allow().stream()
                .map(opening -> opening.protocol().name().toLowerCase(Locale.ROOT) + "/" + opening.port()
                        + (opening.source() == null ? "" : " from " + opening.source()))
                .collect(Collectors.toSet());
    }

    /** The window as the fact {@code updates.window} tells it. */
    static @Nullable String window(Updates updates) {
        return updates.window() == null
                ? null
                : updates.window().cron() + " " + updates.window().timeZone() + " "
                        + seconds(updates.window().duration()) + "s";
    }

    /** A kernel parameter's value, which the kernel tells with other white space. */
    static String words(String value) {
        return value.strip().replaceAll("\\s+", " ");
    }

    static long days(String duration) {
        return Math.ceilDiv(seconds(duration), DAY);
    }

    static long seconds(String duration) {
        return Formats.duration(duration).toSeconds();
    }

    private void password(@Nullable PasswordSettings password) {
        if (password == null) {
            return;
        }
        greater("password.minLength", password.minLength());
        isTrue("password.requireComplexity", password.requireComplexity());
        if (password.maxFailedAttempts() != null) {
            made.put("password.maxFailedAttempts", Claim.graded(-password.maxFailedAttempts()));
        }
        if (password.lockoutDuration() != null) {
            made.put("password.lockoutDuration", Claim.graded(seconds(password.lockoutDuration())));
        }
        if (password.maxAge() != null) {
            made.put("password.maxAge", Claim.graded(-days(password.maxAge())));
        }
        greater("password.history", password.history());
    }

    private void screenLock(@Nullable ScreenLock lock) {
        if (lock != null) {
            shorter("screenLock.idleTimeout", lock.idleTimeout());
            shorter("screenLock.lockDelay", lock.lockDelay());
        }
    }

    private void firewall(@Nullable Firewall firewall) {
        if (firewall == null) {
            return;
        }
        isTrue("firewall.enabled", firewall.enabled());
        order("firewall.defaultInbound", firewall.defaultInbound(), List.of(Inbound.Allow, Inbound.Deny));
        if (!firewall.allow().isEmpty()) {
            made.put("firewall.allow", Claim.of(openings(firewall)));
        }
    }

    private void updates(@Nullable Updates updates) {
        if (updates == null) {
            return;
        }
        order(
                "updates.automatic",
                updates.automatic(),
                List.of(UpdatePolicy.Never, UpdatePolicy.Security, UpdatePolicy.All));
        shorter("updates.deferral", updates.deferral());
        String window = window(updates);
        if (window != null) {
            value("updates.window", window);
        }
    }

    private void hardware(@Nullable UsbStorage usb, @Nullable Camera camera) {
        order("usbStorage", usb, List.of(UsbStorage.Allow, UsbStorage.ReadOnly, UsbStorage.Block));
        order("camera", camera, List.of(Camera.Allow, Camera.Block));
    }

    /** Forbidden is stricter than required, but whoever keeps the one breaks the other. */
    private void packages(@Nullable Packages packages) {
        if (packages != null) {
            packages.required().forEach(name -> value(installed(name), "required"));
            packages.forbidden().forEach(name -> made.put(installed(name), new Claim(false, 1, Set.of("forbidden"))));
        }
    }

    private void greater(String name, @Nullable Integer value) {
        if (value != null) {
            made.put(name, Claim.graded(value));
        }
    }

    private void isTrue(String name, @Nullable Boolean value) {
        if (value != null) {
            made.put(name, Claim.graded(value ? 1 : 0));
        }
    }

    private void shorter(String name, @Nullable String duration) {
        if (duration != null) {
            made.put(name, Claim.graded(-seconds(duration)));
        }
    }

    /** A value that this version does not know is none. */
    private <T> void order(String name, @Nullable T value, List<T> fromLax) {
        if (value != null && fromLax.contains(value)) {
            made.put(name, Claim.graded(fromLax.indexOf(value)));
        }
    }

    private void value(String name, String value) {
        made.put(name, Claim.of(Set.of(value)));
    }

    private static String digest(String text) {
        return Digest.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
