package io.kubemdm.protocol.trust;

import io.kubemdm.protocol.device.DeviceId;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whom a device's certificate names: its one subject alternative name {@code URI:kubemdm:<namespace>/<name>}. */
public final class CertifiedDevice {

    /** Before the device's id in the URI. */
    public static final String SCHEME = "kubemdm:";

    /** GeneralName's tag of a uniformResourceIdentifier (RFC 5280 §4.2.1.6). */
    private static final int URI = 6;

    private CertifiedDevice() {}

    /** The device, null when the certificate names none, or several. */
    public static @Nullable DeviceId of(X509Certificate certificate) {
        List<String> found = new ArrayList<>();
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            if (names == null) {
                return null;
            }
            for (List<?> name : names) {
                if (name.get(0).equals(URI) && name.get(1) instanceof String uri && uri.startsWith(SCHEME)) {
                    found.add(uri.substring(SCHEME.length()));
                }
            }
            return found.size() == 1 ? DeviceId.parse(found.getFirst()) : null;
        } catch (CertificateParsingException | IllegalArgumentException e) {
            return null;
        }
    }
}
