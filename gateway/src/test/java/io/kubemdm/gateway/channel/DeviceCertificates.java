package io.kubemdm.gateway.channel;

import io.kubemdm.gateway.TestPki;
import io.kubemdm.gateway.ledger.PresentedCertificate;
import io.kubemdm.protocol.device.DeviceId;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Device certificates in the form the issuer gives them, and TLS clients that hold one. */
public final class DeviceCertificates {

    private DeviceCertificates() {}

    /** A certificate for a device by this issuer. */
    static TestPki.Member issue(TestPki.Member issuer, DeviceId device, KeyPurposeId use) {
        return issue(issuer, device, use, Duration.ofDays(30));
    }

    /**
     * The same.
     *
     * @param left until its end; negative for one that has ended. It began an hour ago, or an hour before its end
     */
    static TestPki.Member issue(TestPki.Member issuer, DeviceId device, KeyPurposeId use, Duration left) {
        KeyPair keys = TestPki.keyPair();
        Instant now = Instant.now();
        Instant end = now.plus(left);
        try {
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    issuer.certificate().getSubjectX500Principal(),
                    new BigInteger(120, ThreadLocalRandom.current()),
                    Date.from((left.isNegative() ? end : now).minus(Duration.ofHours(1))),
                    Date.from(end),
                    new X500Principal("CN=" + device.name() + ", O=" + device.namespace()),
                    keys.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(use));
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(new GeneralName(
                            GeneralName.uniformResourceIdentifier, PresentedCertificate.SCHEME + device)));
            return new TestPki.Member(
                    new JcaX509CertificateConverter()
                            .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA")
                                    .build(issuer.keys().getPrivate()))),
                    keys);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** A certificate for a device by the issuing CA. */
    public static TestPki.Member issue(TestPki pki, DeviceId device) {
        return issue(pki.issuing(), device, KeyPurposeId.id_kp_clientAuth);
    }

    /** A client with this certificate; null for none. */
    public static SSLContext client(TestPki pki, TestPki.Member device) {
        try {
            KeyStore own = KeyStore.getInstance("PKCS12");
            own.load(null, null);
            if (device != null) {
                own.setKeyEntry("device", device.keys().getPrivate(), new char[0], new X509Certificate[] {
                    device.certificate(), pki.issuing().certificate()
                });
            }
            KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
            keys.init(own, new char[0]);
            KeyStore roots = KeyStore.getInstance("PKCS12");
            roots.load(null, null);
            roots.setCertificateEntry("root", pki.root().certificate());
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(roots);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
