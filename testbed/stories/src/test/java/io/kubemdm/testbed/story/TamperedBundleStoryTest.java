package io.kubemdm.testbed.story;

import static io.kubemdm.testbed.story.Tenant.SOON;
import static io.kubemdm.testbed.story.Tenant.condition;
import static io.kubemdm.testbed.story.Tenant.policyState;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.Signer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A taken-over gateway cannot put a policy on a device: the device believes the operator's signature only. */
class TamperedBundleStoryTest {

    private static StoryRegion region;
    private static Tenant tenant;

    @BeforeAll
    static void devices() {
        region = StoryRegion.shared();
        tenant = region.tenant(Tenants.TAMPERED);
    }

    @Test
    void aFlippedByteIsRefusedByTheDeviceAndShowsInStatus() throws Exception {
        assertRefused(tenant.sides(2).getFirst(), "flipped", TamperedBundleStoryTest::flip, "False/BadSignature");
    }

    @Test
    void aForeignSignatureIsRefusedByTheDeviceAndShowsInStatus() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair stranger = generator.generateKeyPair();
        Signer signer = new Signer((ECPrivateKey) stranger.getPrivate(), (ECPublicKey) stranger.getPublic());
        UnaryOperator<String> resign = jws -> {
            String payload = jws.substring(jws.indexOf('.') + 1, jws.lastIndexOf('.'));
            return signer.sign(JwsType.BUNDLE, Base64.getUrlDecoder().decode(payload));
        };
        assertRefused(tenant.sides(2).getLast(), "foreign", resign, "False/UnknownKey");
    }

    private static String flip(String jws) {
        int at = jws.indexOf('.') + 20;
        return jws.substring(0, at) + (jws.charAt(at) == 'A' ? 'B' : 'A') + jws.substring(at + 1);
    }

    private static void assertRefused(DeviceSide device, String line, UnaryOperator<String> lie, String reason)
            throws Exception {
        Path pki = region.folder().pki();
        try (LyingGateway gateway = new LyingGateway(pki, device, region.gatewayPort(), lie)) {
            device.useGateway(gateway.address());
            tenant.kubectl("label", "mdev", device.name(), "story=" + line);
            tenant.apply("""
                    apiVersion: kubemdm.io/v1alpha1
                    kind: PolicyBundle
                    metadata: {name: %1$s}
                    spec:
                      policy: %1$s
                      version: 1.0.0
                      settings:
                        heartbeatInterval: 10s
                        files: [{path: /etc/motd.d/%1$s, content: "a greeting long enough to be worth changing"}]
                    ---
                    apiVersion: kubemdm.io/v1alpha1
                    kind: Rollout
                    metadata: {name: %1$s}
                    spec:
                      bundleRef: {name: %1$s}
                      selector: {matchLabels: {story: %1$s}}
                      steps: [{name: all, percent: 100}]
                    """.formatted(line));

            await("refusal").atMost(SOON).untilAsserted(() -> {
                JsonNode object = tenant.get("mdev", device.name());
                assertThat(policyState(object, line)).isEqualTo("Failed");
                assertThat(condition(object, "PolicyApplied")).isEqualTo(reason);
            });
            assertThat(Files.exists(device.path("/etc/motd.d/" + line))).isFalse();
            await("rollout").atMost(SOON).untilAsserted(() -> assertThat(tenant.get("mro", line)
                            .at("/status/counts/rejected")
                            .asInt())
                    .isOne());
        }
    }
}
