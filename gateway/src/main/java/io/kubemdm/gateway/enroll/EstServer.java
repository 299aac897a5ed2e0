package io.kubemdm.gateway.enroll;

import io.kubemdm.gateway.GatewayConfig;
import io.kubemdm.gateway.TrustFiles;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.SSLOptions;
import io.vertx.core.net.TrustOptions;
import java.security.cert.X509Certificate;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The TLS server of EST and the revocation list: 1.3, and 1.2 for EST clients that have nothing newer; a client certificate is asked for. */
final class EstServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EstServer.class);
    private static final int IDLE_SECONDS = 30;
    private static final int HANDSHAKE_SECONDS = 10;
    private static final int MAX_HEADERS = 16 << 10;
    private static final Set<String> PROTOCOLS = Set.of("TLSv1.3", "TLSv1.2");

    private final HttpServer server;
    private final GatewayConfig config;
    private final TrustOptions clients;
    private final AtomicInteger connections = new AtomicInteger();

    private EstServer(Vertx vertx, GatewayConfig config, X509Certificate issuer, Handler<HttpServerRequest> routes) {
        this.config = config;
        this.clients = TrustOptions.wrap(new AnyClientCertificate(issuer));
        HttpServerOptions options = new HttpServerOptions()
                .setHost(config.bindHost())
                .setPort(config.enroll().port())
                .setSsl(true)
                .setUseAlpn(false)
                .setKeyCertOptions(serverKey())
                .setTrustOptions(clients)
                .setClientAuth(ClientAuth.REQUEST)
                .setEnabledSecureTransportProtocols(PROTOCOLS)
                .setSslHandshakeTimeout(HANDSHAKE_SECONDS)
                .setSslHandshakeTimeoutUnit(TimeUnit.SECONDS)
                .setIdleTimeout(IDLE_SECONDS)
                .setMaxHeaderSize(MAX_HEADERS)
                .setMaxInitialLineLength(1024)
                .setMaxFormAttributeSize(0)
                .setCompressionSupported(false)
                .setTcpKeepAlive(true);
        if (OpenSSLEngineOptions.isAvailable()) {
            options.setSslEngineOptions(new OpenSSLEngineOptions().setSessionCacheEnabled(false));
        }
        this.server = vertx.createHttpServer(options)
                .connectionHandler(connection -> {
                    if (connections.incrementAndGet() > config.enroll().maxConnections()) {
                        var unused = connection.close();
                    }
                    connection.closeHandler(closed -> connections.decrementAndGet());
                })
                .requestHandler(routes);
    }

    /**
     * Binds and serves.
     *
     * @throws IllegalStateException when the port cannot be bound or the key is unusable; the message says which
     */
    static EstServer start(
            Vertx vertx, GatewayConfig config, X509Certificate issuer, Handler<HttpServerRequest> routes) {
        EstServer started = new EstServer(vertx, config, issuer, routes);
        try {
            started.server.listen().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(
                    "EST cannot listen on " + config.bindHost() + ":"
                            + config.enroll().port() + " (PORT_ENROLL) with "
                            + config.tls().certificate() + ": "
                            + (e.getCause() == null ? e : e.getCause().getMessage()),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while EST was starting", e);
        }
        LOG.info("listening role=enroll port={} openssl={}", started.port(), OpenSSLEngineOptions.isAvailable());
        return started;
    }

    /** The port bound. */
    int port() {
        return server.actualPort();
    }

    /** Serves new connections with the mounted files as they are now; live ones go on. */
    void reloadKey() {
        SSLOptions fresh = new SSLOptions();
        fresh.setKeyCertOptions(serverKey());
        fresh.setTrustOptions(clients);
        fresh.setEnabledSecureTransportProtocols(PROTOCOLS);
        var unused = server.updateSSLOptions(fresh)
                .onSuccess(done -> LOG.info(
                        "server certificate reloaded file={}", config.tls().certificate()))
                .onFailure(failure -> LOG.error(
                        "server certificate not reloaded, the old one stays file={}",
                        config.tls().certificate(),
                        failure));
    }

    @Override
    public void close() {
        var unused = server.close();
    }

    private PemKeyCertOptions serverKey() {
        return new PemKeyCertOptions()
                .setCertValue(Buffer.buffer(TrustFiles.text(config.tls().certificate())))
                .setKeyValue(Buffer.buffer(TrustFiles.text(config.tls().key())));
    }
}
