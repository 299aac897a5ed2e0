package io.kubemdm.agent.driver;

import java.util.List;
import java.util.Locale;

/**
 * Where a bundle may put files. Prefixes come from the device's own configuration; below them stands a list that no
 * configuration lifts: a file there would be run, or would decide who may run what.
 */
public final class PathLimits {

    /** Folders and files, each with everything below. */
    private static final List<String> NEVER = List.of(
            "/bin",
            "/boot",
            "/dev",
            "/etc/anacrontab",
            "/etc/apt",
            "/etc/bash.bashrc",
            "/etc/bash_completion.d",
            "/etc/bashrc",
            "/etc/binfmt.d",
            "/etc/dhcp",
            "/etc/doas.conf",
            "/etc/dpkg",
            "/etc/environment",
            "/etc/environment.d",
            "/etc/fish",
            "/etc/group",
            "/etc/grub.d",
            "/etc/gshadow",
            "/etc/inittab",
            "/etc/initramfs-tools",
            "/etc/inputrc",
            "/etc/kernel",
            "/etc/kubemdm",
            "/etc/logrotate.d",
            "/etc/modprobe.d",
            "/etc/modules-load.d",
            "/etc/network",
            "/etc/NetworkManager",
            "/etc/nsswitch.conf",
            "/etc/passwd",
            "/etc/polkit-1",
            "/etc/ppp",
            "/etc/rsyslog.d",
            "/etc/security",
            "/etc/shadow",
            "/etc/shells",
            "/etc/skel",
            "/etc/ssh",
            "/etc/sudo.conf",
            "/etc/sysctl.d",
            "/etc/tmpfiles.d",
            "/etc/update-motd.d",
            "/etc/X11",
            "/etc/xdg",
            "/etc/yum",
            "/etc/yum.repos.d",
            "/lib",
            "/lib32",
            "/lib64",
            "/proc",
            "/root",
            "/run",
            "/sbin",
            "/sys",
            "/usr/bin",
            "/usr/lib",
            "/usr/lib32",
            "/usr/lib64",
            "/usr/libexec",
            "/usr/local/bin",
            "/usr/local/lib",
            "/usr/local/sbin",
            "/usr/sbin",
            "/usr/share/bash-completion",
            "/usr/share/dbus-1",
            "/usr/share/polkit-1",
            "/var/lib/kubemdm-agent",
            "/var/spool/anacron",
            "/var/spool/at",
            "/var/spool/cron");

    /** Beginnings of a name: {@code /etc/cron.d}, {@code /etc/cron.daily}, {@code /etc/profile.d} … */
    private static final List<String> NEVER_BEGINNING = List.of(
            "/etc/at.",
            "/etc/cron",
            "/etc/csh",
            "/etc/dbus-1",
            "/etc/init",
            "/etc/ld.so",
            "/etc/pam",
            "/etc/profile",
            "/etc/rc",
            "/etc/sudoers",
            "/etc/systemd",
            "/etc/tcsh",
            "/etc/udev",
            "/etc/zsh");

    /** Parts of a path that make it one of these things wherever it is. */
    private static final List<String> NEVER_NAMED = List.of(
            "cron.d",
            "pam.d",
            "sudoers.d",
            "systemd",
            "udev",
            "polkit-1",
            "autostart",
            "profile.d",
            "authorized_keys",
            ".ssh",
            ".pam_environment");

    private final List<String> allowed;

    /**
     * Limits of a device.
     *
     * @param allowed absolute folders; a file must be below one of them
     */
    public PathLimits(List<String> allowed) {
        this.allowed = List.copyOf(allowed);
    }

    /**
     * Checks a path.
     *
     * @throws SettingRefused with {@code PathNotAllowed}
     */
    public void check(String path) {
        if (!path.startsWith("/") || path.length() > 512 || !path.matches("(/[A-Za-z0-9@%+=:,._-]+)+")) {
            throw refused("'" + abbreviated(path) + "' is not a plain absolute path");
        }
        for (String part : path.substring(1).split("/", -1)) {
            if (part.equals(".") || part.equals("..")) {
                throw refused(path + " has a '" + part + "' element");
            }
            if (NEVER_NAMED.contains(part) || isShellProfile(part)) {
                throw refused(path + " would be run or decide who may run what ('" + part + "')");
            }
        }
        if (NEVER.stream().anyMatch(folder -> isBelow(path, folder))
                || NEVER_BEGINNING.stream().anyMatch(path::startsWith)) {
            throw refused(path + " would be run or decide who may run what");
        }
        if (allowed.stream().noneMatch(folder -> isBelow(path, folder) && !path.equals(folder))) {
            throw refused(path + " is below none of the folders in files.allow: " + String.join(", ", allowed));
        }
    }

    private static boolean isBelow(String path, String folder) {
        return path.equals(folder) || path.startsWith(folder + "/");
    }

    private static boolean isShellProfile(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.startsWith(".bash")
                || lower.startsWith(".zsh")
                || lower.startsWith(".z")
                || lower.startsWith(".profile")
                || lower.startsWith(".csh")
                || lower.startsWith(".tcsh")
                || lower.startsWith(".login")
                || lower.startsWith(".xsession")
                || lower.startsWith(".xinit");
    }

    private static String abbreviated(String path) {
        return path.length() <= 80 ? path : path.substring(0, 80) + "…";
    }

    private static SettingRefused refused(String message) {
        return new SettingRefused("PathNotAllowed", message);
    }
}
