package io.kubemdm.testbed.channel;

import io.kubemdm.protocol.bundle.Digest;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.ledger.LedgerEntry;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.KeyUse;
import io.kubemdm.protocol.trust.Pem;
import io.kubemdm.protocol.trust.Signer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
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

/** The keys of an installation, laid out as the gateway's pod has them mounted, and devices' certificates by them. */
record Installation(Path folder, Holder root, Holder issuing, Signer orders, Signer ledger) {

    /** A certificate and its key. */
    record Holder(X509Certificate certificate, KeyPair keys) {
        String fingerprint() {
            try {
                return Digest.of(certificate.getEncoded());
            } catch (CertificateEncodingException e) {
                throw new IllegalStateException(e);
            }
        }

        private Signer signer() {
            return new Signer((ECPrivateKey) keys.getPrivate(), (ECPublicKey) keys.getPublic());
        }
    }

    static Installation lay(Path folder) {
        try {
            Files.createDirectories(folder);
            Holder root = issue("root", null, null, null);
            Holder issuing = issue("issuing", root, null, null);
            Holder orders = issue("orders", root, KeyUse.ORDERS, null);
            Holder ledger = issue("ledger", root, KeyUse.LEDGER, null);
            Holder server = issue("localhost", root, KeyUse.SERVER, new GeneralNames(new GeneralName[] {
                new GeneralName(GeneralName.dNSName, "localhost"), new GeneralName(GeneralName.iPAddress, "127.0.0.1")
            }));
            Files.writeString(folder.resolve("ca.crt"), Pem.of(root.certificate()));
            Files.writeString(folder.resolve("issuing.crt"), Pem.of(issuing.certificate()));
            Files.writeString(folder.resolve("orders.crt"), Pem.of(orders.certificate()));
            Files.writeString(folder.resolve("ledger.crt"), Pem.of(ledger.certificate()));
            Files.writeString(folder.resolve("tls.crt"), Pem.of(server.certificate()));
            Files.writeString(folder.resolve("tls.key"), Pem.of(server.keys().getPrivate()));
            return new Installation(folder, root, issuing, orders.signer(), ledger.signer());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the gateway is told of it. */
    Map<String, String> settings() {
        return Map.of(
                "kubemdm.tls.certificate", folder.resolve("tls.crt").toString(),
                "kubemdm.tls.key", folder.resolve("tls.key").toString(),
                "kubemdm.tls.ca", folder.resolve("ca.crt").toString(),
                "kubemdm.trust.root", folder.resolve("ca.crt").toString(),
                "kubemdm.trust.orders", folder.resolve("orders.crt").toString(),
                "kubemdm.trust.ledger", folder.resolve("ledger.crt").toString());
    }

    /** A device's certificate; nobody has written it into the ledger. */
    Holder device(DeviceId device) {
        return issue(
                device.name(),
                issuing,
                KeyUse.DEVICE,
                new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, "kubemdm:" + device)));
    }

    /** The ledger's record of it, signed. */
    String entry(Holder holder, DeviceId device, long epoch) {
        X509Certificate certificate = holder.certificate();
        return ledger.sign(
                JwsType.LEDGER,
                new LedgerEntry(
                        holder.fingerprint(),
                        device,
                        epoch,
                        Instant.now().minusSeconds(1),
                        certificate.getNotAfter().toInstant(),
                        Base64.getEncoder()
                                .encodeToString(certificate.getPublicKey().getEncoded()),
                        certificate.getSerialNumber().toString()));
    }

    /** A TLS client with this certificate. */
    SSLContext client(Holder device) {
        try {
            KeyStore own = KeyStore.getInstance("PKCS12");
            own.load(null, null);
            own.setKeyEntry("device", device.keys().getPrivate(), new char[0], new X509Certificate[] {
                device.certificate(), issuing.certificate()
            });
            KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
            keys.init(own, new char[0]);
            KeyStore roots = KeyStore.getInstance("PKCS12");
            roots.load(null, null);
            roots.setCertificateEntry("root", root.certificate());
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(roots);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Holder issue(
            String name, @Nullable Holder issuer, @Nullable KeyUse use, @Nullable GeneralNames names) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair keys = generator.generateKeyPair();
            X500Principal subject = new X500Principal("CN=" + name + ", O=test");
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    issuer == null ? subject : issuer.certificate().getSubjectX500Principal(),
                    new BigInteger(120, ThreadLocalRandom.current()),
                    Date.from(Instant.now().minus(Duration.ofHours(1))),
                    Date.from(Instant.now().plus(Duration.ofDays(30))),
                    subject,
                    keys.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(use == null));
            if (use != null) {
                builder.addExtension(
                        Extension.extendedKeyUsage,
                        false,
                        new ExtendedKeyUsage(KeyPurposeId.getInstance(new ASN1ObjectIdentifier(use.oid()))));
            }
            if (names != null) {
                builder.addExtension(Extension.subjectAlternativeName, false, names);
            }
            KeyPair signing = issuer == null ? keys : issuer.keys();
            return new Holder(
                    new JcaX509CertificateConverter()
                            .getCertificate(builder.build(
                                    new JcaContentSignerBuilder("SHA256withECDSA").build(signing.getPrivate()))),
                    keys);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
