package io.kubemdm.gateway.enroll;

import io.kubemdm.gateway.ledger.PresentedCertificate;
import io.kubemdm.gateway.ledger.VoidCertificate;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.trust.KeyUse;
import io.kubemdm.protocol.trust.Pem;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CRLConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Signs device certificates with the issuing CA's key (RFC 5280). Safe for several threads. */
final class Issuer {

    static final Duration SHORTEST = Duration.ofDays(7);
    static final Duration LONGEST = Duration.ofDays(90);

    /** Devices' clocks are behind; a certificate must not begin in their future. */
    private static final Duration BACKDATED = Duration.ofMinutes(5);

    private static final int SERIAL_BITS = 128;

    private final X509Certificate authority;
    private final ECPrivateKey key;
    private final Duration lifetime;
    private final SecureRandom random = new SecureRandom();

    private Issuer(X509Certificate authority, ECPrivateKey key, Duration lifetime) {
        this.authority = authority;
        this.key = key;
        this.lifetime = lifetime;
    }

    /**
     * An issuer of these PEM texts.
     *
     * @param lifetime of what it issues, {@link #SHORTEST} to {@link #LONGEST}
     * @throws IllegalArgumentException when they are not a CA on P-256 with its key, or the lifetime is out of range
     */
    static Issuer of(String certificatePem, String keyPem, Duration lifetime) {
        if (lifetime.compareTo(SHORTEST) < 0 || lifetime.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("kubemdm.enroll.certificate-lifetime is " + lifetime.toDays()
                    + " days: choose " + SHORTEST.toDays() + " to " + LONGEST.toDays());
        }
        X509Certificate authority = Pem.certificates(certificatePem).getFirst();
        ECPrivateKey key = Pem.privateKey(keyPem);
        if (authority.getBasicConstraints() < 0) {
            throw new IllegalArgumentException("the issuing certificate is not a CA certificate");
        }
        requirePair(authority.getPublicKey(), key);
        return new Issuer(authority, key, lifetime);
    }

    /** The issuing CA's certificate. */
    X509Certificate authority() {
        return authority;
    }

    /**
     * A certificate for a device's key: client authentication only, names written by us, not beyond the CA's own end.
     *
     * @throws IllegalStateException when the CA's certificate is at its end
     */
    X509Certificate issue(DeviceId device, PublicKey deviceKey, Instant now) {
        Instant end = now.plus(lifetime);
        Instant authorityEnd = authority.getNotAfter().toInstant();
        if (authorityEnd.isBefore(end)) {
            end = authorityEnd;
        }
        if (!now.isBefore(end)) {
            throw new IllegalStateException("the issuing CA's certificate ended at " + authorityEnd);
        }
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                authority.getSubjectX500Principal(),
                new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE),
                Date.from(now.minus(BACKDATED)),
                Date.from(end),
                new X500Principal("CN=" + device.name()),
                deviceKey);
        try {
            extend(builder, device, deviceKey);
            ContentSigner signer = new JcaContentSignerBuilder("SHA256withECDSA").build(key);
            return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("cannot sign a certificate", e);
        }
    }

    /**
     * A revocation list (RFC 5280 §5, version 2) with the moment in milliseconds as its number.
     *
     * @param next when the next one will be there at the latest
     */
    X509CRL revocationList(Collection<VoidCertificate> voided, Instant now, Instant next) {
        JcaX509v2CRLBuilder builder = new JcaX509v2CRLBuilder(authority.getSubjectX500Principal(), Date.from(now));
        builder.setNextUpdate(Date.from(next));
        try {
            for (VoidCertificate each : voided) {
                // RFC 5280 §5.3.1: an unspecified reason is left out.
                builder.addCRLEntry(
                        each.serial(),
                        Date.from(each.since()),
                        switch (each.why()) {
                            case Revoked -> CRLReason.unspecified;
                            case Superseded -> CRLReason.superseded;
                        });
            }
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(authority.getPublicKey()));
            builder.addExtension(Extension.cRLNumber, false, new CRLNumber(BigInteger.valueOf(now.toEpochMilli())));
            ContentSigner signer = new JcaContentSignerBuilder("SHA256withECDSA").build(key);
            return new JcaX509CRLConverter().getCRL(builder.build(signer));
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("cannot sign a revocation list", e);
        }
    }

    private void extend(JcaX509v3CertificateBuilder builder, DeviceId device, PublicKey deviceKey)
            throws IOException, GeneralSecurityException {
        JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
        builder.addExtension(
                Extension.authorityKeyIdentifier,
                false,
                identifiers.createAuthorityKeyIdentifier(authority.getPublicKey()));
        builder.addExtension(Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(deviceKey));
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        builder.addExtension(
                Extension.extendedKeyUsage,
                false,
                new ExtendedKeyUsage(KeyPurposeId.getInstance(new ASN1ObjectIdentifier(KeyUse.DEVICE.oid()))));
        builder.addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(
                        new GeneralName(GeneralName.uniformResourceIdentifier, PresentedCertificate.SCHEME + device)));
    }

    private static void requirePair(PublicKey publicKey, ECPrivateKey key) {
        try {
            KeyPair pair = new KeyPair((ECPublicKey) publicKey, key);
            byte[] probe = {1, 2, 3};
            Signature signing = Signature.getInstance("SHA256withECDSA");
            signing.initSign(pair.getPrivate());
            signing.update(probe);
            byte[] signature = signing.sign();
            signing.initVerify(pair.getPublic());
            signing.update(probe);
            if (signing.verify(signature)) {
                return;
            }
        } catch (GeneralSecurityException | ClassCastException e) {
            throw new IllegalArgumentException("the issuing CA's key is not an EC key", e);
        }
        throw new IllegalArgumentException("the issuing CA's key does not belong to its certificate");
    }
}
