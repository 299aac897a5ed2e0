package io.kubemdm.cli.pki;

import io.kubemdm.protocol.trust.Pem;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/** A certificate and its private key. */
public record Credential(X509Certificate certificate, PrivateKey key) {

    /** The certificate in PEM. */
    public String certificatePem() {
        return Pem.of(certificate);
    }

    /** The key in PEM, PKCS#8, not encrypted: write it only where its owner alone can read. */
    public String keyPem() {
        return Pem.of(key);
    }

    /** The certificate's subject only, so that no log ever holds the key. */
    @Override
    public String toString() {
        return "Credential[" + certificate.getSubjectX500Principal().getName() + "]";
    }
}
