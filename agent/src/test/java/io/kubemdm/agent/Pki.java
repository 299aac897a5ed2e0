package io.kubemdm.agent;

import io.kubemdm.agent.identity.DeviceKey;
import io.kubemdm.agent.identity.SoftwareKeys;
import io.kubemdm.agent.store.MemoryStore;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.device.DeviceName;
import io.kubemdm.protocol.trust.KeyUse;
import io.kubemdm.protocol.trust.Signer;
import java.math.BigInteger;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
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

/** An installation's keys, as {@code kubemdm pki init} makes them, in memory. */
public final class Pki {

    private static final Duration LIFE = Duration.ofDays(30);

    private final Instant start;
    private long serial;

    public final DeviceKey rootKey = key();
    public final DeviceKey issuingKey = key();
    public final DeviceKey ordersKey = key();
    public final DeviceKey serverKey = key();
    public final X509Certificate root;
    public final X509Certificate issuing;
    public final X509Certificate orders;
    public final X509Certificate server;

    public Pki() {
        this(Instant.now().minusSeconds(60));
    }

    /** Keys whose certificates begin at {@code start}. */
    public Pki(Instant start) {
        this.start = start;
        root = issue("CN=root", rootKey.publicKey(), "CN=root", rootKey, null, true, null);
        issuing = issue("CN=issuing", issuingKey.publicKey(), "CN=root", rootKey, null, true, null);
        orders = issue("CN=orders", ordersKey.publicKey(), "CN=root", rootKey, KeyUse.ORDERS.oid(), false, null);
        GeneralNames names = new GeneralNames(new GeneralName[] {
            new GeneralName(GeneralName.dNSName, "localhost"), new GeneralName(GeneralName.iPAddress, "127.0.0.1")
        });
        server = issue("CN=server", serverKey.publicKey(), "CN=root", rootKey, KeyUse.SERVER.oid(), false, names);
    }

    public static DeviceKey key() {
        return new SoftwareKeys(new MemoryStore()).create("test");
    }

    public List<X509Certificate> trusted() {
        return List.of(root, issuing, orders);
    }

    /** Signs orders and bundles. */
    public Signer signer() {
        return new Signer((ECPrivateKey) ordersKey.handle(), ordersKey.publicKey());
    }

    public static Signer signer(DeviceKey key) {
        return new Signer((ECPrivateKey) key.handle(), key.publicKey());
    }

    public static DeviceId device(DeviceKey key) {
        return new DeviceId("acme", DeviceName.of(key.publicKey()));
    }

    /** A device's certificate. */
    public X509Certificate certify(PublicKey key, DeviceId device) {
        GeneralNames names =
                new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, "kubemdm:" + device));
        return issue("CN=" + device.name(), key, "CN=issuing", issuingKey, KeyUse.DEVICE.oid(), false, names);
    }

    private X509Certificate issue(
            String subject,
            PublicKey key,
            String issuer,
            DeviceKey issuerKey,
            @Nullable String use,
            boolean authority,
            @Nullable GeneralNames names) {
        try {
            var builder = new JcaX509v3CertificateBuilder(
                    new X500Principal(issuer),
                    BigInteger.valueOf(++serial),
                    Date.from(start),
                    Date.from(start.plus(LIFE)),
                    new X500Principal(subject),
                    key);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            if (use != null) {
                builder.addExtension(
                        Extension.extendedKeyUsage,
                        false,
                        new ExtendedKeyUsage(KeyPurposeId.getInstance(new ASN1ObjectIdentifier(use))));
            }
            if (names != null) {
                builder.addExtension(Extension.subjectAlternativeName, false, names);
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(issuerKey.handle())));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
