package io.kubemdm.agent.identity;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.time.Clock;
import javax.net.ssl.SSLException;

/** TLS material from an {@link Identity}: mutual, 1.3 only; BoringSSL when its library is on the class path. */
public final class Tls {

    private Tls() {}

    /** A client context that shows the identity's certificate and trusts only its pinned roots. */
    public static SslContext client(Identity identity, Clock clock) {
        try {
            return SslContextBuilder.forClient()
                    .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
                    .protocols("TLSv1.3")
                    .keyManager(new DeviceCredential(identity))
                    .trustManager(new PinnedTrust(identity.trust().roots(), clock))
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException("the device's certificate and key do not make a TLS context", e);
        }
    }
}
