package io.kubemdm.cli.pki;

import io.kubemdm.protocol.trust.KeyUse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.IPAddress;

/** Issues P-256 certificates (RFC 5280) at one moment, with fresh keys and random serial numbers. */
public final class Authority {

    /** Certificates begin a little earlier than now, because the clocks of one installation differ. */
    private static final Duration BACKDATED = Duration.ofMinutes(5);

    private static final int SERIAL_BITS = 127;

    private final SecureRandom random;
    private final Instant now;

    /** Issues at {@code now} with randomness from {@code random}. */
    public Authority(SecureRandom random, Instant now) {
        this.random = random;
        this.now = now;
    }

    /** A self-signed certificate. */
    public Credential selfSigned(Profile profile) {
        KeyPair keys = newKeys();
        X500Name name = name(profile);
        return new Credential(sign(profile, name, keys, name, keys), keys.getPrivate());
    }

    /** A certificate that {@code issuer} answers for. */
    public Credential issue(Credential issuer, Profile profile) {
        KeyPair keys = newKeys();
        X500Name issuerName = X500Name.getInstance(
                issuer.certificate().getSubjectX500Principal().getEncoded());
        KeyPair issuerKeys = new KeyPair(issuer.certificate().getPublicKey(), issuer.key());
        return new Credential(sign(profile, name(profile), keys, issuerName, issuerKeys), keys.getPrivate());
    }

    private KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has P-256", e);
        }
    }

    private static X500Name name(Profile profile) {
        return new X500Name("CN=" + profile.commonName());
    }

    private X509Certificate sign(Profile profile, X500Name subject, KeyPair keys, X500Name issuer, KeyPair issuerKeys) {
        Instant start = now.minus(BACKDATED);
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE),
                Date.from(start),
                Date.from(now.plus(profile.validity())),
                subject,
                keys.getPublic());
        try {
            extend(builder, profile, keys, issuerKeys, subject.equals(issuer));
            byte[] encoded = builder.build(
                            new JcaContentSignerBuilder("SHA256withECDSA").build(issuerKeys.getPrivate()))
                    .getEncoded();
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
        } catch (IOException | OperatorCreationException | GeneralSecurityException e) {
            throw new IllegalStateException("cannot sign the certificate of " + subject, e);
        }
    }

    private static void extend(
            X509v3CertificateBuilder builder, Profile profile, KeyPair keys, KeyPair issuerKeys, boolean root)
            throws IOException, GeneralSecurityException {
        JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
        builder.addExtension(
                Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(keys.getPublic()));
        builder.addExtension(
                Extension.authorityKeyIdentifier,
                false,
                identifiers.createAuthorityKeyIdentifier(issuerKeys.getPublic()));
        builder.addExtension(Extension.basicConstraints, true, constraints(profile, root));
        builder.addExtension(
                Extension.keyUsage,
                true,
                new KeyUsage(
                        profile.authority() ? KeyUsage.keyCertSign | KeyUsage.cRLSign : KeyUsage.digitalSignature));
        KeyUse use = profile.use();
        if (use != null) {
            KeyPurposeId purpose = KeyPurposeId.getInstance(new ASN1ObjectIdentifier(use.oid()));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
        }
        if (!profile.hosts().isEmpty()) {
            builder.addExtension(Extension.subjectAlternativeName, false, names(profile));
        }
    }

    private static BasicConstraints constraints(Profile profile, boolean root) {
        if (!profile.authority()) {
            return new BasicConstraints(false);
        }
        return root ? new BasicConstraints(true) : new BasicConstraints(0);
    }

    private static GeneralNames names(Profile profile) {
        return new GeneralNames(profile.hosts().stream()
                .map(host ->
                        new GeneralName(IPAddress.isValid(host) ? GeneralName.iPAddress : GeneralName.dNSName, host))
                .toArray(GeneralName[]::new));
    }
}
