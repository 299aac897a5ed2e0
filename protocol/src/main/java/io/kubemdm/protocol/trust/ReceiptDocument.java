package io.kubemdm.protocol.trust;

import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.util.Base64;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.json.MalformedJson;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A receipt as a file that can be judged without any service, see {@link ReceiptVerifier}: JSON with
 *
 * <pre>
 * { "format": "kubemdm-receipt-v1",
 *   "receipt": "eyJ…",
 *   "certificates": [ "-----BEGIN CERTIFICATE-----\n…", … ] }
 * </pre>
 *
 * @param format always {@link #FORMAT}
 * @param receipt compact JWS of type {@link JwsType#RECEIPT}
 * @param certificates PEM; the device's own of the time of the receipt first, then its issuers, without the root; 1 to
 *     {@value #MAX_CERTIFICATES}
 */
public record ReceiptDocument(String format, String receipt, List<String> certificates) {

    /** The format this class reads and writes. */
    public static final String FORMAT = "kubemdm-receipt-v1";

    /** The longest document, in bytes. */
    public static final int MAX_BYTES = 256 << 10;

    /** The longest chain. */
    public static final int MAX_CERTIFICATES = 8;

    public ReceiptDocument {
        Objects.requireNonNull(format, "format");
        Objects.requireNonNull(receipt, "receipt");
        Objects.requireNonNull(certificates, "certificates");
        if (!format.equals(FORMAT)) {
            throw new IllegalArgumentException("format is not '" + FORMAT + "'");
        }
        if (certificates.isEmpty() || certificates.size() > MAX_CERTIFICATES) {
            throw new IllegalArgumentException(
                    "certificates has " + certificates.size() + " entries, not 1 to " + MAX_CERTIFICATES);
        }
        certificates = List.copyOf(certificates);
    }

    /**
     * Reads a document.
     *
     * @throws MalformedJson when it is too large, not JSON or not of that form
     */
    public static ReceiptDocument read(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw new MalformedJson("receipt document of " + bytes.length + " bytes is over the limit of " + MAX_BYTES);
        }
        return Json.read(bytes, ReceiptDocument.class);
    }

    /**
     * Makes the document of a receipt as a device hands it in, with its certificates in {@code x5c}.
     *
     * @throws IllegalArgumentException when it is not a JWS, or has no certificates
     */
    public static ReceiptDocument of(String receipt) {
        if (receipt.length() > MAX_BYTES) {
            throw new IllegalArgumentException("the receipt is longer than " + MAX_BYTES + " characters");
        }
        try {
            List<Base64> chain = JWSObject.parse(receipt).getHeader().getX509CertChain();
            if (chain == null) {
                throw new IllegalArgumentException("the receipt names no certificates (x5c)");
            }
            List<String> pems = new ArrayList<>();
            for (Base64 der : chain) {
                pems.add(Pem.of((X509Certificate) CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(der.decode()))));
            }
            return new ReceiptDocument(FORMAT, receipt, pems);
        } catch (ParseException | CertificateException e) {
            throw new IllegalArgumentException("the receipt is not a JWS with certificates", e);
        }
    }

    /** As a file. */
    public byte[] write() {
        return Json.write(this);
    }
}
