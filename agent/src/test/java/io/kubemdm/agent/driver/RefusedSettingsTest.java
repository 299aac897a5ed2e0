package io.kubemdm.agent.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubemdm.agent.program.Programs;
import io.kubemdm.agent.store.DeviceFiles;
import io.kubemdm.agent.store.PublicFiles;
import io.kubemdm.agent.store.RawDevices;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a device does not accept, what it cannot do, and which of two values is stricter. */
class RefusedSettingsTest {

    @TempDir
    private Path root;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "screenLock|{'idleTimeout':'0s'}|InvalidSetting",
                "screenLock|{'idleTimeout':'two days'}|InvalidSetting",
                "screenLock|{'lockDelay':'2d'}|InvalidSetting",
                "screenLock|{'hook':'x'}|UnsupportedSetting",
                "screenLock|[]|InvalidSetting",
                "firewall|{'enabled':'yes'}|InvalidSetting",
                "firewall|{'defaultInbound':'Drop'}|InvalidSetting",
                "firewall|{'allow':[{'port':0}]}|InvalidSetting",
                "firewall|{'allow':[{'port':22,'protocol':'Sctp'}]}|InvalidSetting",
                "firewall|{'allow':[{'port':22,'source':'10.0.0.1/8'}]}|InvalidSetting",
                "firewall|{'allow':[{'port':22,'source':'10.0.0.0/33'}]}|InvalidSetting",
                "firewall|{'allow':[{'port':22,'source':'example.com/8'}]}|InvalidSetting",
                "firewall|{'allow':[{'port':22,'source':'10.0.0.0/8 accept; #'}]}|InvalidSetting",
                "firewall|{'allow':[{'port':22,'source':'1.2/8'}]}|InvalidSetting",
                "firewall|{'allow':{'port':22}}|InvalidSetting",
                "updates|{'automatic':'Some'}|InvalidSetting",
                "updates|{'deferral':'1d'}|InvalidSetting",
                "updates|{'window':{'cron':'0 3 1 * Mon','duration':'1h'}}|InvalidSetting",
                "updates|{'window':{'cron':'0 25 * * *','duration':'1h'}}|InvalidSetting",
                "updates|{'window':{'cron':'0 3 * * */2','duration':'1h'}}|InvalidSetting",
                "updates|{'window':{'cron':'*/0 3 * * *','duration':'1h'}}|InvalidSetting",
                "updates|{'window':{'cron':'0 3 * * *','duration':'1h','timeZone':'Mars/X'}}|InvalidSetting",
                "updates|{'window':{'cron':'0 3 * * *'}}|InvalidSetting",
                "wifi|[{'ssid':'','security':'Open'}]|InvalidSetting",
                "wifi|[{'ssid':'éééééééééééééééééé','security':'Open'}]|InvalidSetting",
                "wifi|[{'ssid':'a','security':'Wep'}]|InvalidSetting",
                "wifi|[{'ssid':'a','security':'Wpa2Enterprise'}]|InvalidSetting",
                "wifi|[{'ssid':'a','security':'Wpa2Enterprise','certificateProfile':'../x'}]|InvalidSetting",
                "wifi|[{'ssid':'a','security':'Open','psk':'x'}]|UnsupportedSetting",
                "vpn|[{'name':'a','type':'WireGuard','server':'x','postUp':'rm'}]|UnsupportedSetting",
                "vpn|[{'name':'a','type':'WireGuard','server':'x'}]|InvalidSetting",
                "vpn|[{'name':'a','type':'WireGuard','server':'x\\ndns=1'}]|InvalidSetting",
                "vpn|[{'name':'../a','type':'WireGuard','server':'x'}]|InvalidSetting",
                "vpn|[{'name':'a','type':'OpenVpn','server':'x'}]|InvalidSetting",
                "usbStorage|'Perhaps'|InvalidSetting",
                "usbStorage|{}|InvalidSetting",
                "camera|'ReadOnly'|InvalidSetting"
            })
    void what_makes_no_sense_is_refused_before_anything_is_touched(Samples sample, String value, String reason) {
        assertThatThrownBy(() -> sample.driver(root).split(Samples.json(value)))
                .isInstanceOfSatisfying(
                        SettingRefused.class, e -> assertThat(e.reason()).isEqualTo(reason));
        assertThat(root).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "screenLock|idleTimeout|300|600|300",
                "screenLock|lockDelay|60|0|0",
                "firewall|enabled|true|false|true",
                "firewall|defaultInbound|'Allow'|'Deny'|'Deny'",
                "firewall|allow|[{'port':22},{'port':80}]|[{'port':80}]|[{'port':80}]",
                "firewall|allow|[{'port':22}]|[{'port':80}]|null",
                "updates|automatic|'Security'|'All'|'All'",
                "updates|automatic|'Never'|'Security'|'Security'",
                "updates|deferral|172800|604800|172800",
                "usbStorage|mode|'ReadOnly'|'Block'|'Block'",
                "usbStorage|mode|'Allow'|'ReadOnly'|'ReadOnly'",
                "camera|mode|'Allow'|'Block'|'Block'",
                "wifi|guests|{'ssid':'guests'}|{'ssid':'guests','hidden':true}|null"
            })
    void of_two_values_the_stricter_is_known_where_there_is_an_order(
            Samples sample, String name, String one, String other, String stricter) {
        Driver driver = sample.driver(root);
        String setting = driver.key() + ":" + name;
        var wanted = stricter.equals("null") ? null : Samples.json(stricter);

        assertThat(driver.stricter(setting, Samples.json(one), Samples.json(other)))
                .isEqualTo(wanted);
        assertThat(driver.stricter(setting, Samples.json(other), Samples.json(one)))
                .isEqualTo(wanted);
    }

    @Test
    void a_machine_without_the_programs_says_so_of_each_setting_and_measures_nothing_it_cannot() {
        DeviceFiles files = new DeviceFiles(root);
        Programs none = new Programs(new PublicFiles(root));
        for (Driver driver : List.of(
                new ScreenLockDriver(files, none),
                new FirewallDriver(files, null, none),
                new UpdatesDriver(files, none),
                new WifiDriver(files, none),
                new VpnDriver(files, none),
                ModuleDriver.usbStorage(files, none),
                ModuleDriver.camera(files, none),
                new PackagesDriver(new PublicFiles(root), root.toString(), none))) {
            assertThat(driver.notApplicable(null)).as(driver.key()).containsOnlyKeys(driver.key());
            assertThat(driver.notApplicable(null).get(driver.key()))
                    .isNotBlank()
                    .hasSizeLessThanOrEqualTo(200);
            Map<String, ?> facts = Measured.by(driver);
            assertThat(facts).as(driver.key()).containsKey(FactSheet.UNMEASURED);
        }
        assertThat(Measured.by(new DiskEncryptionDriver(none, new RawDevices(root))))
                .containsOnlyKeys(FactSheet.UNMEASURED);
    }

    @Test
    void a_part_that_cannot_be_done_is_named_and_the_rest_is_set() {
        assertThat(Samples.usbStorage.driver(root).notApplicable(Samples.json("'ReadOnly'")))
                .containsOnlyKeys("usbStorage");
        assertThat(Samples.usbStorage.driver(root).notApplicable(Samples.json("'Block'")))
                .isEmpty();
        assertThat(Samples.vpn.driver(root).notApplicable(Samples.json("[{'name':'old','type':'IkeV2','server':'x'}]")))
                .containsOnlyKeys("vpn.old");
        assertThat(Samples.wifi
                        .driver(root)
                        .notApplicable(Samples.json(
                                "[{'ssid':'corp','security':'Wpa3Enterprise','certificateProfile':'laptop'}]")))
                .containsOnlyKeys("wifi.corp");
    }
}
