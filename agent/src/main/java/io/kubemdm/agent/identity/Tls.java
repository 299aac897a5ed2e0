package io.kubemdm.agent.identity;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Clock;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLException;

/** TLS material from an {@link Identity}: mutual, 1.3 only; BoringSSL when its library is on the class path. */
public final class Tls {

    private static final char[] NO_PASSWORD = new char[0];

    private Tls() {}

    /** A client context that shows the identity's certificate and trusts only its pinned roots. */
    public static SslContext client(Identity identity, Clock clock) {
        try {
            return SslContextBuilder.forClient()
                    .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
                    .protocols("TLSv1.3")
                    .keyManager(identity.key().handle(), identity.certificates().toArray(X509Certificate[]::new))
                    .trustManager(new PinnedTrust(identity.trust().roots(), clock))
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException("the device's certificate and key do not make a TLS context", e);
        }
    }

    /** Shows the identity's certificate. */
    static KeyManager keys(Identity identity) {
        try {
            KeyStore store = empty();
            store.setKeyEntry(
                    "device",
                    identity.key().handle(),
                    NO_PASSWORD,
                    identity.certificates().toArray(Certificate[]::new));
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, NO_PASSWORD);
            return factory.getKeyManagers()[0];
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("the device's certificate and key do not make a TLS context", e);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
