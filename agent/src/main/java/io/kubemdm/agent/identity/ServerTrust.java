package io.kubemdm.agent.identity;

import io.kubemdm.protocol.bundle.Digest;
import java.security.cert.X509Certificate;
import java.util.List;

/** How the device knows the enrolment server before it has an identity. There is no third way. */
public sealed interface ServerTrust {

    /** By root certificates brought along. */
    record Roots(List<X509Certificate> certificates) implements ServerTrust {
        public Roots {
            certificates = List.copyOf(certificates);
            if (certificates.isEmpty()) {
                throw new IllegalArgumentException("no root certificate to trust the server by");
            }
        }
    }

    /**
     * By the digest of the root's SubjectPublicKeyInfo. The root itself is then asked from the server (RFC 7030 §4.1.1),
     * and nothing is said to the server before it has proven to be under that root.
     */
    record Pin(String spki) implements ServerTrust {
        public Pin {
            if (!Digest.isDigest(spki)) {
                throw new IllegalArgumentException(
                        "a pin is sha256: and 64 lower-case hexadecimal digits, as 'kubemdm pki init' prints it");
            }
        }

        boolean fits(X509Certificate certificate) {
            return spki.equals(Digest.of(certificate.getPublicKey().getEncoded()));
        }
    }
}
