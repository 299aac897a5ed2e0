package io.kubemdm.rules;

import io.kubemdm.crds.Formats;
import io.kubemdm.crds.policybundle.Camera;
import io.kubemdm.crds.policybundle.DiskEncryption;
import io.kubemdm.crds.policybundle.Firewall;
import io.kubemdm.crds.policybundle.Inbound;
import io.kubemdm.crds.policybundle.ManagedFile;
import io.kubemdm.crds.policybundle.Packages;
import io.kubemdm.crds.policybundle.PasswordSettings;
import io.kubemdm.crds.policybundle.RemediationAction;
import io.kubemdm.crds.policybundle.ScreenLock;
import io.kubemdm.crds.policybundle.Settings;
import io.kubemdm.crds.policybundle.Severity;
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
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The rules that typed settings make: the device has what is set, or what is stricter. A value that asks for nothing, such
 * as {@code usbStorage: Allow}, makes no rule, and {@code heartbeatInterval} none, because the silence of a device is
 * judged by the clock.
 */
final class SettingRules {

    private static final long ONE = 2;
    private static final int DAY = 86_400;

    private final List<Judgement> rules = new ArrayList<>();
    private final Duration grace;

    private SettingRules(Duration grace) {
        this.grace = grace;
    }

    /** The rules of a bundle's settings, each with this grace. */
    static List<Judgement> of(Settings settings, Duration grace) {
        SettingRules made = new SettingRules(grace);
        made.password(settings.password());
        made.screenLock(settings.screenLock());
        made.diskEncryption(settings.diskEncryption());
        made.firewall(settings.firewall());
        made.updates(settings.updates());
        made.networks(settings.wifi(), settings.vpn());
        made.content(settings.files(), settings.trustedCertificates(), settings.sysctl());
        made.hardware(settings.usbStorage(), settings.camera());
        made.packages(settings.packages());
        return List.copyOf(made.rules);
    }

    private void password(@Nullable PasswordSettings password) {
        if (password == null) {
            return;
        }
        if (password.minLength() != null) {
            atLeast("password.minLength", password.minLength());
        }
        if (Boolean.TRUE.equals(password.requireComplexity())) {
            must("password.requireComplexity", "password.requireComplexity", "passwords need not be complex");
        }
        if (password.maxFailedAttempts() != null) {
            // Zero attempts never lock an account.
            within("password.maxFailedAttempts", "password.maxFailedAttempts", 1, password.maxFailedAttempts());
        }
        if (password.lockoutDuration() != null) {
            long least = seconds(password.lockoutDuration());
            rule("password.lockoutDuration", ONE, facts -> {
                long found = facts.number("password.lockoutDuration");
                // Zero seconds last until an administrator unlocks.
                return found == 0 || found >= least
                        ? null
                        : "password.lockoutDuration is " + found + ", not at least " + least;
            });
        }
        if (password.maxAge() != null) {
            // A negative age never ends.
            within("password.maxAge", "password.maxAge", 0, Math.ceilDiv(seconds(password.maxAge()), DAY));
        }
        if (password.history() != null) {
            atLeast("password.history", password.history());
        }
    }

    private void screenLock(@Nullable ScreenLock lock) {
        if (lock == null) {
            return;
        }
        if (lock.idleTimeout() != null) {
            // Zero never turns the screen off.
            within("screenLock.idleTimeout", "screenLock.idleTimeoutSeconds", 1, seconds(lock.idleTimeout()));
        }
        if (lock.lockDelay() != null) {
            within("screenLock.lockDelay", "screenLock.lockDelaySeconds", 0, seconds(lock.lockDelay()));
        }
    }

    private void diskEncryption(@Nullable DiskEncryption encryption) {
        if (encryption != null && Boolean.TRUE.equals(encryption.required())) {
            rule("diskEncryption.required", ONE, facts -> {
                if (facts.flag("diskEncryption.encrypted")) {
                    return null;
                }
                return facts.find("diskEncryption.unencrypted").isPresent()
                        ? "not encrypted: " + join(facts.list("diskEncryption.unencrypted"))
                        : "not every disk is encrypted";
            });
        }
    }

    private void firewall(@Nullable Firewall firewall) {
        if (firewall == null) {
            return;
        }
        if (Boolean.TRUE.equals(firewall.enabled())) {
            must("firewall.enabled", "firewall.enabled", "the firewall is off");
        }
        if (firewall.defaultInbound() == Inbound.Deny) {
            rule(
                    "firewall.defaultInbound",
                    ONE,
                    facts -> !facts.flag("firewall.enabled")
                            ? "the firewall is off"
                            : differs(
                                    "firewall.defaultInbound", facts.text("firewall.defaultInbound"), Set.of("Deny")));
        }
        if (!firewall.allow().isEmpty()) {
            Set<String> allowed = new TreeSet<>();
            firewall.allow().forEach(opening -> allowed.add(text(opening)));
            rule("firewall.allow", ONE + FactType.MAX_ELEMENTS / RuleCost.COMPARED, facts -> {
                if (!facts.flag("firewall.enabled")) {
                    return "the firewall is off";
                }
                List<String> more = facts.list("firewall.allow").stream()
                        .filter(opening -> !allowed.contains(opening))
                        .toList();
                return more.isEmpty() ? null : "open, but not allowed: " + join(more);
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
            oneOf("updates.automatic", "updates.automatic", Set.of("Security", "All"));
        } else if (updates.automatic() == UpdatePolicy.All) {
            oneOf("updates.automatic", "updates.automatic", Set.of("All"));
        }
        if (updates.deferral() != null) {
            within("updates.deferral", "updates.deferralSeconds", 0, seconds(updates.deferral()));
        }
        if (updates.window() != null) {
            oneOf(
                    "updates.window",
                    "updates.window",
                    Set.of(updates.window().cron() + " " + updates.window().timeZone() + " "
                            + seconds(updates.window().duration()) + "s"));
        }
    }

    private void networks(List<Wifi> wifi, List<Vpn> vpn) {
        if (!wifi.isEmpty()) {
            present("wifi", "wifi.networks", wifi.stream().map(Wifi::ssid).toList());
        }
        if (!vpn.isEmpty()) {
            present("vpn", "vpn.tunnels", vpn.stream().map(Vpn::name).toList());
        }
    }

    private void content(List<ManagedFile> files, List<TrustedCertificate> certificates, Map<String, String> sysctl) {
        if (!files.isEmpty()) {
            Map<String, String> digests = new TreeMap<>();
            files.forEach(
                    file -> digests.put(file.path(), Digest.of(file.content().getBytes(StandardCharsets.UTF_8))));
            equal("files", "files.digests", digests, false);
        }
        if (!certificates.isEmpty()) {
            present(
                    "trustedCertificates",
                    "trustedCertificates.names",
                    certificates.stream().map(TrustedCertificate::name).toList());
        }
        if (!sysctl.isEmpty()) {
            Map<String, String> values = new TreeMap<>();
            sysctl.forEach((key, value) -> values.put(key, words(value)));
            equal("sysctl", "sysctl", values, true);
        }
    }

    private void hardware(@Nullable UsbStorage usb, @Nullable Camera camera) {
        if (usb == UsbStorage.ReadOnly) {
            oneOf("usbStorage", "usbStorage.mode", Set.of("ReadOnly", "Block"));
        } else if (usb == UsbStorage.Block) {
            oneOf("usbStorage", "usbStorage.mode", Set.of("Block"));
        }
        if (camera == Camera.Block) {
            oneOf("camera", "camera.mode", Set.of("Block"));
        }
    }

    private void packages(@Nullable Packages packages) {
        if (packages == null) {
            return;
        }
        if (!packages.required().isEmpty()) {
            rule("packages.required", ONE + packages.required().size(), facts -> {
                Map<String, String> installed = facts.map("packages.installed");
                List<String> wrong = packages.required().stream()
                        .filter(name -> !installed.containsKey(name))
                        .toList();
                return wrong.isEmpty() ? null : "not installed: " + join(wrong);
            });
        }
        if (!packages.forbidden().isEmpty()) {
            rule("packages.forbidden", ONE + packages.forbidden().size(), facts -> {
                Map<String, String> installed = facts.map("packages.installed");
                List<String> wrong = packages.forbidden().stream()
                        .filter(installed::containsKey)
                        .toList();
                return wrong.isEmpty() ? null : "installed, but forbidden: " + join(wrong);
            });
        }
    }

    private void atLeast(String setting, long least) {
        rule(setting, ONE, facts -> {
            long found = facts.number(setting);
            return found >= least ? null : setting + " is " + found + ", not at least " + least;
        });
    }

    private void within(String setting, String fact, long least, long most) {
        rule(setting, ONE, facts -> {
            long found = facts.number(fact);
            return found >= least && found <= most ? null : fact + " is " + found + ", not " + least + " to " + most;
        });
    }

    private void must(String setting, String fact, String otherwise) {
        rule(setting, ONE, facts -> facts.flag(fact) ? null : otherwise);
    }

    private void oneOf(String setting, String fact, Set<String> values) {
        rule(setting, ONE, facts -> differs(fact, facts.text(fact), values));
    }

    private static @Nullable String differs(String fact, String found, Set<String> values) {
        return values.contains(found) ? null : fact + " is " + found + ", not " + join(new TreeSet<>(values), " or ");
    }

    /** Each is there, but those that this device says it cannot do. */
    private void present(String setting, String fact, List<String> wanted) {
        rule(setting, ONE + wanted.size(), facts -> {
            List<String> found = facts.list(fact);
            List<String> absent = wanted.stream()
                    .filter(name -> !found.contains(name) && facts.notApplicable(setting + "." + name) == null)
                    .toList();
            return absent.isEmpty() ? null : "not there: " + join(absent);
        });
    }

    private void equal(String setting, String fact, Map<String, String> wanted, boolean inWords) {
        rule(setting, ONE + wanted.size(), facts -> {
            Map<String, String> found = facts.map(fact);
            List<String> other = new ArrayList<>();
            wanted.forEach((key, value) -> {
                String is = found.get(key);
                if (is == null || !value.equals(inWords ? words(is) : is)) {
                    other.add(key);
                }
            });
            return other.isEmpty() ? null : "not as set: " + join(other);
        });
    }

    private void rule(String setting, long cost, Function<FactValues, @Nullable String> broken) {
        RuleTerms terms = new RuleTerms("settings." + setting, Severity.Medium, grace, RemediationAction.Reapply, null);
        rules.add(new SettingRule(terms, setting, cost, broken));
    }

    private static long seconds(String duration) {
        return Formats.duration(duration).toSeconds();
    }

    private static String words(String value) {
        return value.strip().replaceAll("\\s+", " ");
    }

    private static String join(Collection<String> names) {
        return join(names, ", ");
    }

    private static String join(Collection<String> names, String between) {
        return String.join(between, names);
    }
}
