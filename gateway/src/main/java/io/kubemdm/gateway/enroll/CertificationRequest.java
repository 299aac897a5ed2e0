package io.kubemdm.gateway.enroll;

import io.kubemdm.gateway.ledger.PresentedCertificate;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.device.DeviceName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.RuntimeOperatorException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;

/**
 * A certification request (RFC 2986) whose sender holds the key: P-256, signature checked. Subject and names are ours to
 * write, so a request may be silent on them or say what we would say; whatever else it asks for is not looked at.
 */
final class CertificationRequest {

    /** The longest body read, in bytes; a P-256 request has some 400. */
    static final int MAX_BYTES = 64 << 10;

    private final PKCS10CertificationRequest request;
    private final ECPublicKey key;

    private CertificationRequest(PKCS10CertificationRequest request, ECPublicKey key) {
        this.request = request;
        this.key = key;
    }

    /**
     * Reads the body of an EST request: base64 of DER (RFC 8951 §3.1); PEM armour is tolerated.
     *
     * @throws Refused with 400 saying what is wrong
     */
    static CertificationRequest read(byte[] body) {
        PKCS10CertificationRequest request = parse(body);
        ECPublicKey key = key(request);
        try {
            if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
                throw refused("its signature does not match its key: sign the request with the private key it is for");
            }
        } catch (PKCSException | OperatorCreationException | RuntimeOperatorException e) {
            throw refused("its signature cannot be checked: sign it with ecdsa-with-SHA256");
        }
        return new CertificationRequest(request, key);
    }

    /** The key to be certified. */
    ECPublicKey key() {
        return key;
    }

    /** The request's DER. */
    byte[] encoded() {
        try {
            return request.getEncoded();
        } catch (IOException e) {
            throw new IllegalStateException("a parsed request always has an encoding", e);
        }
    }

    /**
     * Checks that the request claims no other name than the device's own; the name its new key would give is as good.
     *
     * @throws Refused with 400
     */
    void requireNoOtherNameThan(DeviceId device) {
        X500Name subject = request.getSubject();
        boolean ours = subject.getRDNs().length == 0
                || isCommonName(subject, device.name())
                || isCommonName(subject, DeviceName.of(key));
        if (!ours) {
            throw refused("its subject is not this device's: leave the subject empty, or use CN=" + device.name());
        }
        Extensions extensions;
        try {
            extensions = request.getRequestedExtensions();
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw refused("its requested extensions are malformed: leave them out");
        }
        Extension names = extensions == null ? null : extensions.getExtension(Extension.subjectAlternativeName);
        if (names != null && !isOnly(names, PresentedCertificate.SCHEME + device)) {
            throw refused("it asks for subject alternative names: leave them out, the service writes the only one");
        }
    }

    private static boolean isCommonName(X500Name subject, String name) {
        return subject.getRDNs().length == 1
                && !subject.getRDNs()[0].isMultiValued()
                && subject.getRDNs()[0].getFirst().getType().equals(BCStyle.CN)
                && IETFUtils.valueToString(subject.getRDNs()[0].getFirst().getValue())
                        .equals(name);
    }

    private static boolean isOnly(Extension names, String uri) {
        try {
            GeneralName[] all = GeneralNames.getInstance(names.getParsedValue()).getNames();
            return all.length == 1
                    && all[0].getTagNo() == GeneralName.uniformResourceIdentifier
                    && all[0].getName().toString().equals(uri);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static PKCS10CertificationRequest parse(byte[] body) {
        String text = new String(body, StandardCharsets.US_ASCII);
        StringBuilder base64 = new StringBuilder(text.length());
        text.lines().filter(line -> !line.startsWith("-----")).forEach(line -> base64.append(line.strip()));
        try {
            byte[] der = Base64.getDecoder().decode(base64.toString());
            return new PKCS10CertificationRequest(der);
        } catch (IOException | RuntimeException e) {
            // Bouncy Castle answers rubbish with half a dozen kinds of unchecked exception.
            throw refused("it is not a PKCS#10 request: send the base64 of its DER encoding");
        }
    }

    private static ECPublicKey key(PKCS10CertificationRequest request) {
        AlgorithmIdentifier algorithm = request.getSubjectPublicKeyInfo().getAlgorithm();
        if (algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.rsaEncryption)) {
            throw refused("its key is RSA: make an EC key on P-256 (prime256v1)");
        }
        if (!algorithm.getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey)) {
            throw refused("its key type " + algorithm.getAlgorithm() + " is not accepted: make an EC key on P-256");
        }
        if (!(algorithm.getParameters() instanceof ASN1ObjectIdentifier curve)
                || !curve.equals(SECObjectIdentifiers.secp256r1)) {
            throw refused("its EC key is not on the named curve P-256 (prime256v1): make one that is");
        }
        try {
            return (ECPublicKey) KeyFactory.getInstance("EC")
                    .generatePublic(new X509EncodedKeySpec(
                            request.getSubjectPublicKeyInfo().getEncoded()));
        } catch (GeneralSecurityException | IOException e) {
            throw refused("its EC key is not a valid uncompressed point on P-256");
        }
    }

    private static Refused refused(String what) {
        return new Refused(Refusal.badRequest("the certification request is refused: " + what));
    }
}
