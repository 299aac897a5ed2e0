package io.kubemdm.protocol.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.Receipt;
import io.kubemdm.protocol.order.Receipt.Outcome;
import io.kubemdm.protocol.order.StorageEvidence;
import io.kubemdm.protocol.trust.ReceiptVerdict.Reason;
import io.kubemdm.protocol.trust.ReceiptVerdict.Refused;
import io.kubemdm.protocol.trust.ReceiptVerdict.Verified;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ReceiptVerifierTest {

    private static final Instant DONE = Instant.parse("2021-03-01T12:00:00Z");
    private static final DeviceId DEVICE = new DeviceId("acme", "d-a");
    private static final String KEYS = "sha256:" + "1".repeat(64);
    private static final StorageEvidence GONE = new StorageEvidence("/dev/sda2", KEYS, StorageEvidence.NO_SLOTS, true);

    private static final KeyPair ROOT_KEY = p256();
    private static final KeyPair ISSUING_KEY = p256();
    private static final KeyPair KEY = p256();
    private static final KeyPair FOREIGN_KEY = p256();
    private static final X509Certificate ROOT = issue("CN=root", ROOT_KEY, "CN=root", ROOT_KEY, null, null);
    private static final X509Certificate ISSUING = issue("CN=issuing", ISSUING_KEY, "CN=root", ROOT_KEY, null, null);
    private static final X509Certificate OWN =
            issue("CN=d-a", KEY, "CN=issuing", ISSUING_KEY, KeyUse.DEVICE, "kubemdm:acme/d-a");
    private static final String BUNDLE = Pem.of(ROOT);

    @Test
    void an_old_receipt_of_an_ended_certificate_is_verified_with_key_and_digest() {
        String jws = sign(receipt(Outcome.Completed, List.of(GONE)));

        ReceiptVerdict verdict = verify(document(jws, OWN, ISSUING));

        assertThat(verdict).isInstanceOfSatisfying(Verified.class, verified -> {
            assertThat(verified.receipt()).isEqualTo(receipt(Outcome.Completed, List.of(GONE)));
            assertThat(verified.keyId()).isEqualTo(KeyId.of(KEY.getPublic()));
            assertThat(verified.digest()).startsWith("sha256:");
            assertThat(verified.certificateEnded()).isNull();
        });
    }

    @Test
    void what_a_device_signs_that_comes_back_after_its_certificate_ended_is_verified_and_says_so() {
        byte[] document = document(sign(at(DONE.plus(Duration.ofDays(11)))), OWN, ISSUING);

        assertThat(verify(document))
                .isInstanceOfSatisfying(Verified.class, verified -> assertThat(verified.certificateEnded())
                        .isEqualTo(OWN.getNotAfter().toInstant()));
    }

    @Test
    void a_receipt_as_a_device_hands_it_in_makes_a_document_that_verifies() {
        String jws =
                signer(KEY).sign(JwsType.RECEIPT, receipt(Outcome.Completed, List.of(GONE)), List.of(OWN, ISSUING));

        byte[] file = ReceiptDocument.of(jws).write();

        assertThat(ReceiptVerifier.verify(file, BUNDLE)).isInstanceOf(Verified.class);
    }

    @Test
    void an_issuer_that_only_the_bundle_knows_completes_the_chain() {
        byte[] file = document(sign(receipt(Outcome.Completed, List.of(GONE))), OWN);

        assertThat(ReceiptVerifier.verify(file, BUNDLE + Pem.of(ISSUING))).isInstanceOf(Verified.class);
    }

    @Test
    void a_failure_is_believed_without_evidence() {
        String jws = sign(receipt(Outcome.Failed, List.of()));

        assertThat(verify(document(jws, OWN, ISSUING))).isInstanceOf(Verified.class);
    }

    static Stream<Arguments> refusals() {
        String good = sign(receipt(Outcome.Completed, List.of(GONE)));
        KeyPair issuing = p256();
        X509Certificate foreignIssuing = issue("CN=issuing", issuing, "CN=root", FOREIGN_KEY, null, null);
        X509Certificate foreign = issue("CN=d-a", KEY, "CN=issuing", issuing, KeyUse.DEVICE, "kubemdm:acme/d-a");
        X509Certificate other = issue("CN=d-b", KEY, "CN=issuing", ISSUING_KEY, KeyUse.DEVICE, "kubemdm:acme/d-b");
        X509Certificate nameless = issue("CN=d-a", KEY, "CN=issuing", ISSUING_KEY, KeyUse.DEVICE, null);
        X509Certificate server = issue("CN=x", KEY, "CN=issuing", ISSUING_KEY, KeyUse.SERVER, "kubemdm:acme/d-a");
        X509Certificate authority = issue("CN=x", KEY, "CN=root", ROOT_KEY, null, "kubemdm:acme/d-a");
        String[] parts = good.split("\\.", -1);
        String[] theirs = signer(FOREIGN_KEY)
                .sign(JwsType.RECEIPT, receipt(Outcome.Completed, List.of(GONE)))
                .split("\\.", -1);
        return Stream.of(
                refusal("no JSON", bytes("rubbish"), Reason.MalformedDocument),
                refusal(
                        "another format",
                        file("kubemdm-receipt-v9", good, List.of(Pem.of(OWN))),
                        Reason.MalformedDocument),
                refusal("no certificate", file(ReceiptDocument.FORMAT, good, List.of()), Reason.MalformedDocument),
                refusal(
                        "too many certificates",
                        file(ReceiptDocument.FORMAT, good, Collections.nCopies(9, Pem.of(OWN))),
                        Reason.MalformedDocument),
                refusal(
                        "a certificate that is none",
                        file(ReceiptDocument.FORMAT, good, List.of("x")),
                        Reason.MalformedDocument),
                refusal("too large", new byte[ReceiptDocument.MAX_BYTES + 1], Reason.MalformedDocument),
                refusal("a receipt that is no JWS", document("a.b.c", OWN, ISSUING), Reason.MalformedReceipt),
                refusal(
                        "a signed thing of another shape",
                        document(signer(KEY).sign(JwsType.RECEIPT, List.of()), OWN, ISSUING),
                        Reason.MalformedReceipt),
                refusal(
                        "more devices than any has",
                        document(sign(tooMuchStorage()), OWN, ISSUING),
                        Reason.MalformedReceipt),
                refusal(
                        "signed as a command",
                        document(
                                signer(KEY).sign(JwsType.COMMAND, receipt(Outcome.Completed, List.of(GONE))),
                                OWN,
                                ISSUING),
                        Reason.WrongType),
                refusal("another key", document(String.join(".", theirs), OWN, ISSUING), Reason.OtherKey),
                refusal(
                        "a foreign signature under our key id",
                        document(parts[0] + "." + parts[1] + "." + theirs[2], OWN, ISSUING),
                        Reason.BadSignature),
                refusal("a server's certificate", document(good, server, ISSUING), Reason.NotADevice),
                refusal("a CA's certificate", document(good, authority), Reason.NotADevice),
                refusal("another device's certificate", document(good, other, ISSUING), Reason.OtherDevice),
                refusal("a certificate without a device", document(good, nameless, ISSUING), Reason.OtherDevice),
                refusal(
                        "done before the certificate began",
                        document(sign(at(DONE.minus(Duration.ofDays(11)))), OWN, ISSUING),
                        Reason.NotValidThen),
                refusal("a missing issuer", document(good, OWN), Reason.Untrusted),
                refusal(
                        "issuers of the same names under another root",
                        document(good, foreign, foreignIssuing, ROOT),
                        Reason.Untrusted),
                refusal(
                        "an erase without evidence",
                        document(sign(receipt(Outcome.Completed, List.of())), OWN, ISSUING),
                        Reason.Unproven),
                refusal(
                        "a slot that is left",
                        document(
                                sign(receipt(
                                        Outcome.Completed,
                                        List.of(GONE, new StorageEvidence("/dev/sdb", KEYS, KEYS, true)))),
                                OWN,
                                ISSUING),
                        Reason.Unproven),
                refusal(
                        "a header that is left",
                        document(
                                sign(receipt(
                                        Outcome.Completed,
                                        List.of(new StorageEvidence(
                                                "/dev/sdb", KEYS, StorageEvidence.NO_SLOTS, false)))),
                                OWN,
                                ISSUING),
                        Reason.Unproven));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void refuses(String name, byte[] document, Reason expected) {
        assertThat(verify(document)).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.reason()).as(refused.message()).isEqualTo(expected);
            assertThat(refused.message()).isNotBlank();
        });
    }

    @ParameterizedTest
    @MethodSource("unusable")
    void a_bundle_that_cannot_be_used_is_refused(String pem) {
        byte[] good = document(sign(receipt(Outcome.Completed, List.of(GONE))), OWN, ISSUING);

        assertThat(ReceiptVerifier.verify(good, pem))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.reason()).isEqualTo(Reason.MalformedBundle));
    }

    static Stream<String> unusable() {
        return Stream.of("", "rubbish", Pem.of(ISSUING));
    }

    private static ReceiptVerdict verify(byte[] document) {
        return ReceiptVerifier.verify(document, BUNDLE);
    }

    private static Arguments refusal(String name, byte[] document, Reason reason) {
        return Arguments.of(name, document, reason);
    }

    private static byte[] document(String jws, X509Certificate... chain) {
        return file(ReceiptDocument.FORMAT, jws, Stream.of(chain).map(Pem::of).toList());
    }

    private static byte[] file(String format, String jws, List<String> certificates) {
        return Json.write(Map.of("format", format, "receipt", jws, "certificates", certificates));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Receipt receipt(Outcome outcome, List<StorageEvidence> storage) {
        return new Receipt(
                "w-1", DEVICE, 1, 1, CommandType.CryptoErase, outcome, List.of("/dev/sda2"), storage, null, null, DONE);
    }

    private static Receipt at(Instant completed) {
        return new Receipt(
                "w-1", DEVICE, 1, 1, CommandType.Lock, Outcome.Completed, List.of(), List.of(), null, null, completed);
    }

    /** What no record of ours can say. */
    private static Map<String, Object> tooMuchStorage() {
        return Map.of(
                "id",
                "w-1",
                "device",
                DEVICE,
                "epoch",
                1,
                "seq",
                1,
                "type",
                "CryptoErase",
                "outcome",
                "Completed",
                "erased",
                List.of(),
                "storage",
                Collections.nCopies(Receipt.MAX_STORAGE + 1, GONE),
                "completedAt",
                DONE);
    }

    private static String sign(Object receipt) {
        return signer(KEY).sign(JwsType.RECEIPT, receipt);
    }

    private static Signer signer(KeyPair pair) {
        return new Signer((ECPrivateKey) pair.getPrivate(), (ECPublicKey) pair.getPublic());
    }

    private static KeyPair p256() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** A certificate around {@link #DONE}; without a use it is a CA's. */
    private static X509Certificate issue(
            String subject, KeyPair key, String issuer, KeyPair issuerKey, @Nullable KeyUse use, @Nullable String uri) {
        try {
            var builder = new JcaX509v3CertificateBuilder(
                    new X500Principal(issuer),
                    BigInteger.ONE,
                    Date.from(DONE.minus(Duration.ofDays(use == null ? 1_000 : 10))),
                    Date.from(DONE.plus(Duration.ofDays(use == null ? 1_000 : 10))),
                    new X500Principal(subject),
                    key.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(use == null));
            if (use != null) {
                builder.addExtension(
                        Extension.extendedKeyUsage,
                        false,
                        new ExtendedKeyUsage(KeyPurposeId.getInstance(new ASN1ObjectIdentifier(use.oid()))));
            }
            if (uri != null) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, uri)));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(
                            new JcaContentSignerBuilder("SHA256withECDSA").build(issuerKey.getPrivate())));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
