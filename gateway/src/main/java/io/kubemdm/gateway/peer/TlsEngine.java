package io.kubemdm.gateway.peer;

import io.netty.handler.ssl.OpenSsl;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.TrustOptions;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Who does the TLS: BoringSSL, three to four times as fast at handshakes, or the JDK where there is no native library. */
public enum TlsEngine {
    BORINGSSL,
    JDK;

    private static final String TICKET_COUNT = "jdk.tls.server.newSessionTicketCount";
    private static final String STATELESS_TICKETS = "jdk.tls.server.enableSessionTicketExtension";

    /**
     * By its name in the configuration.
     *
     * @throws IllegalArgumentException naming the key and the choices
     */
    public static TlsEngine of(String name) {
        return switch (name) {
            case "boringssl" -> BORINGSSL;
            case "jdk" -> JDK;
            default ->
                throw new IllegalArgumentException(
                        "kubemdm.channel.tls-engine: '" + name + "' is neither boringssl nor jdk");
        };
    }

    /**
     * The one of the configuration, else the fastest.
     *
     * @throws IllegalArgumentException as {@link #of}
     */
    public static TlsEngine chosen(Optional<String> name) {
        return name.map(TlsEngine::of).orElseGet(TlsEngine::best);
    }

    /** The fastest there is on this machine. */
    public static TlsEngine best() {
        return OpenSsl.isAvailable() ? BORINGSSL : JDK;
    }

    /**
     * Makes a server mutual TLS 1.3 without resumption. A resumed session would be one whose certificate nobody looked
     * at.
     *
     * @throws IllegalStateException when the JDK would hand out session tickets
     */
    public HttpServerOptions apply(HttpServerOptions options, ServerIdentity identity, DeviceTrust trust) {
        options.setSsl(true)
                .setClientAuth(ClientAuth.REQUIRED)
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"))
                .setKeyCertOptions(KeyCertOptions.wrap(identity))
                .setTrustOptions(TrustOptions.wrap(trust))
                .setUseAlpn(false)
                .setSslHandshakeTimeout(10)
                .setSslHandshakeTimeoutUnit(TimeUnit.SECONDS);
        return switch (this) {
            case BORINGSSL -> options.setSslEngineOptions(new OpenSSLEngineOptions().setSessionCacheEnabled(false));
            case JDK -> {
                refuseTickets();
                yield options.setSslEngineOptions(new JdkSSLEngineOptions());
            }
        };
    }

    private static void refuseTickets() {
        if (!"0".equals(System.getProperty(TICKET_COUNT)) || !"false".equals(System.getProperty(STATELESS_TICKETS))) {
            throw new IllegalStateException("the JDK's TLS would resume sessions: start with -D" + TICKET_COUNT
                    + "=0 -D" + STATELESS_TICKETS + "=false");
        }
    }
}
