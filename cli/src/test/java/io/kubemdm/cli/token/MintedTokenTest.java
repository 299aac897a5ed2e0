package io.kubemdm.cli.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.cli.Run;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class MintedTokenTest {

    private final TokenSecret secret = TokenSecret.random(new SecureRandom());

    @Test
    void theHashIsWhatSha256sumSaysOfTheSecretsText() throws Exception {
        byte[] digest =
                MessageDigest.getInstance("SHA-256").digest(secret.reveal().getBytes(StandardCharsets.US_ASCII));
        assertThat(secret.hash()).isEqualTo("sha256:" + HexFormat.of().formatHex(digest));
    }

    @Test
    void theSecretHas256Bits() {
        assertThat(Base64.getUrlDecoder().decode(secret.reveal())).hasSize(32);
    }

    @Test
    void noTextFormShowsTheSecretByAccident() {
        MintedToken minted = MintedToken.of(
                "acme", "laptops", secret, "2030-01-01T00:00:00Z", new MintedToken.Addresses(null, null, null));
        assertThat(minted.toString() + secret).doesNotContain(secret.reveal());
    }

    @Test
    void theDevicesCommandIsOneLineWithServerGatewayPinAndToken() {
        MintedToken minted = MintedToken.of(
                "acme",
                "laptops",
                secret,
                "2030-01-01T00:00:00Z",
                new MintedToken.Addresses(
                        "https://enroll.example.com:9443,https://second.example.com:9443",
                        "wss://mdm.example.com:8443,wss://second.example.com:8443",
                        "sha256:abc"));
        assertThat(minted.command())
                .isEqualTo("kubemdm-agent enroll --server https://enroll.example.com:9443"
                        + " --gateway mdm.example.com:8443,second.example.com:8443"
                        + " --ca-pin sha256:abc --token acme/laptops:" + secret.reveal());
    }

    @Test
    void aDurationNobodyUnderstandsIsAUsageErrorThatNamesTheOption() {
        Run run = Run.of("token", "create", "t", "--expires", "soon");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--expires").contains("1h30m");
    }
}
