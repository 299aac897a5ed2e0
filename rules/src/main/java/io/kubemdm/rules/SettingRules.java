package io.kubemdm.rules;

import io.kubemdm.crds.policybundle.Camera;
import io.kubemdm.crds.policybundle.DiskEncryption;
import io.kubemdm.crds.policybundle.Firewall;
import io.kubemdm.crds.policybundle.Inbound;
import io.kubemdm.crds.policybundle.ManagedFile;
import io.kubemdm.crds.policybundle.Packages;
import io.kubemdm.crds.policybundle.PasswordSettings;
import io.kubemdm.crds.policybundle.ScreenLock;
import io.kubemdm.crds.policybundle.Settings;
import io.kubemdm.crds.policybundle.TrustedCertificate;
import io.kubemdm.crds.policybundle.UpdatePolicy;
import io.kubemdm.crds.policybundle.Updates;
import io.kubemdm.crds.policybundle.UsbStorage;
import io.kubemdm.crds.policybundle.Vpn;
import io.kubemdm.crds.policybundle.Wifi;
import io.kubemdm.protocol.bundle.Digest;
import io.kubemdm.protocol.fact.FactType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The rules that typed settings make: the device has what is set, or what is stricter. A value that asks for nothing, such
 * as {@code usbStorage: Allow}, makes no rule, and {@code heartbeatInterval} none, because the silence of a device is
 * judged by the clock.
 */
final class SettingRules {

    private static final int DAY = 86_400;

    private final SettingJudgements made;

    private SettingRules(SettingJudgements made) {
        this.made = made;
    }

    /** The rules of a bundle's settings, each with this grace, and what other lines may set otherwise. */
    static SettingJudgements of(Settings settings, Duration grace) {
        SettingJudgements made = new SettingJudgements(grace);
        SettingRules rules = new SettingRules(made);
        rules.password(settings.password());
        rules.screenLock(settings.screenLock());
        rules.diskEncryption(settings.diskEncryption());
        rules.firewall(settings.firewall());
        rules.updates(settings.updates());
        rules.networks(settings.wifi(), settings.vpn());
        rules.content(settings.files(), settings.trustedCertificates(), settings.sysctl());
        rules.hardware(settings.usbStorage(), settings.camera());
        rules.packages(settings.packages());
        return made;
    }

    private void password(@Nullable PasswordSettings password) {
        if (password == null) {
            return;
        }
        if (password.minLength() != null) {
            made.atLeast("password.minLength", password.minLength());
        }
        if (Boolean.TRUE.equals(password.requireComplexity())) {
            made.must("password.requireComplexity", "password.requireComplexity", "passwords need not be complex");
        }
        if (password.maxFailedAttempts() != null) {
            // Zero attempts never lock an account.
            made.within("password.maxFailedAttempts", "password.maxFailedAttempts", 1, password.maxFailedAttempts());
        }
        if (password.lockoutDuration() != null) {
            long least = SettingJudgements.seconds(password.lockoutDuration());
            made.rule("password.lockoutDuration", SettingJudgements.ONE, facts -> {
                long found = facts.number("password.lockoutDuration");
                // Zero seconds last until an administrator unlocks.
                return found == 0 || found >= least
                        ? null
                        : "password.lockoutDuration is " + found + ", not at least " + least;
            });
        }
        if (password.maxAge() != null) {
            // A negative age never ends.
            made.within(
                    "password.maxAge",
                    "password.maxAge",
                    0,
                    Math.ceilDiv(SettingJudgements.seconds(password.maxAge()), DAY));
        }
        if (password.history() != null) {
            made.atLeast("password.history", password.history());
        }
    }

    private void screenLock(@Nullable ScreenLock lock) {
        if (lock == null) {
            return;
        }
        if (lock.idleTimeout() != null) {
            // Zero never turns the screen off.
            made.within(
                    "screenLock.idleTimeout",
                    "screenLock.idleTimeoutSeconds",
                    1,
                    SettingJudgements.seconds(lock.idleTimeout()));
        }
        if (lock.lockDelay() != null) {
            made.within(
                    "screenLock.lockDelay",
                    "screenLock.lockDelaySeconds",
                    0,
                    SettingJudgements.seconds(lock.lockDelay()));
        }
    }

    private void diskEncryption(@Nullable DiskEncryption encryption) {
        if (encryption != null && Boolean.TRUE.equals(encryption.required())) {
            made.rule("diskEncryption.required", SettingJudgements.ONE, facts -> {
                if (facts.flag("diskEncryption.encrypted")) {
                    return null;
                }
                return facts.find("diskEncryption.unencrypted").isPresent()
                        ? "not encrypted: " + SettingJudgements.join(facts.list("diskEncryption.unencrypted"))
                        : "not every disk is encrypted";
            });
        }
    }

    private void firewall(@Nullable Firewall firewall) {
        if (firewall == null) {
            return;
        }
        if (Boolean.TRUE.equals(firewall.enabled())) {
            made.must("firewall.enabled", "firewall.enabled", "the firewall is off");
        }
        if (firewall.defaultInbound() == Inbound.Deny) {
            made.rule(
                    "firewall.defaultInbound",
                    SettingJudgements.ONE,
                    facts -> !facts.flag("firewall.enabled")
                            ? "the firewall is off"
                            : SettingJudgements.differs(
                                    "firewall.defaultInbound", facts.text("firewall.defaultInbound"), Set.of("Deny")));
        }
        if (!firewall.allow().isEmpty()) {
            Set<String> allowed = new TreeSet<>();
            firewall.allow().forEach(opening -> allowed.add(text(opening)));
            Set<String> claimed = made.claim("firewall.allow", allowed);
            made.rule(
                    "firewall.allow",
                    SettingJudgements.ONE + FactType.MAX_ELEMENTS / RuleCost.COMPARED,
                    claimed,
                    facts -> {
                        if (!facts.flag("firewall.enabled")) {
                            return "the firewall is off";
                        }
                        List<String> more = facts.list("firewall.allow").stream()
                                .filter(opening -> !allowed.contains(opening))
                                .toList();
                        return more.isEmpty() ? null : "open, but not allowed: " + SettingJudgements.join(more);
                    });
        }
    }

    private static String text(Firewall.Opening opening) {
        return opening.protocol().name().toLowerCase(Locale.ROOT) + "/" + opening.port()
                + (opening.source() == null ? "" : " from " + opening.source());
    }

    private void updates(@Nullable Updates updates) {
        if (updates == null) {
            return;
        }
        if (updates.automatic() == UpdatePolicy.Security) {
            made.oneOf("updates.automatic", "updates.automatic", Set.of("Security", "All"));
        } else if (updates.automatic() == UpdatePolicy.All) {
            made.oneOf("updates.automatic", "updates.automatic", Set.of("All"));
        }
        if (updates.deferral() != null) {
            made.within(
                    "updates.deferral", "updates.deferralSeconds", 0, SettingJudgements.seconds(updates.deferral()));
        }
        if (updates.window() != null) {
            Set<String> window =
                    Set.of(updates.window().cron() + " " + updates.window().timeZone() + " "
                            + SettingJudgements.seconds(updates.window().duration()) + "s");
            Set<String> claimed = made.claim("updates.window", window);
            made.rule(
                    "updates.window",
                    SettingJudgements.ONE,
                    claimed,
                    facts -> SettingJudgements.differs("updates.window", facts.text("updates.window"), window));
        }
    }

    private void networks(List<Wifi> wifi, List<Vpn> vpn) {
        if (!wifi.isEmpty()) {
            made.present("wifi", "wifi.networks", wifi.stream().map(Wifi::ssid).toList());
        }
        if (!vpn.isEmpty()) {
            made.present("vpn", "vpn.tunnels", vpn.stream().map(Vpn::name).toList());
        }
    }

    private void content(List<ManagedFile> files, List<TrustedCertificate> certificates, Map<String, String> sysctl) {
        if (!files.isEmpty()) {
            Map<String, String> digests = new TreeMap<>();
            files.forEach(
                    file -> digests.put(file.path(), Digest.of(file.content().getBytes(StandardCharsets.UTF_8))));
            made.equal("files", "files.digests", digests, false);
        }
        if (!certificates.isEmpty()) {
            made.present(
                    "trustedCertificates",
                    "trustedCertificates.names",
                    certificates.stream().map(TrustedCertificate::name).toList());
        }
        if (!sysctl.isEmpty()) {
            Map<String, String> values = new TreeMap<>();
            sysctl.forEach((key, value) -> values.put(key, SettingJudgements.words(value)));
            made.equal("sysctl", "sysctl", values, true);
        }
    }

    private void hardware(@Nullable UsbStorage usb, @Nullable Camera camera) {
        if (usb == UsbStorage.ReadOnly) {
            made.oneOf("usbStorage", "usbStorage.mode", Set.of("ReadOnly", "Block"));
        } else if (usb == UsbStorage.Block) {
            made.oneOf("usbStorage", "usbStorage.mode", Set.of("Block"));
        }
        if (camera == Camera.Block) {
            made.oneOf("camera", "camera.mode", Set.of("Block"));
        }
    }

    private void packages(@Nullable Packages packages) {
        if (packages == null) {
            return;
        }
        if (!packages.required().isEmpty()) {
            Set<String> claimed = new TreeSet<>();
            packages.required().forEach(name -> claimed.addAll(made.claim("packages:" + name, Set.of("required"))));
            made.rule(
                    "packages.required",
                    SettingJudgements.ONE + packages.required().size(),
                    claimed,
                    facts -> {
                        Map<String, String> installed = facts.map("packages.installed");
                        List<String> wrong = packages.required().stream()
                                .filter(name -> !installed.containsKey(name) && !facts.isOverruled("packages:" + name))
                                .toList();
                        return wrong.isEmpty() ? null : "not installed: " + SettingJudgements.join(wrong);
                    });
        }
        if (!packages.forbidden().isEmpty()) {
            packages.forbidden().forEach(name -> made.claimFirmly("packages:" + name, Set.of("forbidden")));
            made.rule(
                    "packages.forbidden",
                    SettingJudgements.ONE + packages.forbidden().size(),
                    facts -> {
                        Map<String, String> installed = facts.map("packages.installed");
                        List<String> wrong = packages.forbidden().stream()
                                .filter(installed::containsKey)
                                .toList();
                        return wrong.isEmpty() ? null : "installed, but forbidden: " + SettingJudgements.join(wrong);
                    });
        }
    }
}
