package io.kubemdm.agent.identity;

import io.kubemdm.protocol.device.DeviceId;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads whom a certificate names: the subject alternative name {@code URI:kubemdm:<namespace>/<name>}. */
final class CertifiedDevice {

    private static final String SCHEME = "kubemdm:";
    private static final int URI = 6;

    private CertifiedDevice() {}

    /** The device that the certificate for {@code key} names, null when none of them does. */
    static @Nullable DeviceId of(List<X509Certificate> certificates, DeviceKey key) {
        for (X509Certificate certificate : certificates) {
            if (certificate.getPublicKey().equals(key.publicKey())) {
                return named(certificate);
            }
        }
        return null;
    }

    private static @Nullable DeviceId named(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            if (names == null) {
                return null;
            }
            for (List<?> name : names) {
                if (name.get(0).equals(URI) && name.get(1) instanceof String uri && uri.startsWith(SCHEME)) {
                    return DeviceId.parse(uri.substring(SCHEME.length()));
                }
            }
            return null;
        } catch (CertificateParsingException | IllegalArgumentException e) {
            return null;
        }
    }
}
