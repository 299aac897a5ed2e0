package io.kubemdm.agent.identity;

import java.security.cert.X509Certificate;
import javax.net.ssl.X509TrustManager;

/**
 * Believes nobody and therefore lets everybody speak: only for asking a server for its root before the pin decides
 * (RFC 7030 §4.1.1). Nothing secret is ever sent over such a connection.
 */
final class AnyServer implements X509TrustManager {

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {
        throw new IllegalStateException("the agent is never a TLS server");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {
        // Judged afterwards, by the pin.
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
