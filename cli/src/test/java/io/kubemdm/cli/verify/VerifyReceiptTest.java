package io.kubemdm.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.cli.Run;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.Receipt;
import io.kubemdm.protocol.order.StorageEvidence;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.KeyUse;
import io.kubemdm.protocol.trust.Pem;
import io.kubemdm.protocol.trust.ReceiptDocument;
import io.kubemdm.protocol.trust.Signer;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyReceiptTest {

    private static final DeviceId DEVICE = new DeviceId("acme", "d-1");
    private static final StorageEvidence GONE =
            new StorageEvidence("/dev/sda2", "sha256:" + "1".repeat(64), StorageEvidence.NO_SLOTS, true);

    @TempDir
    static Path temp;

    private static Instant done;
    private static Path pki;
    private static Signer device;
    private static List<X509Certificate> chain;

    @BeforeAll
    static void keys() throws Exception {
        done = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        pki = temp.resolve("pki");
        Run.of("pki", "init", "--out", pki.toString(), "--gateway-host", "g", "--enroll-host", "e");
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        device = new Signer((ECPrivateKey) pair.getPrivate(), (ECPublicKey) pair.getPublic());
        X509Certificate issuing = Pem.certificates(Files.readString(pki.resolve("issuing-ca/tls.crt")))
                .getFirst();
        chain = List.of(certificate(pair, issuing), issuing);
    }

    @Test
    void aGenuineReceiptProvesTheWipeOffline() throws Exception {
        Run run = verify(document(receipt(Receipt.Outcome.Completed, null)), root());

        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        assertThat(run.out())
                .contains("OK", "acme/d-1", "CryptoErase uid-1-1", "Completed at " + done, "/dev/sda2", "none, header");
    }

    @Test
    void theReceiptAsItWasHandedInWillDo() throws Exception {
        String jws = device.sign(JwsType.RECEIPT, receipt(Receipt.Outcome.Completed, null), chain);

        assertThat(verify(jws.getBytes(StandardCharsets.US_ASCII), root()).exitCode())
                .isZero();
    }

    @Test
    void aGenuineReceiptOfAFailureProvesNoWipe() throws Exception {
        Run run = verify(document(receipt(Receipt.Outcome.Failed, "luksErase")), root());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).contains("NOT PROVEN", "it is genuine and says Failed at luksErase");
    }

    @Test
    void anEditedReceiptAnotherRootAndAnotherDigestProveNothing() throws Exception {
        byte[] good = document(receipt(Receipt.Outcome.Completed, null));
        String jws = ReceiptDocument.read(good).receipt();
        char last = jws.charAt(jws.length() - 10);
        byte[] edited = new String(good, StandardCharsets.UTF_8)
                .replace(
                        jws,
                        jws.substring(0, jws.length() - 10)
                                + (last == 'A' ? 'B' : 'A')
                                + jws.substring(jws.length() - 9))
                .getBytes(StandardCharsets.UTF_8);
        assertThat(verify(edited, root()).out()).contains("BadSignature");

        Path foreign = temp.resolve("foreign");
        Run.of("pki", "init", "--out", foreign.toString(), "--gateway-host", "g", "--enroll-host", "e");
        Run strange = verify(good, foreign.resolve("root/ca.crt"));
        assertThat(strange.exitCode()).isEqualTo(1);
        assertThat(strange.out()).contains("Untrusted");

        Run digest = verify(good, root(), "--digest", "sha256:" + "0".repeat(64), "-o", "json");
        assertThat(digest.exitCode()).isEqualTo(1);
        JsonNode told = Json.read(digest.out().getBytes(StandardCharsets.UTF_8), JsonNode.class);
        assertThat(verify(good, root(), "--digest", told.get("digest").asText()).exitCode())
                .isZero();
    }

    @Test
    void rubbishProvesNothingAndWhatIsNotThereIsNotChecked() throws Exception {
        assertThat(verify("rubbish".getBytes(StandardCharsets.US_ASCII), root()).exitCode())
                .isEqualTo(1);
        assertThat(verify("{}".getBytes(StandardCharsets.US_ASCII), root()).exitCode())
                .isEqualTo(1);
        assertThat(Run.of("verify", "receipt", temp.resolve("none").toString(), "--ca", root().toString())
                        .exitCode())
                .isEqualTo(2);
        assertThat(verify("{}".getBytes(StandardCharsets.US_ASCII), pki.resolve("issuing-ca/tls.key"))
                        .exitCode())
                .isEqualTo(2);
    }

    private static Path root() {
        return pki.resolve("root/ca.crt");
    }

    private static Run verify(byte[] content, Path ca, String... more) throws Exception {
        Path file = Files.createTempFile(temp, "receipt", ".json");
        Files.write(file, content);
        List<String> arguments =
                new java.util.ArrayList<>(List.of("verify", "receipt", file.toString(), "--ca", ca.toString()));
        arguments.addAll(List.of(more));
        return Run.of(arguments.toArray(String[]::new));
    }

    private static byte[] document(Receipt receipt) {
        return ReceiptDocument.of(device.sign(JwsType.RECEIPT, receipt, chain)).write();
    }

    private static Receipt receipt(Receipt.Outcome outcome, @Nullable String failedStep) {
        return new Receipt(
                "uid-1-1",
                DEVICE,
                1,
                1,
                CommandType.CryptoErase,
                outcome,
                List.of("key slots"),
                List.of(GONE),
                failedStep,
                null,
                done);
    }

    /** A device's certificate as enroll issues it. */
    private static X509Certificate certificate(KeyPair pair, X509Certificate issuing) throws Exception {
        var builder = new JcaX509v3CertificateBuilder(
                issuing,
                BigInteger.ONE,
                Date.from(done.minus(Duration.ofMinutes(1))),
                Date.from(done.plus(Duration.ofDays(1))),
                new X500Principal("CN=d-1"),
                pair.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        builder.addExtension(
                Extension.extendedKeyUsage,
                false,
                new ExtendedKeyUsage(KeyPurposeId.getInstance(new ASN1ObjectIdentifier(KeyUse.DEVICE.oid()))));
        builder.addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, "kubemdm:" + DEVICE)));
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA")
                        .build(Pem.privateKey(Files.readString(pki.resolve("issuing-ca/tls.key"))))));
    }
}
