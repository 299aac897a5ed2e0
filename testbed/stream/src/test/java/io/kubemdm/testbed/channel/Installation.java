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
import java.security.PublicKey;
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
            return Installation.fingerprint(certificate);
        }

        private Signer signer() {
            return new Signer((ECPrivateKey) keys.getPrivate(), (ECPublicKey) keys.getPublic());
        }
    }

    static String fingerprint(X509Certificate certificate) {
        try {
            return Digest.of(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
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
        return issue(device.name(), issuing, KeyUse.DEVICE, names(device));
    }

    /** A device's certificate for its own key, which began half an hour ago and has ended a minute ago. */
    X509Certificate ended(DeviceId device, PublicKey key) {
        Instant now = Instant.now();
        JcaX509v3CertificateBuilder builder = certificate(
                device.name(),
                issuing.certificate().getSubjectX500Principal(),
                key,
                now.minus(Duration.ofMinutes(30)),
                now.minus(Duration.ofMinutes(1)));
        return sign(builder, issuing.keys(), KeyUse.DEVICE, names(device));
    }

    private static GeneralNames names(DeviceId device) {
        return new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, "kubemdm:" + device));
    }

    /** The ledger's record of it, signed. */
    String entry(Holder holder, DeviceId device, long epoch) {
        return entry(holder.certificate(), device, epoch);
    }

    /** The ledger's record of it, signed. */
    String entry(X509Certificate certificate, DeviceId device, long epoch) {
        return ledger.sign(
                JwsType.LEDGER,
                new LedgerEntry(
                        fingerprint(certificate),
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
            Instant now = Instant.now();
            X500Principal issuerName =
                    issuer == null ? subject(name) : issuer.certificate().getSubjectX500Principal();
            Instant begin = now.minus(Duration.ofHours(1));
            JcaX509v3CertificateBuilder builder =
                    certificate(name, issuerName, keys.getPublic(), begin, now.plus(Duration.ofDays(30)));
            return new Holder(sign(builder, issuer == null ? keys : issuer.keys(), use, names), keys);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static X500Principal subject(String name) {
        return new X500Principal("CN=" + name + ", O=test");
    }

    private static JcaX509v3CertificateBuilder certificate(
            String name, X500Principal issuer, PublicKey key, Instant begin, Instant end) {
        return new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(120, ThreadLocalRandom.current()),
                Date.from(begin),
                Date.from(end),
                subject(name),
                key);
    }

    private static X509Certificate sign(
            JcaX509v3CertificateBuilder builder, KeyPair issuer, @Nullable KeyUse use, @Nullable GeneralNames names) {
        try {
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
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(issuer.getPrivate())));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
