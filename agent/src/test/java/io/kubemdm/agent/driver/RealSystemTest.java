package io.kubemdm.agent.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.agent.program.Tools;
import io.kubemdm.agent.store.DeviceFiles;
import io.kubemdm.agent.store.PublicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What reads accounts and kernel parameters reads our files. */
class RealSystemTest {

    @TempDir
    private Path root;

    @Test
    void useradd_gives_new_accounts_the_age_of_the_policy_beside_the_lines_that_were_there() throws IOException {
        String useradd = Tools.need("useradd");
        Tools.needRoot();
        Path etc = Files.createDirectories(root.resolve("etc"));
        for (String file : List.of("passwd", "shadow", "group", "gshadow")) {
            Files.createFile(etc.resolve(file));
        }
        Files.writeString(etc.resolve("login.defs"), "PASS_MAX_DAYS\t99999\nrubbish\nPASS_MIN_DAYS\t3\n");
        Samples.password.set(root);

        Tools.output(List.of(useradd, "--prefix", root.toString(), "ann"), "");

        String[] shadow = Files.readString(etc.resolve("shadow")).split(":", -1);
        assertThat(shadow[0]).isEqualTo("ann");
        assertThat(shadow[3]).as("at least as old").isEqualTo("3");
        assertThat(shadow[4]).as("at most as old").isEqualTo("90");
    }

    @Test
    void sysctl_loads_the_file_into_a_kernel_of_its_own_network() throws IOException {
        String sysctl = Tools.need("sysctl");
        Tools.needRoot();
        Driver driver = Samples.sysctl.driver(root);
        Samples.set(driver, driver.plan(driver.split(Samples.json("{'net.ipv4.ip_forward':'1'}"))));
        Path file = root.resolve("etc/sysctl.d/90-kubemdm.conf");

        String said = Tools.output(
                List.of(
                        Tools.need("unshare"),
                        "--net",
                        Tools.need("sh"),
                        "-ec",
                        "\"$0\" -qw net.ipv4.ip_forward=0; \"$0\" -qp \"$1\"; \"$0\" -n net.ipv4.ip_forward",
                        sysctl,
                        file.toString()),
                "");

        assertThat(said).isEqualTo("1\n");
    }

    /** A file that PAM does not read is no measurement, so the rule of the setting is never called kept. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "auth required pam_faillock.so preauth|old|maxFailedAttempts lockoutDuration maxAge",
                "#auth required pam_faillock.so preauth|old|maxAge",
                "password requisite pam_pwquality.so|old|minLength requireComplexity maxAge",
                "password requisite pam_pwhistory.so|old|maxAge",
                "password requisite pam_pwhistory.so|/etc/security/pwhistory.conf|history maxAge",
            })
    void what_pam_does_not_use_is_not_measured(String stack, String module, String measured) throws IOException {
        Path machine = root.resolve("machine");
        Files.createDirectories(machine.resolve("etc/pam.d"));
        Files.writeString(machine.resolve("etc/pam.d/common-auth"), stack + "\n");
        Files.createDirectories(machine.resolve("usr/lib64/security"));
        Files.writeString(machine.resolve("usr/lib64/security/pam_pwhistory.so"), "\0ELF " + module + "\0");
        Samples.password.set(root);

        var facts = Measured.by(new PasswordDriver(new DeviceFiles(root), new PublicFiles(machine)));

        assertThat(facts.get("password").fieldNames()).toIterable().containsExactlyInAnyOrder(measured.split(" ", -1));
    }
}
