package io.kubemdm.agent.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.agent.Pki;
import io.kubemdm.agent.program.Programs;
import io.kubemdm.agent.program.Subprocess;
import io.kubemdm.agent.program.Tools;
import io.kubemdm.agent.store.PublicFiles;
import io.kubemdm.protocol.trust.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each file is read by the program it is written for. */
class RealProgramsTest {

    @TempDir
    private Path root;

    @Test
    void pwscore_refuses_what_the_policy_refuses_beside_the_lines_that_were_there() throws IOException {
        String pwscore = Tools.need("pwscore");
        Tools.needRoot();
        Files.createDirectories(root.resolve("etc/security"));
        Files.writeString(
                root.resolve("etc/security/pwquality.conf"),
                "minlen = 6\nmaxrepeat = 2\nrubbish\ndictcheck = 0\nminclass = x\nhal");
        Samples.password.set(root);
        String file = root.resolve("etc/security/pwquality.conf").toString();

        assertThat(instead("/etc/security/pwquality.conf", file, pwscore, "Tr0ub4dor&3x")
                        .isGood())
                .isTrue();
        assertThat(instead("/etc/security/pwquality.conf", file, pwscore, "Tr0ub4d&r3x")
                        .error())
                .contains("shorter than 12");
        assertThat(instead("/etc/security/pwquality.conf", file, pwscore, "zkwqvbxyjtmnp")
                        .error())
                .contains("less than 3 character classes");
        assertThat(instead("/etc/security/pwquality.conf", file, pwscore, "Tr0ub4dor&333x")
                        .error())
                .contains("same characters consecutively");
    }

    /** Runs a program for which, in a mount namespace of its own, {@code file} is at {@code place}. */
    private static Subprocess.Ended instead(String place, String file, String program, String input) {
        return Tools.run(
                List.of(
                        Tools.need("unshare"),
                        "--mount",
                        Tools.need("sh"),
                        "-c",
                        "mount --bind \"$1\" \"$0\" && exec \"$2\"",
                        place,
                        file,
                        program),
                input + "\n");
    }

    @Test
    void pam_faillock_locks_after_as_many_attempts_as_the_policy_says() throws IOException {
        String pamtester = Tools.need("pamtester");
        String faillock = Tools.need("faillock");
        Tools.needRoot();
        Path tally = Files.createDirectories(root.resolve("tally"));
        Files.createDirectories(root.resolve("etc/security"));
        Files.writeString(root.resolve("etc/security/faillock.conf"), "dir = " + tally + "\nrubbish\ndeny = 50\n");
        Samples.password.set(root);
        String conf = " conf=" + root.resolve("etc/security/faillock.conf");
        Path services = Files.createDirectories(root.resolve("pam.d"));
        Files.writeString(
                services.resolve("fails"),
                "auth [default=die] pam_faillock.so authfail nodelay" + conf + "\naccount required pam_permit.so\n");
        Files.writeString(
                services.resolve("asks"),
                "auth requisite pam_faillock.so preauth" + conf + "\nauth required pam_permit.so\n");
        String attempts = "mount --bind \"$0\" /etc/pam.d; for i in 1 2 3 4; do \"$1\" fails nobody authenticate; done;"
                + " \"$1\" asks nobody authenticate || exit 9; \"$1\" fails nobody authenticate;"
                + " \"$1\" asks nobody authenticate && exit 8; exit 0";

        Subprocess.Ended ended = Tools.run(
                List.of(
                        Tools.need("unshare"),
                        "--mount",
                        Tools.need("sh"),
                        "-c",
                        attempts,
                        services.toString(),
                        pamtester),
                "");

        assertThat(ended.code())
                .as("let in after 4, not after 5: %s %s", ended.output(), ended.error())
                .isZero();
        assertThat(Tools.output(List.of(faillock, "--dir", tally.toString(), "--user", "nobody"), ""))
                .contains("nobody:");
    }

    @Test
    void dconf_compiles_the_values_and_locks_and_reads_them_for_a_user_through_the_profile() throws IOException {
        String dconf = Tools.need("dconf");
        Samples.screenLock.set(root);
        Path databases = root.resolve("etc/dconf/db");
        Tools.output(List.of(dconf, "update", databases.toString()), "");
        Path profile = root.resolve("profile");
        Files.writeString(
                profile,
                Files.readString(root.resolve("etc/dconf/profile/user"))
                        .replace("system-db:local", "file-db:" + databases.resolve("local")));
        List<String> environment =
                List.of("/usr/bin/env", "DCONF_PROFILE=" + profile, "XDG_CONFIG_HOME=" + root.resolve("home"), dconf);

        assertThat(said(environment, "read", "/org/gnome/desktop/session/idle-delay"))
                .isEqualTo("uint32 300\n");
        assertThat(said(environment, "read", "/org/gnome/desktop/screensaver/lock-delay"))
                .isEqualTo("uint32 0\n");
        assertThat(said(environment, "list-locks", "/"))
                .contains("/org/gnome/desktop/session/idle-delay", "/org/gnome/desktop/screensaver/lock-enabled");
    }

    private static String said(List<String> command, String... arguments) {
        List<String> all = new java.util.ArrayList<>(command);
        all.addAll(List.of(arguments));
        return Tools.output(all, "");
    }

    @ParameterizedTest
    @CsvSource({"Never", "Security", "All"})
    void apt_puts_the_policy_over_what_the_distribution_ships(String automatic) throws IOException {
        String aptConfig = Tools.need("apt-config");
        Path folder = Files.createDirectories(root.resolve("etc/apt/apt.conf.d"));
        Files.writeString(folder.resolve("50unattended-upgrades"), """
                Unattended-Upgrade::Origins-Pattern { "origin=Debian"; };
                Unattended-Upgrade::Allowed-Origins { "x:y"; };
                """);
        Driver driver = Samples.updates.driver(root);
        Samples.set(
                driver, driver.plan(driver.split(Samples.json("{'automatic':'" + automatic + "','deferral':'7d'}"))));
        Path config = Files.writeString(root.resolve("apt.conf"), "Dir::Etc::parts \"" + folder + "\";\n");

        FactSheet sheet = new FactSheet();
        UpdatesDriver.tell(sheet, Tools.output(List.of("/usr/bin/env", "APT_CONFIG=" + config, aptConfig, "dump"), ""));

        assertThat(sheet.facts().get("updates").path("automatic").asText()).isEqualTo(automatic);
        assertThat(sheet.facts().get("updates").path("deferralSeconds").asLong())
                .isEqualTo(automatic.equals("Never") ? 0 : 604_800);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 3 * * *|*-*-* 03:00:00 Europe/Berlin",
                "30 2 * * Sat,0|Sat,Sun *-*-* 02:30:00 Europe/Berlin",
                "*/15 22-23 1-7/2 jan,7 *|*-01,07-01..07/2 22..23:00/15:00 Europe/Berlin",
                "5/20 0 * * 1-5|Mon..Fri *-*-* 00:05..45/20:00 Europe/Berlin"
            })
    void systemd_reads_the_window_as_cron_means_it(String cron, String normalized) {
        String analyze = Tools.need("systemd-analyze");
        String calendar = new CalendarWindow(cron, "Europe/Berlin", 3600).onCalendar();

        assertThat(Tools.output(List.of(analyze, "calendar", calendar), "")).contains(normalized);
    }

    @ParameterizedTest
    @CsvSource({"usbStorage,usb_storage", "usbStorage,uas", "camera,uvcvideo"})
    void modprobe_loads_the_module_neither_by_alias_nor_by_name(Samples sample, String module) {
        String modprobe = Tools.need("modprobe");
        sample.set(root);

        String config = Tools.output(
                List.of(modprobe, "-C", root.resolve("etc/modprobe.d").toString(), "--showconfig"), "");

        assertThat(config).contains("blacklist " + module + "\n", "install " + module + " /bin/false\n");
    }

    @Test
    void network_manager_reads_every_connection() throws IOException {
        String nmcli = Tools.need("nmcli");
        Pki pki = new Pki();
        Path profile = Files.createDirectories(root.resolve("etc/kubemdm/certificates/laptop"));
        Files.writeString(profile.resolve("certificate.pem"), Pem.of(pki.server));
        Files.writeString(profile.resolve("ca.pem"), Pem.of(pki.root));
        Files.writeString(profile.resolve("key.pem"), "key");
        Driver wifi = Samples.wifi.driver(root);
        String networks = "[{'ssid':'Café; a=b','security':'Open','hidden':true},{'ssid':'guests','security':'Owe'},"
                + "{'ssid':'two','security':'Wpa2Enterprise','certificateProfile':'laptop'},"
                + "{'ssid':'three','security':'Wpa3Enterprise','certificateProfile':'laptop'}]";
        assertThat(wifi.notApplicable(Samples.json(networks))).isEmpty();
        List<Target> targets = wifi.plan(wifi.split(Samples.json(networks)));
        Samples.set(wifi, targets);

        assertThat(read(nmcli, targets.get(0))).contains("hidden=true", "type=wifi", Keyfile.ssid("Café; a=b"));
        assertThat(read(nmcli, targets.get(1))).contains("key-mgmt=owe", "ssid=guests");
        assertThat(read(nmcli, targets.get(2)))
                .contains("key-mgmt=wpa-eap", "eap=tls;")
                .doesNotContain("pmf");
        assertThat(read(nmcli, targets.get(3))).contains("pmf=3", "/etc/kubemdm/certificates/laptop/key.pem");

        Samples.vpn.set(root);
        Target tunnel = Samples.vpn.targets(Samples.vpn.driver(root)).getFirst();
        assertThat(read(nmcli, tunnel))
                .contains(
                        "type=wireguard",
                        "interface-name=office",
                        "endpoint=vpn.example:51820",
                        "address1=10.1.0.2/32",
                        "address1=fd00::2/128",
                        "dns=10.0.0.53;");
    }

    /** NetworkManager's own reader takes the file in and writes what it understood. */
    private String read(String nmcli, Target target) throws IOException {
        return Tools.output(
                List.of(nmcli, "--offline", "connection", "modify", "connection.autoconnect", "yes"),
                Files.readString(root.resolve(target.subject().substring(1))));
    }

    @Test
    void update_ca_certificates_takes_the_authority_in() throws IOException {
        String update = Tools.need("update-ca-certificates");
        Tools.need("openssl");
        Samples.trustedCertificates.set(root);
        Path bundle = Files.createDirectories(root.resolve("bundle"));
        Files.writeString(root.resolve("ca.conf"), "");

        Tools.output(
                List.of(
                        update,
                        "--certsconf",
                        root.resolve("ca.conf").toString(),
                        "--localcertsdir",
                        root.resolve("usr/local/share/ca-certificates").toString(),
                        "--etccertsdir",
                        bundle.toString(),
                        "--hooksdir",
                        root.resolve("none").toString()),
                "");

        assertThat(Files.readString(bundle.resolve("ca-certificates.crt"))).contains("BEGIN CERTIFICATE");
    }

    @Test
    void dpkg_tells_what_is_installed_and_a_damaged_database_is_no_measurement() throws IOException {
        Tools.need("dpkg-query");
        Programs machine = new Programs(new PublicFiles(Path.of("/")));
        assertThat(Measured.by(new PackagesDriver(new PublicFiles(Path.of("/")), "/", machine))
                        .get("packages")
                        .path("installed")
                        .has("dpkg"))
                .isTrue();
        Files.createDirectories(root.resolve("var/lib/dpkg"));
        Files.writeString(root.resolve("var/lib/dpkg/status"), """
                Package: telnetd
                Status: install ok installed
                Version: 1.0-1
                Architecture: all
                Maintainer: a <a@example.org>
                Description: x

                Package: gone
                Status: deinstall ok config-files
                Version: 2
                Architecture: all
                Maintainer: a <a@example.org>
                Description: x
                """);
        Driver driver = new PackagesDriver(new PublicFiles(root), root.toString(), machine);
        assertThat(Measured.by(driver).get("packages")).isEqualTo(Samples.json("{'installed':{'telnetd':'1.0-1'}}"));
        assertThat(driver.plan(driver.split(Samples.json("{'required':['a'],'forbidden':['telnetd']}"))))
                .isEmpty();

        Files.writeString(root.resolve("var/lib/dpkg/status"), "Pack\u0000age rubbish");
        assertThat(Measured.by(driver)).containsOnlyKeys(FactSheet.UNMEASURED);
    }
}
