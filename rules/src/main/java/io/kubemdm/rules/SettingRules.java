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
import io.kubemdm.protocol.fact.FactType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rules that typed settings make: the device has what is set, or what is stricter. A value that asks for nothing, such
 * as {@code usbStorage: Allow}, makes no rule, and {@code heartbeatInterval} none, because the silence of a device is
 * judged by the clock.
 */
final class SettingRules {

    private final SettingJudgements made;

    private SettingRules(SettingJudgements made) {
        this.made = made;
    }

    /** The rules of a bundle's settings, each with this grace. */
    static List<Judgement> of(Settings settings, Duration grace) {
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
        return made.rules();
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
            long least = Claims.seconds(password.lockoutDuration());
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
            made.within("password.maxAge", "password.maxAge", 0, Claims.days(password.maxAge()));
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
                    "screenLock.idleTimeout", "screenLock.idleTimeoutSeconds", 1, Claims.seconds(lock.idleTimeout()));
        }
        if (lock.lockDelay() != null) {
            made.within("screenLock.lockDelay", "screenLock.lockDelaySeconds", 0, Claims.seconds(lock.lockDelay()));
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
            Set<String> allowed = Claims.openings(firewall);
            made.rule(
                    "firewall.allow",
                    SettingJudgements.ONE + FactType.MAX_ELEMENTS / RuleCost.COMPARED,
                    Set.of("firewall.allow"),
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
            made.within("updates.deferral", "updates.deferralSeconds", 0, Claims.seconds(updates.deferral()));
        }
        String window = Claims.window(updates);
        if (window != null) {
            made.rule(
                    "updates.window",
                    SettingJudgements.ONE,
                    Set.of("updates.window"),
                    facts -> SettingJudgements.differs("updates.window", facts.text("updates.window"), Set.of(window)));
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
            files.forEach(file -> digests.put(file.path(), Claims.digest(file)));
            made.equal("files", "files.digests", digests, Claims::file, UnaryOperator.identity());
        }
        if (!certificates.isEmpty()) {
            made.present(
                    "trustedCertificates",
                    "trustedCertificates.names",
                    certificates.stream().map(TrustedCertificate::name).toList());
        }
        if (!sysctl.isEmpty()) {
            Map<String, String> values = new TreeMap<>();
            sysctl.forEach((key, value) -> values.put(key, Claims.words(value)));
            made.equal("sysctl", "sysctl", values, Claims::sysctl, Claims::words);
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
            Set<String> claimed =
                    packages.required().stream().map(Claims::installed).collect(Collectors.toSet());
            made.rule(
                    "packages.required",
                    SettingJudgements.ONE + packages.required().size(),
                    claimed,
                    facts -> {
                        Map<String, String> installed = facts.map("packages.installed");
                        List<String> wrong = packages.required().stream()
                                .filter(name ->
                                        !installed.containsKey(name) && !facts.isOverruled(Claims.installed(name)))
                                .toList();
                        return wrong.isEmpty() ? null : "not installed: " + SettingJudgements.join(wrong);
                    });
        }
        if (!packages.forbidden().isEmpty()) {
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
