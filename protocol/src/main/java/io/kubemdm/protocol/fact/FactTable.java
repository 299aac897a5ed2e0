package io.kubemdm.protocol.fact;

import static io.kubemdm.protocol.fact.FactCatalogue.APPLY_TIME;
import static io.kubemdm.protocol.fact.FactCatalogue.BATTERY_DRAIN;
import static io.kubemdm.protocol.fact.FactCatalogue.CRASHES;
import static io.kubemdm.protocol.fact.FactCatalogue.FAILED_UNLOCKS;
import static io.kubemdm.protocol.fact.FactCost.FILE;
import static io.kubemdm.protocol.fact.FactCost.KERNEL;
import static io.kubemdm.protocol.fact.FactCost.PROGRAM;
import static io.kubemdm.protocol.fact.FactType.BOOL;
import static io.kubemdm.protocol.fact.FactType.INT;
import static io.kubemdm.protocol.fact.FactType.STRING;
import static io.kubemdm.protocol.fact.FactType.STRINGS;
import static io.kubemdm.protocol.fact.FactType.STRING_MAP;

import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** The facts themselves, by name: type, unit, platforms, cost and what is measured. */
final class FactTable {

    private static final SortedSet<String> LINUX = Collections.unmodifiableSortedSet(new TreeSet<>(List.of("Linux")));

    static final List<Fact> FACTS = List.of(
            new Fact(
                    APPLY_TIME,
                    INT,
                    "milliseconds",
                    LINUX,
                    KERNEL,
                    "how long the agent took to apply the last order that changed something"),
            new Fact(
                    BATTERY_DRAIN,
                    INT,
                    "‰ of its charge per hour",
                    LINUX,
                    FILE,
                    "between two measurements on battery that are 5 to 60 minutes apart, all batteries together"),
            new Fact(
                    "battery.percent",
                    INT,
                    "percent",
                    LINUX,
                    FILE,
                    "charge of all batteries together: sysfs, power_supply"),
            new Fact(
                    "camera.mode",
                    STRING,
                    "Allow, Block",
                    LINUX,
                    PROGRAM,
                    "whether modprobe may load uvcvideo, or has"),
            new Fact("cpu.cores", INT, "cores", LINUX, KERNEL, "physical cores"),
            new Fact("cpu.model", STRING, "", LINUX, KERNEL, "the name the processor gives itself"),
            new Fact("cpu.threads", INT, "threads", LINUX, KERNEL, "logical processors"),
            new Fact(
                    CRASHES,
                    INT,
                    "crashes",
                    LINUX,
                    FILE,
                    "core dumps that systemd-coredump has stored in the last 24 hours, at most 1000"),
            new Fact("disk.totalBytes", INT, "bytes", LINUX, KERNEL, "size of the root file system"),
            new Fact("disk.usableBytes", INT, "bytes", LINUX, KERNEL, "what is free on the root file system"),
            new Fact(
                    "diskEncryption.encrypted",
                    BOOL,
                    "",
                    LINUX,
                    PROGRAM,
                    "true when every fixed disk with a file system or swap is on LUKS: lsblk and the LUKS headers"),
            new Fact(
                    "diskEncryption.unencrypted",
                    STRINGS,
                    "device names",
                    LINUX,
                    PROGRAM,
                    "fixed disks and partitions that are not encrypted; boot partitions are not counted"),
            new Fact(
                    "files.digests",
                    STRING_MAP,
                    "path to sha256:…",
                    LINUX,
                    FILE,
                    "SHA-256 of the content of each file that a bundle keeps in place; one that is gone has no entry"),
            new Fact(
                    "firewall.allow",
                    STRINGS,
                    "tcp/22, udp/53 from 10.0.0.0/8",
                    LINUX,
                    PROGRAM,
                    "what our nftables table lets in by name"),
            new Fact(
                    "firewall.defaultInbound",
                    STRING,
                    "Allow, Deny",
                    LINUX,
                    PROGRAM,
                    "policy of the input chain of our nftables table"),
            new Fact("firewall.enabled", BOOL, "", LINUX, PROGRAM, "whether our nftables table is loaded"),
            new Fact("hardware.firmwareVersion", STRING, "", LINUX, KERNEL, "as the firmware gives it"),
            new Fact("hardware.model", STRING, "", LINUX, KERNEL, "as the firmware gives it"),
            new Fact("hardware.serialNumber", STRING, "", LINUX, KERNEL, "as the firmware gives it, some only to root"),
            new Fact("hardware.vendor", STRING, "", LINUX, KERNEL, "as the firmware gives it"),
            new Fact("hostname", STRING, "", LINUX, KERNEL, "the name the system gives itself"),
            new Fact("memory.availableBytes", INT, "bytes", LINUX, KERNEL, "what a program could get"),
            new Fact("memory.totalBytes", INT, "bytes", LINUX, KERNEL, "size of the main memory"),
            new Fact("os.architecture", STRING, "", LINUX, KERNEL, "such as amd64"),
            new Fact("os.bits", INT, "bits", LINUX, KERNEL, "32 or 64"),
            new Fact("os.build", STRING, "", LINUX, KERNEL, "build number, where the system has one"),
            new Fact("os.codeName", STRING, "", LINUX, KERNEL, "code name of the release, such as bookworm"),
            new Fact("os.family", STRING, "", LINUX, KERNEL, "such as Debian GNU/Linux"),
            new Fact("os.kernel", STRING, "", LINUX, KERNEL, "version of the running kernel"),
            new Fact("os.version", STRING, "", LINUX, KERNEL, "version of the release, such as 12"),
            new Fact(
                    "packages.installed",
                    STRING_MAP,
                    "name to version",
                    LINUX,
                    PROGRAM,
                    "what dpkg has installed; all of it or absent"),
            new Fact(
                    "password.history",
                    INT,
                    "passwords",
                    LINUX,
                    FILE,
                    "former passwords that are refused: remember of pwhistory.conf"),
            new Fact(
                    "password.lockoutDuration",
                    INT,
                    "seconds",
                    LINUX,
                    FILE,
                    "unlock_time of faillock.conf; 0 until an administrator unlocks"),
            new Fact(
                    "password.maxAge",
                    INT,
                    "days",
                    LINUX,
                    FILE,
                    "PASS_MAX_DAYS of login.defs; negative and 99999 mean for ever"),
            new Fact(
                    "password.maxFailedAttempts", INT, "attempts", LINUX, FILE, "deny of faillock.conf; 0 never locks"),
            new Fact("password.minLength", INT, "characters", LINUX, FILE, "minlen of pwquality.conf"),
            new Fact(
                    "password.requireComplexity",
                    BOOL,
                    "",
                    LINUX,
                    FILE,
                    "whether minclass of pwquality.conf is 3 or more of its 4"),
            new Fact(
                    "screenLock.idleTimeoutSeconds",
                    INT,
                    "seconds",
                    LINUX,
                    FILE,
                    "idle-delay of the dconf system database; 0 never"),
            new Fact(
                    "screenLock.lockDelaySeconds",
                    INT,
                    "seconds",
                    LINUX,
                    FILE,
                    "lock-delay of the dconf system database; -1 when locking is switched off"),
            new Fact(
                    "sysctl",
                    STRING_MAP,
                    "dotted name to value",
                    LINUX,
                    FILE,
                    "each kernel parameter that a bundle sets, read from the running kernel, or from our file where"
                            + " the agent does not own the machine"),
            new Fact(
                    "trustedCertificates.names",
                    STRINGS,
                    "names",
                    LINUX,
                    FILE,
                    "authorities that a bundle has added, by its name for them"),
            new Fact(
                    FAILED_UNLOCKS,
                    INT,
                    "attempts",
                    LINUX,
                    FILE,
                    "failed attempts of the last 24 hours that pam_faillock has on record; a success clears a user's"),
            new Fact(
                    "updates.automatic",
                    STRING,
                    "Never, Security, All",
                    LINUX,
                    FILE,
                    "what unattended-upgrades is configured to install"),
            new Fact(
                    "updates.deferralSeconds",
                    INT,
                    "seconds",
                    LINUX,
                    FILE,
                    "how long an update waits after it was published"),
            new Fact(
                    "updates.window",
                    STRING,
                    "cron, time zone, seconds: 0 3 * * * UTC 7200s",
                    LINUX,
                    FILE,
                    "when updates may install"),
            new Fact("uptimeSeconds", INT, "seconds", LINUX, KERNEL, "since the system started"),
            new Fact(
                    "usbStorage.mode",
                    STRING,
                    "Allow, ReadOnly, Block",
                    LINUX,
                    FILE,
                    "what modprobe.d and udev let USB mass storage do"),
            new Fact(
                    "vpn.publicKeys",
                    STRING_MAP,
                    "tunnel to base64",
                    LINUX,
                    FILE,
                    "the device's half of each WireGuard tunnel, for whoever runs the server"),
            new Fact("vpn.tunnels", STRINGS, "names", LINUX, FILE, "tunnels with a complete keyfile of NetworkManager"),
            new Fact(
                    "wifi.networks",
                    STRINGS,
                    "ssid",
                    LINUX,
                    FILE,
                    "networks with a complete keyfile of NetworkManager"));

    private FactTable() {}
}
