package io.kubemdm.protocol.trust;

import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.Receipt;
import io.kubemdm.protocol.order.Receipt.Outcome;
import io.kubemdm.protocol.order.StorageEvidence;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
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

/** A device with its chain of certificates, and the receipts it signs, also wrong ones. */
abstract class ReceiptFixture {

    static final Instant DONE = Instant.parse("2021-03-01T12:00:00Z");
    static final DeviceId DEVICE = new DeviceId("acme", "d-a");
    static final String KEYS = "sha256:" + "1".repeat(64);
    static final StorageEvidence GONE = new StorageEvidence("/dev/sda2", KEYS, StorageEvidence.NO_SLOTS, true);
    static final KeyPair ROOT_KEY = TestKeys.p256();
    static final KeyPair ISSUING_KEY = TestKeys.p256();
    static final KeyPair KEY = TestKeys.p256();
    static final KeyPair FOREIGN_KEY = TestKeys.p256();
    static final X509Certificate ROOT = issue("CN=root", ROOT_KEY, "CN=root", ROOT_KEY, null, null);
    static final X509Certificate ISSUING = issue("CN=issuing", ISSUING_KEY, "CN=root", ROOT_KEY, null, null);

    static final X509Certificate OWN =
            issue("CN=d-a", KEY, "CN=issuing", ISSUING_KEY, KeyUse.DEVICE, "kubemdm:acme/d-a");

    static final String BUNDLE = Pem.of(ROOT);

    static byte[] document(String jws, X509Certificate... chain) {
        return file(ReceiptDocument.FORMAT, jws, Stream.of(chain).map(Pem::of).toList());
    }

    static byte[] file(String format, String jws, List<String> certificates) {
        return Json.write(Map.of("format", format, "receipt", jws, "certificates", certificates));
    }

    static Receipt receipt(Outcome outcome, List<StorageEvidence> storage) {
        return new Receipt(
                "w-1", DEVICE, 1, 1, CommandType.CryptoErase, outcome, List.of("/dev/sda2"), storage, null, null, DONE);
    }

    static Receipt at(Instant completed) {
        return new Receipt(
                "w-1", DEVICE, 1, 1, CommandType.Lock, Outcome.Completed, List.of(), List.of(), null, null, completed);
    }

    /** What no record of ours can say. */
    static Map<String, Object> tooMuchStorage() {
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

    static String sign(Object receipt) {
        return signer(KEY).sign(JwsType.RECEIPT, receipt);
    }

    static Signer signer(KeyPair pair) {
        return new Signer((ECPrivateKey) pair.getPrivate(), (ECPublicKey) pair.getPublic());
    }

    /** A certificate around {@link #DONE}; without a use it is a CA's. */
    static X509Certificate issue(
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
