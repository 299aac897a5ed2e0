package io.kubemdm.protocol.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.protocol.order.Receipt.Outcome;
import io.kubemdm.protocol.order.StorageEvidence;
import io.kubemdm.protocol.trust.ReceiptVerdict.Reason;
import io.kubemdm.protocol.trust.ReceiptVerdict.Refused;
import io.kubemdm.protocol.trust.ReceiptVerdict.Verified;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ReceiptVerifierTest extends ReceiptFixture {

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
        KeyPair issuing = TestKeys.p256();
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

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
