package io.kubemdm.agent.driver;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.agent.Pki;
import io.kubemdm.agent.store.DeviceFiles;
import io.kubemdm.agent.store.KernelParameters;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.trust.Pem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** One value of each setting that becomes files, and the driver for it below a root. */
enum Samples {
    password(
            (files, root) -> new PasswordDriver(files, null),
            "{'minLength':12,'requireComplexity':true,'maxFailedAttempts':5,'lockoutDuration':'15m','maxAge':'90d',"
                    + "'history':4}",
            "{'minLength':12,'requireComplexity':true,'maxFailedAttempts':5,'lockoutDuration':900,'maxAge':90,"
                    + "'history':4}"),
    sysctl(
            (files, root) -> new SysctlDriver(files, new KernelParameters(root.resolve("proc"))),
            "{'net.ipv4.ip_forward':'0'}",
            "{'net.ipv4.ip_forward':'0'}"),
    files(
            (files, root) -> new FilesDriver(files, new PathLimits(List.of("/etc/motd.d"))),
            "[{'path':'/etc/motd.d/corp','mode':'0640','content':'hello'}]",
            "{'digests':{'/etc/motd.d/corp':"
                    + "'sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'}}"),
    trustedCertificates(
            (files, root) -> new TrustedCertificatesDriver(files),
            "[{'name':'corp','pem':" + quoted(Pem.of(new Pki().root)) + "}]",
            "{'names':['corp']}"),
    screenLock(
            (files, root) -> new ScreenLockDriver(files, null),
            "{'idleTimeout':'5m','lockDelay':'0s'}",
            "{'idleTimeoutSeconds':300,'lockDelaySeconds':0}"),
    firewall(
            (files, root) -> new FirewallDriver(files, null, null),
            "{'enabled':true,'defaultInbound':'Deny','allow':[{'port':22,'source':'10.0.0.0/8'},"
                    + "{'protocol':'Udp','port':51820,'source':'FD00:0::/8'},{'port':443},{'port':80,'source':'::/0'}]}",
            "{'enabled':true,'defaultInbound':'Deny','allow':['tcp/22 from 10.0.0.0/8','tcp/443','tcp/80 from ::/0',"
                    + "'udp/51820 from fd00::/8']}"),
    updates(
            (files, root) -> new UpdatesDriver(files, null),
            "{'automatic':'Security','deferral':'7d','window':{'cron':'30 2 * * Sat,0','timeZone':'Europe/Berlin',"
                    + "'duration':'2h'}}",
            "{'automatic':'Security','deferralSeconds':604800,'window':'30 2 * * Sat,0 Europe/Berlin 7200s'}"),
    wifi(
            (files, root) -> new WifiDriver(files, null),
            "[{'ssid':'Café; a=b','security':'Open','hidden':true},{'ssid':'guests','security':'Owe'}]",
            "{'networks':['Café; a=b','guests']}"),
    vpn(
            (files, root) -> new VpnDriver(files, null),
            "[{'name':'office','type':'WireGuard','server':'vpn.example','addresses':['10.1.0.2/32','fd00::2/128'],"
                    + "'serverPublicKey':'xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=','allowedIps':['10.0.0.0/8'],"
                    + "'dnsServers':['10.0.0.53']}]",
            "{'tunnels':['office']}"),
    usbStorage((files, root) -> ModuleDriver.usbStorage(files, null), "'Block'", "{'mode':'Block'}"),
    camera((files, root) -> ModuleDriver.camera(files, null), "'Block'", "{'mode':'Block'}");

    @SuppressWarnings("ImmutableEnumChecker")
    private final BiFunction<DeviceFiles, Path, Driver> maker;

    private final String value;
    private final String facts;

    Samples(BiFunction<DeviceFiles, Path, Driver> maker, String value, String facts) {
        this.maker = maker;
        this.value = value;
        this.facts = facts;
    }

    Driver driver(Path root) {
        return maker.apply(new DeviceFiles(root), root);
    }

    JsonNode value() {
        return json(value);
    }

    /** What it measures once the value is set. */
    JsonNode facts() {
        return json(facts);
    }

    List<Target> targets(Driver driver) {
        List<Setting> settings = driver.split(value());
        driver.watch(settings);
        return driver.plan(settings);
    }

    /** Sets the value as the agent does: what was there first, then each target, then read back. */
    static Map<String, Prior> set(Driver driver, List<Target> targets) {
        Map<String, Prior> priors = new TreeMap<>();
        targets.forEach(target -> priors.put(target.name(), driver.capture(target.name())));
        targets.forEach(target -> driver.set(target, priors.get(target.name())));
        return priors;
    }

    /** Sets the value below a root. */
    Map<String, Prior> set(Path root) {
        Driver driver = driver(root);
        return set(driver, targets(driver));
    }

    static JsonNode json(String text) {
        return Json.read(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8), JsonNode.class);
    }

    private static String quoted(String text) {
        return new String(Json.write(text), StandardCharsets.UTF_8);
    }
}
