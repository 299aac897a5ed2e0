package io.kubemdm.gateway;

import io.kubemdm.protocol.trust.KeyUse;
import io.kubemdm.protocol.trust.Pem;
import io.kubemdm.protocol.trust.Signer;
import io.kubemdm.protocol.trust.TrustBundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** A throw-away PKI with the shape of the real one. */
public record TestPki(Member root, Member issuing, Member ordersKey, Member ledgerKey, Member server) {

    /** One certificate and its key. */
    public record Member(X509Certificate certificate, KeyPair keys) {
        /** Signs as this member. */
        public Signer signer() {
            return new Signer((ECPrivateKey) keys.getPrivate(), (ECPublicKey) keys.getPublic());
        }
    }

    /** Makes all keys and certificates. */
    public static TestPki create() {
        Member root = member("root", null, null);
        return new TestPki(
                root,
                member("issuing", root, null),
                member("orders", root, KeyUse.ORDERS),
                member("ledger", root, KeyUse.LEDGER),
                member("localhost", root, KeyUse.SERVER));
    }

    /** Root, order and ledger certificates. */
    public TrustBundle trust() {
        return new TrustBundle(List.of(root.certificate(), ordersKey.certificate(), ledgerKey.certificate()));
    }

    /** Signs orders and revocations. */
    public Signer orders() {
        return ordersKey.signer();
    }

    /** Signs ledger entries. */
    public Signer ledger() {
        return ledgerKey.signer();
    }

    /** Writes {@code <name>.crt} and {@code <name>.key}. */
    public static void write(Path folder, String name, Member member) {
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve(name + ".crt"), Pem.of(member.certificate()));
            Files.writeString(
                    folder.resolve(name + ".key"), Pem.of(member.keys().getPrivate()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A P-256 key pair. */
    public static KeyPair keyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Member member(String name, @Nullable Member issuer, @Nullable KeyUse use) {
        KeyPair keys = keyPair();
        X500Principal subject = new X500Principal("CN=" + name + ", O=test");
        Instant now = Instant.now();
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                issuer == null ? subject : issuer.certificate().getSubjectX500Principal(),
                new BigInteger(120, ThreadLocalRandom.current()),
                Date.from(now.minus(Duration.ofDays(1))),
                Date.from(now.plus(Duration.ofDays(100))),
                subject,
                keys.getPublic());
        try {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(use == null));
            builder.addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(use == null ? KeyUsage.keyCertSign | KeyUsage.cRLSign : KeyUsage.digitalSignature));
            if (use != null) {
                builder.addExtension(
                        Extension.extendedKeyUsage,
                        false,
                        new ExtendedKeyUsage(KeyPurposeId.getInstance(new ASN1ObjectIdentifier(use.oid()))));
            }
            if (use == KeyUse.SERVER) {
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName[] {
                    new GeneralName(GeneralName.dNSName, "localhost"),
                    new GeneralName(GeneralName.iPAddress, "127.0.0.1")
                }));
            }
            PrivateKey signing =
                    issuer == null ? keys.getPrivate() : issuer.keys().getPrivate();
            return new Member(
                    new JcaX509CertificateConverter()
                            .getCertificate(
                                    builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signing))),
                    keys);
        } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
            throw new IllegalStateException(e);
        }
    }
}
