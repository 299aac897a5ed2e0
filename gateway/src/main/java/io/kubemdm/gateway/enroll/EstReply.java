package io.kubemdm.gateway.enroll;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSAbsentContent;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedDataGenerator;

/**
 * An EST answer (RFC 7030 §4 with RFC 8951): certificates as a base64 certs-only CMS, errors as one line of plain text.
 *
 * @param headers besides the body's length
 */
record EstReply(int status, Map<String, String> headers, String body) {

    private static final String CERTS_ONLY = "application/pkcs7-mime; smime-type=certs-only";

    static EstReply of(EnrolmentAnswer answer) {
        return switch (answer) {
            case EnrolmentAnswer.Issued issued -> certificates(List.of(issued.certificate()));
            case EnrolmentAnswer.Pending pending ->
                text(202, pending.message(), Map.of("Retry-After", Integer.toString(pending.retryAfterSeconds())));
            case Refusal refusal -> of(refusal);
        };
    }

    /** Every certificate, in no order (RFC 7030 §4.1.3, §4.2.3). */
    static EstReply certificates(List<X509Certificate> certificates) {
        try {
            CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
            generator.addCertificates(new JcaCertStore(certificates));
            byte[] der =
                    generator.generate(new CMSAbsentContent()).toASN1Structure().getEncoded(ASN1Encoding.DER);
            return base64(CERTS_ONLY, der);
        } catch (CMSException | IOException | CertificateEncodingException e) {
            throw new IllegalStateException("cannot encode certificates", e);
        }
    }

    /** What a request should be: ecdsa-with-SHA256, a key on P-256 (RFC 7030 §4.5.2). */
    static EstReply attributes() {
        ASN1EncodableVector attributes = new ASN1EncodableVector();
        attributes.add(X9ObjectIdentifiers.ecdsa_with_SHA256);
        ASN1EncodableVector curve = new ASN1EncodableVector();
        curve.add(X9ObjectIdentifiers.id_ecPublicKey);
        curve.add(new DERSet(SECObjectIdentifiers.secp256r1));
        attributes.add(new DERSequence(curve));
        try {
            return base64("application/csrattrs", new DERSequence(attributes).getEncoded(ASN1Encoding.DER));
        } catch (IOException e) {
            throw new IllegalStateException("cannot encode attributes", e);
        }
    }

    private static EstReply of(Refusal refusal) {
        Map<String, String> headers = new TreeMap<>();
        if (refusal.status() == 401) {
            headers.put("WWW-Authenticate", "Basic realm=\"kubemdm\", charset=\"UTF-8\"");
        }
        if (refusal.retryAfterSeconds() != null) {
            headers.put("Retry-After", refusal.retryAfterSeconds().toString());
        }
        return text(refusal.status(), refusal.message(), headers);
    }

    private static EstReply text(int status, String message, Map<String, String> more) {
        Map<String, String> headers = new TreeMap<>(more);
        headers.put("Content-Type", "text/plain; charset=utf-8");
        return new EstReply(status, headers, message + "\n");
    }

    private static EstReply base64(String type, byte[] der) {
        // RFC 8951 makes the encoding a fact of the type; clients of RFC 7030 look for the header.
        return new EstReply(
                200,
                Map.of("Content-Type", type, "Content-Transfer-Encoding", "base64"),
                Base64.getMimeEncoder(64, "\r\n".getBytes(StandardCharsets.US_ASCII))
                                .encodeToString(der)
                        + "\r\n");
    }
}
