package io.kubemdm.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubemdm.agent.link.Endpoint;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentConfigTest {

    @TempDir
    private Path root;

    @Test
    void nothing_configured_means_the_documented_defaults() {
        AgentConfig config = AgentConfig.read(root);

        assertThat(config.gateways()).isEmpty();
        assertThat(config.allowedFolders())
                .containsExactly("/etc/issue.d", "/etc/motd.d", "/etc/kubemdm.d", "/opt/kubemdm");
        assertThat(config.firstHeartbeat()).hasSeconds(300);
        assertThat(config.stateFolder()).isEqualTo("/var/lib/kubemdm-agent");
        assertThat(config.personal()).isFalse();
        assertThat(config.luksDevices()).isEmpty();
        assertThat(config.cryptsetup()).isEqualTo("/usr/sbin/cryptsetup");
    }

    @Test
    void every_key_is_read() {
        AgentConfig config = AgentConfig.parse("""
                gateways = a:1, [::1]:2
                files.allow = /srv/x
                company.folders =
                heartbeat.seconds = 10
                state.folder = /srv/state
                log.level = DEBUG
                ownership = Personal
                erase.luksDevices = /dev/nvme0n1p3, /dev/disk/by-uuid/1-2
                erase.cryptsetup = /usr/local/sbin/cryptsetup
                """, "f");

        assertThat(config.gateways()).containsExactly(new Endpoint("a", 1), new Endpoint("::1", 2));
        assertThat(config.allowedFolders()).containsExactly("/srv/x");
        assertThat(config.companyFolders()).isEmpty();
        assertThat(config.firstHeartbeat()).hasSeconds(10);
        assertThat(config.personal()).isTrue();
        assertThat(config.luksDevices()).containsExactly("/dev/nvme0n1p3", "/dev/disk/by-uuid/1-2");
        assertThat(config.cryptsetup()).isEqualTo("/usr/local/sbin/cryptsetup");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "heartbeat=1,unknown key 'heartbeat'",
                "heartbeat.seconds=0,heartbeat.seconds is '0'",
                "files.allow=etc,files.allow has 'etc'",
                "files.allow=/etc/../x,without '..'",
                "gateways=nowhere,'nowhere' is not host:port",
                "ownership=Mine,ownership is 'Mine'",
                "erase.luksDevices=sda2,erase.luksDevices has 'sda2'",
                "\"erase.luksDevices=/dev/a,/dev/a\",names a device twice",
                "erase.cryptsetup=,erase.cryptsetup has ''",
                "log.level=LOUD,log.level is 'LOUD'"
            })
    void what_is_wrong_is_named(String line, String message) {
        assertThatThrownBy(() -> AgentConfig.parse(line, "f"))
                .isInstanceOfSatisfying(
                        AgentFailed.class, e -> assertThat(e.code()).isEqualTo(ExitCode.USAGE))
                .hasMessageContaining(message);
    }
}
