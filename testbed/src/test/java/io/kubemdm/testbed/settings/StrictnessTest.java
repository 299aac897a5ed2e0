package io.kubemdm.testbed.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.agent.driver.DiskEncryptionDriver;
import io.kubemdm.agent.driver.Driver;
import io.kubemdm.agent.driver.FilesDriver;
import io.kubemdm.agent.driver.FirewallDriver;
import io.kubemdm.agent.driver.ModuleDriver;
import io.kubemdm.agent.driver.PackagesDriver;
import io.kubemdm.agent.driver.PasswordDriver;
import io.kubemdm.agent.driver.PathLimits;
import io.kubemdm.agent.driver.ScreenLockDriver;
import io.kubemdm.agent.driver.Setting;
import io.kubemdm.agent.driver.SysctlDriver;
import io.kubemdm.agent.driver.UpdatesDriver;
import io.kubemdm.agent.driver.VpnDriver;
import io.kubemdm.agent.driver.WifiDriver;
import io.kubemdm.agent.program.Programs;
import io.kubemdm.agent.store.DeviceFiles;
import io.kubemdm.agent.store.KernelParameters;
import io.kubemdm.agent.store.PublicFiles;
import io.kubemdm.agent.store.RawDevices;
import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.rules.Claim;
import io.kubemdm.rules.Claims;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The device, which sets the stricter of two values, and the engine, which judges by it, must mean the same one. */
class StrictnessTest {

    @TempDir
    Path root;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // driver, what one line sets, what the other sets, and which is the stricter: 1, 2 or none
                "password|{'minLength':8}|{'minLength':14}|2",
                "password|{'requireComplexity':false}|{'requireComplexity':true}|2",
                "password|{'maxFailedAttempts':10}|{'maxFailedAttempts':5}|2",
                "password|{'lockoutDuration':'5m'}|{'lockoutDuration':'1h'}|2",
                "password|{'maxAge':'365d'}|{'maxAge':'90d'}|2",
                "password|{'history':1}|{'history':5}|2",
                "screenLock|{'idleTimeout':'1h'}|{'idleTimeout':'5m'}|2",
                "screenLock|{'lockDelay':'1m'}|{'lockDelay':'0s'}|2",
                "diskEncryption|{'required':false}|{'required':true}|2",
                "firewall|{'enabled':false}|{'enabled':true}|2",
                "firewall|{'defaultInbound':'Allow'}|{'defaultInbound':'Deny'}|2",
                "firewall|{'allow':[{'port':22},{'port':80}]}|{'allow':[{'port':22,'protocol':'Tcp'}]}|2",
                "firewall|{'allow':[{'port':22}]}|{'allow':[{'port':80}]}|none",
                "updates|{'automatic':'Never'}|{'automatic':'Security'}|2",
                "updates|{'automatic':'Security'}|{'automatic':'All'}|2",
                "updates|{'deferral':'7d'}|{'deferral':'2d'}|2",
                "updates|{'window':{'cron':'0 1 * * *','duration':'1h'}}"
                        + "|{'window':{'cron':'0 2 * * *','duration':'1h'}}|none",
                "wifi|[{'ssid':'a','security':'Open'}]|[{'ssid':'a','security':'Owe'}]|none",
                "files|[{'path':'/etc/motd.d/a','content':'1'}]|[{'path':'/etc/motd.d/a','content':'2'}]|none",
                "sysctl|{'net.ipv4.ip_forward':'0'}|{'net.ipv4.ip_forward':'1'}|none",
                "usbStorage|'Allow'|'Block'|2",
                "camera|'Allow'|'Block'|2",
                "packages|{'required':['p']}|{'forbidden':['p']}|2",
            })
    void deviceAndEngineKnowTheSameOneForStricter(String key, String first, String second, String stricter) {
        Driver driver = drivers().stream()
                .filter(each -> each.key().equals(key))
                .findFirst()
                .orElseThrow();
        Setting one = only(driver, first);
        Setting two = only(driver, second);
        assertThat(one.name()).isEqualTo(two.name());
        JsonNode onDevice = driver.stricter(one.name(), one.value(), two.value());
        assertThat(onDevice == null ? "none" : onDevice.equals(two.value()) ? "2" : "1")
                .isEqualTo(stricter);
        JsonNode turned = driver.stricter(one.name(), two.value(), one.value());
        assertThat(turned == null ? "none" : turned.equals(two.value()) ? "2" : "1")
                .as("asked the other way round")
                .isEqualTo(stricter);

        Map<String, Claim> ours = claims(key, first);
        Map<String, Claim> theirs = claims(key, second);
        String name = ours.keySet().stream()
                .filter(each -> !ours.get(each).equals(theirs.get(each)))
                .findFirst()
                .orElseThrow();
        assertThat(engine(ours.get(name), theirs.get(name))).as("by the engine").isEqualTo(stricter);
    }

    private static String engine(Claim one, Claim two) {
        int sign = Long.signum(two.strictness() - one.strictness());
        if (sign == 0 && one.values().size() != two.values().size()) {
            sign = one.values().containsAll(two.values()) ? 1 : two.values().containsAll(one.values()) ? -1 : 0;
        }
        return sign == 0 ? "none" : sign > 0 ? "2" : "1";
    }

    private static Setting only(Driver driver, String value) {
        List<Setting> settings = driver.split(json(value));
        assertThat(settings).hasSize(1);
        return settings.getFirst();
    }

    private static Map<String, Claim> claims(String key, String value) {
        String bundle = "{'policy':'p','version':'1.0.0','settings':{'" + key + "':" + value + "}}";
        return new TreeMap<>(Claims.of(Json.convert(json(bundle), BundleContent.class)));
    }

    private static JsonNode json(String text) {
        return Json.read(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8), JsonNode.class);
    }

    private List<Driver> drivers() {
        DeviceFiles files = new DeviceFiles(root);
        PublicFiles all = new PublicFiles(root);
        Programs none = new Programs(all);
        return List.of(
                new PasswordDriver(files, null),
                new SysctlDriver(files, new KernelParameters(root)),
                new FilesDriver(files, new PathLimits(List.of("/etc/motd.d"))),
                new ScreenLockDriver(files, null),
                new DiskEncryptionDriver(none, new RawDevices(root)),
                new FirewallDriver(files, null, null),
                new UpdatesDriver(files, null),
                new WifiDriver(files, null),
                new VpnDriver(files, null),
                ModuleDriver.usbStorage(files, null),
                ModuleDriver.camera(files, null),
                new PackagesDriver(all, root.toString(), none));
    }
}
