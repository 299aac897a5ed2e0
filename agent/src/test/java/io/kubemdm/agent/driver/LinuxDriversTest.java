package io.kubemdm.agent.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.agent.Pki;
import io.kubemdm.agent.store.DeviceFiles;
import io.kubemdm.agent.store.KernelParameters;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.trust.Pem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinuxDriversTest {

    @TempDir
    private Path root;

    private DeviceFiles files;

    @BeforeEach
    void make() {
        files = new DeviceFiles(root);
    }

    @Test
    void password_settings_become_pwquality_faillock_pwhistory_and_login_defs_beside_what_stands_there()
            throws IOException {
        Files.createDirectories(root.resolve("etc/security"));
        Files.writeString(root.resolve("etc/security/pwquality.conf"), "# mine\nminlen = 6\nusercheck = 1\n");
        PasswordDriver driver = new PasswordDriver(files, null);

        Map<String, Prior> priors = set(
                driver,
                "{'minLength':12,'requireComplexity':true,'maxFailedAttempts':5,'lockoutDuration':'15m','maxAge':'90d',"
                        + "'history':4}");

        assertThat(root.resolve("etc/security/pwquality.conf"))
                .hasContent("# mine\nusercheck = 1\n" + ConfigLines.MARK + "\nminclass = 3\nminlen = 12\n");
        assertThat(root.resolve("etc/security/faillock.conf")).content().contains("deny = 5\n", "unlock_time = 900\n");
        assertThat(root.resolve("etc/login.defs")).content().contains("PASS_MAX_DAYS\t90\n");
        assertThat(root.resolve("etc/security/pwhistory.conf")).content().contains("remember = 4\n");
        assertThat(Measured.by(driver).get("password").path("minLength").asInt())
                .isEqualTo(12);

        priors.forEach(driver::restore);
        assertThat(root.resolve("etc/security/pwquality.conf")).hasContent("# mine\nminlen = 6\nusercheck = 1\n");
        assertThat(root.resolve("etc/security/faillock.conf")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({
        "minLength,8,12,12",
        "maxFailedAttempts,5,10,5",
        "lockoutDuration,60,900,900",
        "maxAge,90,30,30",
        "history,3,5,5",
        "requireComplexity,0,1,1"
    })
    void of_two_password_values_the_stricter_is_known(String name, long one, long other, long stricter) {
        PasswordDriver driver = new PasswordDriver(files, null);

        assertThat(driver.stricter("password:" + name, json("" + one), json("" + other)))
                .isEqualTo(json("" + stricter));
        assertThat(driver.stricter("password:" + name, json("" + other), json("" + one)))
                .isEqualTo(json("" + stricter));
    }

    @Test
    void sysctl_becomes_one_sorted_file() {
        SysctlDriver driver = new SysctlDriver(files, new KernelParameters(root.resolve("proc")));

        set(driver, "{'net.ipv4.ip_forward':'0','kernel.dmesg_restrict':'1'}");

        assertThat(root.resolve("etc/sysctl.d/90-kubemdm.conf"))
                .hasContent(ConfigLines.MARK + "\nkernel.dmesg_restrict = 1\nnet.ipv4.ip_forward = 0\n");
    }

    @ParameterizedTest
    @CsvSource({
        "kernel.core_pattern,|/bin/x,KeyNotAllowed",
        "kernel.modprobe,/bin/x,KeyNotAllowed",
        "fs.binfmt_misc.register,x,KeyNotAllowed",
        "../x.y,1,InvalidSetting",
        "nodots,1,InvalidSetting"
    })
    void a_sysctl_that_names_a_program_or_is_none_is_refused(String key, String value, String reason) {
        SysctlDriver driver = new SysctlDriver(files, new KernelParameters(root));

        assertThatThrownBy(() -> driver.split(json("{'" + key + "':'" + value + "'}")))
                .isInstanceOfSatisfying(
                        SettingRefused.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @Test
    void a_file_is_set_with_content_and_mode_and_any_change_of_either_is_seen() throws IOException {
        FilesDriver driver = new FilesDriver(files, new PathLimits(List.of("/etc/motd.d")));
        Target target = only(driver, "[{'path':'/etc/motd.d/corp','mode':'0640','content':'hello'}]");
        Prior prior = driver.capture(target.name());
        driver.set(target, prior);
        Path file = root.resolve("etc/motd.d/corp");

        assertThat(driver.holds(target, prior)).isTrue();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        assertThat(driver.holds(target, prior)).isFalse();
        driver.set(target, prior);
        assertThat(driver.holds(target, prior)).isTrue();
        Files.writeString(file, "hullo");
        assertThat(driver.holds(target, prior)).isFalse();
        driver.restore(target.name(), prior);
        assertThat(file).doesNotExist();
    }

    @Test
    void a_change_of_owner_is_seen_and_put_back() throws IOException {
        org.junit.jupiter.api.Assumptions.assumeTrue(files.self().equals("root"), "only root may give files away");
        FilesDriver driver = new FilesDriver(files, new PathLimits(List.of("/etc/motd.d")));
        Target target = only(driver, "[{'path':'/etc/motd.d/corp','content':'hello'}]");
        Prior prior = driver.capture(target.name());
        driver.set(target, prior);
        Path file = root.resolve("etc/motd.d/corp");
        Files.setOwner(
                file, file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));

        assertThat(driver.holds(target, prior)).isFalse();
        driver.set(target, prior);
        assertThat(Files.getOwner(file).getName()).isEqualTo("root");
    }

    @ParameterizedTest
    @CsvSource({"0755,ModeNotAllowed", "0744,ModeNotAllowed", "4644,InvalidSetting", "644,InvalidSetting"})
    void code_and_set_user_id_are_refused(String mode, String reason) {
        FilesDriver driver = new FilesDriver(files, new PathLimits(List.of("/opt")));

        assertThatThrownBy(() -> driver.split(json("[{'path':'/opt/x','mode':'" + mode + "','content':''}]")))
                .isInstanceOfSatisfying(
                        SettingRefused.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @Test
    void a_trusted_certificate_goes_where_the_system_looks_and_a_leaf_is_refused() {
        Pki pki = new Pki();
        TrustedCertificatesDriver driver = new TrustedCertificatesDriver(files);

        set(driver, "[{'name':'corp','pem':" + quoted(Pem.of(pki.root)) + "}]");

        assertThat(root.resolve("usr/local/share/ca-certificates/kubemdm-corp.crt"))
                .hasContent(Pem.of(pki.root));
        assertThatThrownBy(() -> driver.split(json("[{'name':'x','pem':" + quoted(Pem.of(pki.server)) + "}]")))
                .isInstanceOf(SettingRefused.class)
                .hasMessageContaining("CA certificate");
    }

    private static Target only(Driver driver, String value) {
        List<Target> targets = driver.plan(driver.split(json(value)));
        assertThat(targets).hasSize(1);
        return targets.getFirst();
    }

    private static Map<String, Prior> set(Driver driver, String value) {
        Map<String, Prior> priors = new java.util.TreeMap<>();
        for (Target target : driver.plan(driver.split(json(value)))) {
            Prior prior = driver.capture(target.name());
            priors.put(target.name(), prior);
            driver.set(target, prior);
            assertThat(driver.holds(target, prior)).as(target.name()).isTrue();
        }
        return priors;
    }

    private static String quoted(String text) {
        return new String(Json.write(text), StandardCharsets.UTF_8);
    }

    private static JsonNode json(String text) {
        return Json.read(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8), JsonNode.class);
    }
}
