package io.kubemdm.gateway.enroll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kubemdm.gateway.TestPki;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.device.DeviceName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CertificationRequestTest {

    private static final KeyPair KEYS = TestPki.keyPair();
    private static final DeviceId DEVICE = new DeviceId("acme", DeviceName.of(KEYS.getPublic()));

    @Test
    void a_request_on_p256_with_no_names_is_accepted() {
        CertificationRequest request = CertificationRequest.read(body(request(KEYS, "", null)));

        assertThat(request.key()).isEqualTo(KEYS.getPublic());
        assertThatCode(() -> request.requireNoOtherNameThan(DEVICE)).doesNotThrowAnyException();
    }

    @Test
    void a_request_that_claims_exactly_the_devices_own_names_is_accepted() {
        CertificationRequest request =
                CertificationRequest.read(body(request(KEYS, "CN=" + DEVICE.name(), uri("kubemdm:" + DEVICE))));

        assertThatCode(() -> request.requireNoOtherNameThan(DEVICE)).doesNotThrowAnyException();
    }

    @Test
    void a_re_key_may_bear_the_name_its_new_key_would_give() {
        KeyPair fresh = TestPki.keyPair();
        CertificationRequest request =
                CertificationRequest.read(body(request(fresh, "CN=" + DeviceName.of(fresh.getPublic()), null)));

        assertThatCode(() -> request.requireNoOtherNameThan(DEVICE)).doesNotThrowAnyException();
    }

    @Test
    void pem_armour_and_line_breaks_are_tolerated() {
        String pem = "-----BEGIN CERTIFICATE REQUEST-----\r\n"
                + Base64.getMimeEncoder().encodeToString(request(KEYS, "", null))
                + "\r\n-----END CERTIFICATE REQUEST-----\r\n";

        assertThat(CertificationRequest.read(pem.getBytes(StandardCharsets.US_ASCII))
                        .key())
                .isEqualTo(KEYS.getPublic());
    }

    static Stream<Arguments> foreignNames() {
        return Stream.of(
                Arguments.of("another subject", "CN=ceo-laptop", null, "subject is not this device's"),
                Arguments.of("more than the name", "CN=" + DEVICE.name() + ",O=Acme", null, "subject is not"),
                Arguments.of("another device's URI", "", uri("kubemdm:acme/d-other"), "subject alternative names"),
                Arguments.of(
                        "a host name beside its own",
                        "",
                        new GeneralNames(new GeneralName[] {
                            new GeneralName(GeneralName.uniformResourceIdentifier, "kubemdm:" + DEVICE),
                            new GeneralName(GeneralName.dNSName, "gateway")
                        }),
                        "subject alternative names"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("foreignNames")
    void a_request_for_foreign_names_is_refused(
            String what, String subject, @Nullable GeneralNames names, String message) {
        CertificationRequest request = CertificationRequest.read(body(request(KEYS, subject, names)));

        Refused refused = catchThrowableOfType(Refused.class, () -> request.requireNoOtherNameThan(DEVICE));

        assertThat(refused.refusal().status()).isEqualTo(400);
        assertThat(refused.refusal().message()).contains(message).doesNotContain("\n");
    }

    static Stream<Arguments> unacceptable() {
        return Stream.of(
                Arguments.of("RSA key", (Supplier<byte[]>) () -> body(request(rsa(), "", null)), "its key is RSA"),
                Arguments.of(
                        "P-384 key",
                        (Supplier<byte[]>) () -> body(request(ec("secp384r1"), "", null)),
                        "not on the named curve P-256"),
                Arguments.of(
                        "Ed25519 key",
                        (Supplier<byte[]>) () -> body(request(ed25519(), "", null)),
                        "key type 1.3.101.112"),
                Arguments.of(
                        "broken signature",
                        (Supplier<byte[]>) CertificationRequestTest::brokenSignature,
                        "signature does not match"),
                Arguments.of(
                        "another key's signature",
                        (Supplier<byte[]>) CertificationRequestTest::stolenKey,
                        "signature does not match"),
                Arguments.of("empty", (Supplier<byte[]>) () -> new byte[0], "not a PKCS#10 request"),
                Arguments.of(
                        "not base64",
                        (Supplier<byte[]>) () -> "§§§".getBytes(StandardCharsets.UTF_8),
                        "not a PKCS#10 request"),
                Arguments.of(
                        "base64 of rubbish", (Supplier<byte[]>) () -> body(new byte[5000]), "not a PKCS#10 request"),
                Arguments.of(
                        "truncated",
                        (Supplier<byte[]>) () -> body(java.util.Arrays.copyOf(request(KEYS, "", null), 100)),
                        "not a PKCS#10 request"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unacceptable")
    void an_unacceptable_request_is_refused_in_one_line(String what, Supplier<byte[]> body, String message) {
        Refused refused = catchThrowableOfType(Refused.class, () -> CertificationRequest.read(body.get()));

        assertThat(refused.refusal().status()).isEqualTo(400);
        assertThat(refused.refusal().message()).contains(message).doesNotContain("\n");
    }

    @Test
    void no_flipped_byte_of_a_request_makes_anything_but_a_refusal_or_the_same_key() {
        byte[] good = request(KEYS, "CN=" + DEVICE.name(), null);
        for (int i = 0; i < good.length; i++) {
            byte[] bad = good.clone();
            bad[i] ^= 0x41;
            try {
                CertificationRequest request = CertificationRequest.read(body(bad));
                request.requireNoOtherNameThan(DEVICE);
                assertThat(request.key()).isEqualTo(KEYS.getPublic());
            } catch (Refused e) {
                assertThat(e.refusal().status()).isEqualTo(400);
            }
        }
    }

    static byte[] body(byte[] der) {
        return Base64.getEncoder().encode(der);
    }

    static byte[] request(KeyPair keys, String subject, @Nullable GeneralNames names) {
        try {
            JcaPKCS10CertificationRequestBuilder builder =
                    new JcaPKCS10CertificationRequestBuilder(new X500Name(subject), keys.getPublic());
            if (names != null) {
                ExtensionsGenerator extensions = new ExtensionsGenerator();
                extensions.addExtension(Extension.subjectAlternativeName, false, names);
                builder.addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate());
            }
            String algorithm =
                    switch (keys.getPrivate().getAlgorithm()) {
                        case "RSA" -> "SHA256withRSA";
                        case "EdDSA", "Ed25519" -> "Ed25519";
                        default -> "SHA256withECDSA";
                    };
            return builder.build(new JcaContentSignerBuilder(algorithm).build(keys.getPrivate()))
                    .getEncoded();
        } catch (IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] brokenSignature() {
        byte[] der = request(KEYS, "", null);
        der[der.length - 1] ^= 1;
        return body(der);
    }

    /** A request for one key, signed by another. */
    private static byte[] stolenKey() {
        try {
            return body(new JcaPKCS10CertificationRequestBuilder(new X500Name(""), KEYS.getPublic())
                    .build(new JcaContentSignerBuilder("SHA256withECDSA")
                            .build(TestPki.keyPair().getPrivate()))
                    .getEncoded());
        } catch (IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static GeneralNames uri(String uri) {
        return new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, uri));
    }

    private static KeyPair rsa() {
        return pair("RSA", generator -> generator.initialize(2048));
    }

    private static KeyPair ed25519() {
        return pair("Ed25519", generator -> {});
    }

    private static KeyPair ec(String curve) {
        return pair("EC", generator -> generator.initialize(new ECGenParameterSpec(curve)));
    }

    private interface Setting {
        void on(KeyPairGenerator generator) throws GeneralSecurityException;
    }

    private static KeyPair pair(String algorithm, Setting setting) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            setting.on(generator);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
