package io.kubemdm.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.crds.policybundle.Settings;
import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.protocol.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every typed setting there is, by the name under which two lines meet and the value that is the stricter one. */
class ClaimsTest {

    /** What strictness there is between the values of a row. */
    private enum Order {
        /** The second is stricter, and keeps the rules of both. */
        GRADED,
        /** The second is stricter, and breaks the rule of the first. */
        FIRM,
        /** None. */
        NONE
    }

    /**
     * One typed setting.
     *
     * @param path of the setting in the API
     * @param value of the setting, as part of {@code settings}
     * @param other another one
     * @param claim by which the two meet
     */
    private record Row(String path, String value, String other, String claim, Order order) {
        @Override
        public String toString() {
            return path;
        }
    }

    private static final String PEM = "-----BEGIN CERTIFICATE-----%s-----END CERTIFICATE-----";

    private static final List<Row> ROWS = List.of(
            graded("password.minLength", "8", "14"),
            graded("password.requireComplexity", "false", "true"),
            graded("password.maxFailedAttempts", "10", "5"),
            graded("password.lockoutDuration", "'5m'", "'1h'"),
            graded("password.maxAge", "'365d'", "'90d'"),
            graded("password.history", "0", "5"),
            graded("screenLock.idleTimeout", "'1h'", "'5m'"),
            graded("screenLock.lockDelay", "'1m'", "'0s'"),
            graded("diskEncryption.required", "false", "true"),
            graded("firewall.enabled", "false", "true"),
            graded("firewall.defaultInbound", "'Allow'", "'Deny'"),
            set("firewall.allow", "[{'port':22}]", "[{'port':22},{'port':80}]", "firewall.allow"),
            graded("updates.automatic", "'Never'", "'Security'"),
            graded("updates.automatic", "'Security'", "'All'"),
            set(
                    "updates.window",
                    "{'cron':'0 1 * * *','duration':'1h'}",
                    "{'cron':'0 1 * * *','duration':'2h'}",
                    "updates.window"),
            graded("updates.deferral", "'7d'", "'2d'"),
            set("wifi", "[{'ssid':'a','security':'Open'}]", "[{'ssid':'a','security':'Owe'}]", "wifi:a"),
            set(
                    "vpn",
                    "[{'name':'a','type':'WireGuard','server':'x'}]",
                    "[{'name':'a','type':'WireGuard','server':'y'}]",
                    "vpn:a"),
            set(
                    "trustedCertificates",
                    "[{'name':'a','pem':'" + PEM.formatted("AA") + "'}]",
                    "[{'name':'a','pem':'" + PEM.formatted("BB") + "'}]",
                    "trustedCertificates:a"),
            set("files", "[{'path':'/a','content':'1'}]", "[{'path':'/a','content':'2'}]", "files:/a"),
            set("files", "[{'path':'/a','content':'1'}]", "[{'path':'/a','content':'1','mode':'0600'}]", "files:/a"),
            set("sysctl", "{'net.x':'1'}", "{'net.x':'2'}", "sysctl:net.x"),
            graded("usbStorage", "'Allow'", "'ReadOnly'"),
            graded("usbStorage", "'ReadOnly'", "'Block'"),
            graded("camera", "'Allow'", "'Block'"),
            new Row(
                    "packages.required",
                    settings("packages.required", "['p']"),
                    settings("packages.forbidden", "['p']"),
                    "packages:p",
                    Order.FIRM),
            new Row(
                    "packages.forbidden",
                    settings("packages.required", "['q']"),
                    settings("packages.forbidden", "['q']"),
                    "packages:q",
                    Order.FIRM),
            graded("heartbeatInterval", "'10m'", "'1m'"));

    private static Row graded(String path, String lax, String strict) {
        return new Row(path, settings(path, lax), settings(path, strict), path, Order.GRADED);
    }

    private static Row set(String path, String value, String other, String claim) {
        return new Row(path, settings(path, value), settings(path, other), claim, Order.NONE);
    }

    private static String settings(String path, String value) {
        int dot = path.indexOf('.');
        return dot < 0
                ? "{'" + path + "':" + value + "}"
                : "{'" + path.substring(0, dot) + "':" + settings(path.substring(dot + 1), value) + "}";
    }

    static List<Row> rows() {
        return ROWS;
    }

    @ParameterizedTest
    @MethodSource("rows")
    void twoLinesMeetByOneNameAndTheStricterIsKnown(Row row) {
        Map<String, Claim> one = claims(row.value());
        Map<String, Claim> other = claims(row.other());

        assertThat(one).as("the same settings make the same claims").isEqualTo(claims(row.value()));
        assertThat(one.keySet().stream().filter(other::containsKey).filter(name -> !one.get(name)
                        .equals(other.get(name))))
                .containsExactly(row.claim());
        Claim value = one.get(row.claim());
        Claim stricter = other.get(row.claim());
        assertThat(Long.signum(stricter.strictness() - value.strictness()))
                .as("strictness")
                .isEqualTo(row.order() == Order.NONE ? 0 : 1);
        assertThat(List.of(value.graded(), stricter.graded())).containsOnly(row.order() == Order.GRADED);
    }

    /** A setting that comes to the API without a row here is no claim yet: nobody would be told who sets it, too. */
    @Test
    void everyTypedSettingIsInTheTable() {
        assertThat(ROWS.stream().map(Row::path).distinct())
                .containsExactlyInAnyOrderElementsOf(paths(Settings.class).toList());
    }

    @Test
    void settingsThatCannotBeReadClaimNothing() {
        assertThat(claims("{'password':{'maxAge':'soon'}}")).isEmpty();
        assertThat(claims("{'password':7}")).isEmpty();
        assertThat(claims("{'camera':'Sometimes'}")).containsOnlyKeys("heartbeatInterval");
    }

    /** A list or map is one setting, whose entries meet by their names; so is a window, which means nothing in parts. */
    private static Stream<String> paths(Class<?> settings) {
        return Arrays.stream(settings.getRecordComponents())
                .flatMap(part -> part.getType().isRecord() && !part.getName().equals("window")
                        ? paths(part.getType()).map(below -> part.getName() + "." + below)
                        : Stream.of(part.getName()));
    }

    private static Map<String, Claim> claims(String settings) {
        String bundle = "{'policy':'p','version':'1.0.0','settings':" + settings + "}";
        return Claims.of(Json.read(bundle.replace('\'', '"').getBytes(StandardCharsets.UTF_8), BundleContent.class));
    }
}
