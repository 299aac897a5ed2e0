package io.kubemdm.gateway.ledger;

import io.kubemdm.protocol.bundle.Digest;
import io.kubemdm.protocol.device.DeviceId;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a certificate claims; only the ledger makes it true.
 *
 * @param fingerprint {@code sha256:} of the DER certificate, the ledger's key
 * @param device from the subject alternative name {@code URI:kubemdm:<namespace>/<name>}
 */
public record PresentedCertificate(String fingerprint, DeviceId device) {

    /** Scheme of the URI that names the device. */
    public static final String SCHEME = "kubemdm:";

    private static final int URI = 6;

    /** Reads a certificate; null when it names no device in the way our issuer does. */
    public static @Nullable PresentedCertificate of(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            if (names == null || names.size() != 1) {
                return null;
            }
            List<?> only = names.iterator().next();
            if (!only.get(0).equals(URI) || !(only.get(1) instanceof String uri) || !uri.startsWith(SCHEME)) {
                return null;
            }
            return new PresentedCertificate(fingerprint(certificate), DeviceId.parse(uri.substring(SCHEME.length())));
        } catch (CertificateParsingException | IllegalArgumentException e) {
            return null;
        }
    }

    /** {@code sha256:} of the DER certificate. */
    public static String fingerprint(X509Certificate certificate) {
        try {
            return Digest.of(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException("a certificate without encoding", e);
        }
    }
}
