package io.kubemdm.operator.automation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.standardwebhooks.Webhook;
import io.kubemdm.operator.automation.deprovision.TriggerDecision.Kind;
import io.kubemdm.operator.https.Refused;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is a webhook of ours, and what is refused. */
class HookTest {

    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String NEXT = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";
    private static final String LEFT = "{\"type\":\"user.deactivated\",\"data\":{\"user\":\"ada\"}}";

    private static Map<String, String> signed(String secret, String id, long age, String body) throws Exception {
        long at = Instant.now().getEpochSecond() - age;
        return new HashMap<>(Map.of(
                "webhook-id", id,
                "webhook-timestamp", Long.toString(at),
                "webhook-signature", new Webhook(secret).sign(id, at, body)));
    }

    private static Hook read(List<String> secrets, Map<String, String> headers, String body) {
        return Hook.of(secrets, headers, body.getBytes(StandardCharsets.UTF_8));
    }

    private static int refused(List<String> secrets, Map<String, String> headers, String body) {
        try {
            read(secrets, headers, body);
            return 0;
        } catch (Refused e) {
            return e.status();
        }
    }

    @Test
    void theIdIsTheSameForARetryAndOfOurOwnAlphabet() throws Exception {
        Hook hook = read(List.of(SECRET), signed(SECRET, "msg_1/../x", 0, LEFT), LEFT);
        assertThat(hook.kind()).isEqualTo(Kind.UserDeactivated);
        assertThat(hook.subject()).isEqualTo("ada");
        assertThat(hook.id()).matches("hook-[0-9a-f]{32}");
        assertThat(read(List.of(SECRET), signed(SECRET, "msg_1/../x", 100, LEFT), LEFT))
                .isEqualTo(hook);
    }

    @Test
    void eitherOfTwoSecretsDoes() throws Exception {
        assertThat(refused(List.of(SECRET, NEXT), signed(NEXT, "m", 0, LEFT), LEFT))
                .isZero();
        assertThat(refused(List.of(SECRET), signed(NEXT, "m", 0, LEFT), LEFT)).isEqualTo(401);
        assertThat(refused(List.of(), signed(SECRET, "m", 0, LEFT), LEFT)).isEqualTo(401);
        assertThat(refused(List.of("", "whsec_", "whsec_%%%"), signed(SECRET, "m", 0, LEFT), LEFT))
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(longs = {301, 3_600, -301, -3_600})
    void aTimeMoreThanFiveMinutesOffIsRefused(long age) throws Exception {
        assertThat(refused(List.of(SECRET), signed(SECRET, "m", age, LEFT), LEFT))
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"webhook-id", "webhook-timestamp", "webhook-signature"})
    void everyHeaderIsNeededAndSigned(String header) throws Exception {
        Map<String, String> headers = signed(SECRET, "m", 0, LEFT);
        headers.remove(header);
        assertThat(refused(List.of(SECRET), headers, LEFT)).isEqualTo(401);
        headers.put(header, "1764316800");
        assertThat(refused(List.of(SECRET), headers, LEFT)).isEqualTo(401);
    }

    @Test
    void anotherBodyUnderTheSameSignatureIsRefused() throws Exception {
        assertThat(refused(List.of(SECRET), signed(SECRET, "m", 0, LEFT), LEFT.replace("ada", "bob")))
                .isEqualTo(401);
        assertThat(refused(List.of(SECRET), signed(SECRET, "x".repeat(257), 0, LEFT), LEFT))
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{",
                "{\"type\":1}",
                "{\"type\":\"user.deleted\",\"data\":{\"user\":\"ada\"}}",
                "{\"type\":\"user.deactivated\"}",
                "{\"type\":\"user.deactivated\",\"data\":{\"user\":\" \"}}",
                "{\"type\":\"user.deactivated\",\"data\":{\"user\":[\"ada\"]}}",
                "{\"type\":\"device.lost\",\"data\":{\"user\":\"ada\"}}",
            })
    void whatIsSignedAndMeansNothingIsRefusedByName(String body) throws Exception {
        Map<String, String> headers = signed(SECRET, "m", 0, body);
        assertThatThrownBy(() -> read(List.of(SECRET), headers, body))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.status()).isEqualTo(400))
                .hasMessageMatching("(?s)(type|data\\.\\w+|body): .*");
    }

    @Test
    void rubbishIsRefused() {
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            byte[] body = new byte[random.nextInt(200)];
            random.nextBytes(body);
            String text = new String(body, StandardCharsets.ISO_8859_1);
            assertThat(refused(
                            List.of(SECRET),
                            Map.of("webhook-id", text, "webhook-timestamp", text, "webhook-signature", "v1," + text),
                            text))
                    .isEqualTo(401);
        }
    }
}
