package io.kubemdm.testbed.enroll;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.crds.Platform;
import io.kubemdm.testbed.Checkout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every way not to enrol, over the wire, and curl with openssl as the documentation says it. */
@ExtendWith(Enrolling.Extension.class)
class EnrolmentRefusalTest {

    private static final String RIGHT = ":" + EnrolRegion.SECRET;
    private static final KeyPair KEYS = Requester.newKeys("secp256r1");

    private final Enrolling enrolling;

    EnrolmentRefusalTest(Enrolling enrolling) {
        this.enrolling = enrolling;
    }

    @BeforeAll
    static void tokens(Enrolling enrolling) {
        EnrolRegion region = enrolling.region();
        region.token("open", token -> token);
        region.token("expired", token -> token.expiresAt("2026-01-01T00:00:00Z"));
        region.token("suspended", token -> token.suspended(true));
        region.token("phones", token -> token.platforms(List.of(Platform.Android, Platform.IOS)));
        region.token("listed", token -> token.serialNumbers(List.of("PF-1", "PF-2")));
        region.token("once", token -> token.maxUses(1));
        assertThat(enrolling
                        .to(enrolling.one())
                        .enrol("once", Requester.request(Requester.newKeys("secp256r1")))
                        .status())
                .isEqualTo(200);
    }

    static List<Arguments> refusals() {
        byte[] good = Requester.request(KEYS);
        Map<String, String> none = Map.of();
        List<Arguments> cases = new ArrayList<>();
        cases.add(Arguments.of(
                "expired token", "acme/expired" + RIGHT, good, none, 403, "expired at 2026-01-01T00:00:00Z"));
        cases.add(Arguments.of("used-up token", "acme/once" + RIGHT, good, none, 403, "used up (spec.maxUses 1)"));
        cases.add(Arguments.of("suspended token", "acme/suspended" + RIGHT, good, none, 403, "is suspended"));
        cases.add(Arguments.of(
                "token for another platform", "acme/phones" + RIGHT, good, none, 403, "not for platform Linux"));
        cases.add(Arguments.of(
                "serial number not listed",
                "acme/listed" + RIGHT,
                good,
                Map.of("Kubemdm-Serial", "X"),
                403,
                "does not list this serial number"));
        cases.add(Arguments.of(
                "serial number not sent",
                "acme/listed" + RIGHT,
                good,
                none,
                403,
                "send it in the header Kubemdm-Serial"));
        cases.add(Arguments.of("wrong secret", "acme/open:wrong", good, none, 401, "unknown token or wrong secret"));
        cases.add(
                Arguments.of("unknown token", "acme/nobody" + RIGHT, good, none, 401, "unknown token or wrong secret"));
        cases.add(Arguments.of(
                "token of another namespace",
                "default/open" + RIGHT,
                good,
                none,
                401,
                "unknown token or wrong secret"));
        cases.add(Arguments.of("no credentials", null, good, none, 401, "user namespace/token"));
        cases.add(Arguments.of(
                "unknown platform",
                "acme/open" + RIGHT,
                good,
                Map.of("Kubemdm-Platform", "BeOS"),
                400,
                "Kubemdm-Platform"));
        cases.add(Arguments.of(
                "foreign subject",
                "acme/open" + RIGHT,
                Requester.request(KEYS, "CN=ceo-laptop"),
                none,
                400,
                "subject is not this device's"));
        cases.add(Arguments.of("weak key", "acme/open" + RIGHT, Requester.request(rsa()), none, 400, "its key is RSA"));
        cases.add(Arguments.of(
                "other curve",
                "acme/open" + RIGHT,
                Requester.request(Requester.newKeys("secp384r1")),
                none,
                400,
                "not on the named curve P-256"));
        cases.add(Arguments.of("broken signature", "acme/open" + RIGHT, broken(good), none, 400, "signature"));
        cases.add(Arguments.of(
                "rubbish",
                "acme/open" + RIGHT,
                "rubbish".getBytes(StandardCharsets.UTF_8),
                none,
                400,
                "not a PKCS#10 request"));
        cases.add(Arguments.of("empty body", "acme/open" + RIGHT, new byte[0], none, 400, "not a PKCS#10 request"));
        return cases;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void isRefusedInOneLineThatSaysWhatToDo(
            String what,
            @Nullable String credentials,
            byte[] body,
            Map<String, String> headers,
            int status,
            String text) {
        Requester.Answer answer = enrolling.to(enrolling.one()).enrol(credentials, body, headers);

        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains(text).doesNotContain("Exception").doesNotContain("\tat ");
        assertThat(answer.body().lines()).hasSize(1);
        assertThat(answer.headers().get("content-type")).isEqualTo("text/plain; charset=utf-8");
        assertThat(answer.body()).doesNotContain(EnrolRegion.SECRET);
    }

    @Test
    void tenMebibytesOfRubbishAreRefusedHoweverTheyAreSent(@TempDir Path dir) throws Exception {
        byte[] rubbish = new byte[10 << 20];
        new Random(4).nextBytes(rubbish);
        Path file = Files.write(dir.resolve("rubbish"), rubbish);
        for (String how : List.of("Expect: 100-continue", "Expect:", "Transfer-Encoding: chunked")) {
            String out = run(
                    dir,
                    "curl -sS -o answer -w '%{http_code}' --cacert \"$CA\" --user \"$TOKEN\" -H '" + how
                            + "' --data-binary @" + file.getFileName()
                            + " \"$ENROLL_URL/.well-known/est/simpleenroll\"; echo; cat answer");

            assertThat(out).as(how).startsWith("413").contains("the body is over 65536 bytes");
        }
        assertThat(enrolling
                        .to(enrolling.one())
                        .enrol("open", Requester.request(KEYS))
                        .status())
                .as("the service goes on")
                .isEqualTo(200);
    }

    @Test
    void curlAndOpensslEnrolAndRenewAsTheDocumentationSays(@TempDir Path dir) throws Exception {
        String page = Files.readString(Checkout.ofWorkingDirectory().path("docs/enrolment.md"));
        Matcher blocks = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL).matcher(page);
        StringBuilder script = new StringBuilder();
        while (blocks.find()) {
            script.append(blocks.group(1));
        }

        String out = run(dir, script.toString());

        assertThat(out).contains("device.crt: OK");
        assertThat(run(dir, "openssl x509 -in device.crt -noout -subject -ext subjectAltName,extendedKeyUsage"))
                .contains("TLS Web Client Authentication", "URI:kubemdm:acme/d-");
        assertThat(run(dir, "openssl x509 -in renewed.crt -noout -subject"))
                .isEqualTo(run(dir, "openssl x509 -in device.crt -noout -subject"));
    }

    private String run(Path dir, String script) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("bash", "-euo", "pipefail", "-c", script)
                .directory(dir.toFile())
                .redirectErrorStream(true);
        builder.environment()
                .putAll(Map.of(
                        "ENROLL_URL",
                        "https://localhost:" + enrolling.one().port(),
                        "CA",
                        enrolling.region().rootPem().toString(),
                        "TOKEN",
                        "acme/open" + RIGHT));
        Process process = builder.start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(out).isZero();
        return out;
    }

    private static byte[] broken(byte[] request) {
        byte[] der = Base64.getDecoder().decode(request);
        der[der.length - 1] ^= 1;
        return Base64.getEncoder().encode(der);
    }

    private static KeyPair rsa() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(1024);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
