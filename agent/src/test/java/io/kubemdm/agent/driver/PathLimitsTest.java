package io.kubemdm.agent.driver;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PathLimitsTest {

    /** As wide as a careless administrator could open it. */
    private final PathLimits wide = new PathLimits(List.of("/etc", "/opt", "/usr", "/var", "/home", "/root", "/lib"));

    private final PathLimits narrow = new PathLimits(List.of("/etc/motd.d", "/opt/kubemdm"));

    @ParameterizedTest
    @ValueSource(strings = {"/etc/motd.d/corp", "/opt/kubemdm/a/b.conf"})
    void below_an_allowed_folder_is_allowed(String path) {
        assertThatCode(() -> narrow.check(path)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/motd.d", "/etc/motd.dx/a", "/etc/hosts", "/opt/kubemdmx", "/tmp/x"})
    void beside_the_allowed_folders_is_refused(String path) {
        refused(narrow, path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc/motd.d/../shadow",
                "/etc/motd.d/./x",
                "/etc/motd.d//x",
                "etc/motd.d/x",
                "/etc/motd.d/a b",
                "/etc/motd.d/ä",
                "/etc/motd.d/x\n",
                ""
            })
    void a_path_that_is_not_plain_is_refused(String path) {
        refused(narrow, path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc/cron.d/x",
                "/etc/crontab",
                "/etc/cron.daily/x",
                "/var/spool/cron/crontabs/root",
                "/etc/anacrontab",
                "/etc/systemd/system/x.service",
                "/usr/lib/systemd/system/x.service",
                "/home/u/.config/systemd/user/x.service",
                "/etc/udev/rules.d/x.rules",
                "/lib/udev/rules.d/x.rules",
                "/etc/pam.d/sshd",
                "/etc/pam.conf",
                "/etc/security/limits.conf",
                "/etc/sudoers",
                "/etc/sudoers.d/x",
                "/etc/ld.so.preload",
                "/etc/ld.so.conf.d/x.conf",
                "/etc/profile",
                "/etc/profile.d/x.sh",
                "/etc/bash.bashrc",
                "/etc/environment",
                "/etc/zsh/zshrc",
                "/home/u/.bashrc",
                "/home/u/.bash_profile",
                "/home/u/.profile",
                "/home/u/.zshrc",
                "/root/.bashrc",
                "/home/u/.ssh/authorized_keys",
                "/etc/ssh/sshd_config",
                "/etc/passwd",
                "/etc/shadow",
                "/etc/apt/apt.conf.d/99x",
                "/etc/update-motd.d/99x",
                "/etc/NetworkManager/dispatcher.d/x",
                "/etc/init.d/x",
                "/etc/rc.local",
                "/etc/modprobe.d/x.conf",
                "/etc/logrotate.d/x",
                "/usr/bin/x",
                "/usr/local/bin/x",
                "/etc/kubemdm/agent.properties",
                "/var/lib/kubemdm-agent/guard.json",
                "/etc/xdg/autostart/x.desktop"
            })
    void what_would_be_run_or_decides_who_may_is_refused_whatever_the_configuration_allows(String path) {
        refused(wide, path);
    }

    private static void refused(PathLimits limits, String path) {
        assertThatThrownBy(() -> limits.check(path))
                .isInstanceOfSatisfying(SettingRefused.class, e -> assertThatCode(() -> {
                            if (!e.reason().equals("PathNotAllowed")) {
                                throw new AssertionError(e.reason());
                            }
                        })
                        .doesNotThrowAnyException());
    }
}
