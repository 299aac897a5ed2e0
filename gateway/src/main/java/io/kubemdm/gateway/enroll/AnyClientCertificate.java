package io.kubemdm.gateway.enroll;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Lets TLS prove that a client holds a certificate's key, and judges nothing: a certificate a little past its end may
 * still renew itself, and a refusal should be a sentence rather than an alert. What the certificate is worth is decided
 * from the ledger, which lists the very bytes of everything we issued.
 */
final class AnyClientCertificate extends X509ExtendedTrustManager {

    private static final int LONGEST_CHAIN = 4;

    private final X509Certificate issuer;

    /** Asks clients for certificates of {@code issuer}. */
    AnyClientCertificate(X509Certificate issuer) {
        this.issuer = issuer;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        if (chain == null || chain.length == 0 || chain.length > LONGEST_CHAIN) {
            throw new CertificateException("a chain of 1 to " + LONGEST_CHAIN + " certificates is expected");
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("this is a server");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[] {issuer};
    }
}
