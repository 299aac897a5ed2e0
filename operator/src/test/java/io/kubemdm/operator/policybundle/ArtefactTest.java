package io.kubemdm.operator.policybundle;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.kubemdm.crds.policybundle.PolicyBundle;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ArtefactTest {

    @Test
    void settingsAreKeyedAsInTheApiAndTheHeartbeatStandsApart() {
        Artefact.Good good = good("""
                policy: base
                version: 1.2.0
                platforms: [Windows, Linux]
                settings:
                  heartbeatInterval: 1m
                  sysctl: {kernel.sysrq: "0"}
                """);
        assertThat(new String(good.content().canonical(), StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"enforcement\":\"Enforce\",\"heartbeatInterval\":\"1m\",\"platforms\":[\"Linux\",\"Windows\"],"
                                + "\"policy\":\"base\",\"priority\":100,\"settings\":{\"sysctl\":{\"kernel.sysrq\":\"0\"}},"
                                + "\"version\":\"1.2.0\"}");
        assertThat(good.heartbeatSeconds()).isEqualTo(60);
    }

    @Test
    void theDigestDoesNotDependOnTheOrderOfPlatforms() {
        assertThat(good("{policy: base, version: 1.0.0, platforms: [Linux, MacOS]}")
                        .content()
                        .digest())
                .isEqualTo(good("{policy: base, version: 1.0.0, platforms: [MacOS, Linux]}")
                        .content()
                        .digest());
    }

    @Test
    void secretsAreRefused() {
        assertThat(reason("""
                policy: base
                version: 1.0.0
                settings:
                  wifi: [{ssid: office, security: Wpa2Enterprise, certificateProfile: p, secretRef: {name: s}}]
                """)).isEqualTo("SecretsNotSupported");
    }

    @Test
    void whatThisVersionDoesNotKnowIsRefusedAndNotLeftOut() {
        assertThat(reason("{policy: base, version: 1.0.0, settings: {usbStorage: Later}}"))
                .isIn("UnknownValue", "InvalidSettings");
        assertThat(reason("{policy: base, version: 1.0.0, enforcement: Later}"))
                .isIn("UnknownValue", "InvalidSettings");
    }

    @Test
    void versionsHeartbeatsAndSizesAreBounded() {
        assertThat(reason("{policy: base, version: latest}")).isEqualTo("InvalidVersion");
        assertThat(reason("{policy: base, version: 1.0.0, settings: {heartbeatInterval: 1s}}"))
                .isEqualTo("InvalidSettings");
        String huge = "x".repeat(Artefact.MAX_BYTES);
        assertThat(reason("{policy: base, version: 1.0.0, settings: {files: [{path: /etc/motd, content: " + huge
                        + "}]}}"))
                .isEqualTo("TooLarge");
    }

    private static Artefact.Good good(String spec) {
        Artefact artefact = Artefact.of(bundle(spec).getSpec());
        assertThat(artefact).isInstanceOf(Artefact.Good.class);
        return (Artefact.Good) artefact;
    }

    private static String reason(String spec) {
        Artefact artefact = Artefact.of(bundle(spec).getSpec());
        assertThat(artefact).isInstanceOf(Artefact.Bad.class);
        return ((Artefact.Bad) artefact).reason();
    }

    private static PolicyBundle bundle(String spec) {
        return Serialization.unmarshal("spec:\n" + spec.indent(2), PolicyBundle.class);
    }
}
