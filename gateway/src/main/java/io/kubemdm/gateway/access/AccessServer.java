package io.kubemdm.gateway.access;

import io.kubemdm.gateway.peer.TlsEngine;
import io.kubemdm.gateway.peer.TlsMaterial;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The authorization server's port: TLS 1.3 without resumption. Metadata and public keys are anybody's, since who verifies
 * tokens is no device; a token is only for the certificate of the handshake, which is looked up at every request.
 */
final class AccessServer {

    private static final Logger LOG = LoggerFactory.getLogger(AccessServer.class);
    private static final int IDLE_SECONDS = 30;
    private static final int MAX_HEADERS = 8 << 10;
    private static final int MAX_LINE = 1 << 10;

    private final HttpServer server;
    private final String metadata;
    private final Supplier<String> jwks;
    private final TokenDesk desk;
    private final AtomicInteger connections = new AtomicInteger();

    AccessServer(
            Vertx vertx,
            TlsEngine engine,
            TlsMaterial tls,
            int maxConnections,
            String metadata,
            Supplier<String> jwks,
            TokenDesk desk) {
        this.metadata = metadata;
        this.jwks = jwks;
        this.desk = desk;
        HttpServerOptions options = engine.apply(new HttpServerOptions(), tls.identity(), tls.trust())
                .setClientAuth(ClientAuth.REQUEST)
                .setIdleTimeout(IDLE_SECONDS)
                .setMaxHeaderSize(MAX_HEADERS)
                .setMaxInitialLineLength(MAX_LINE)
                .setMaxFormAttributeSize(0)
                .setCompressionSupported(false)
                .setHandle100ContinueAutomatically(false)
                .setTcpKeepAlive(true);
        this.server = vertx.createHttpServer(options)
                .connectionHandler(connection -> {
                    if (connections.incrementAndGet() > maxConnections) {
                        var unused = connection.close();
                    }
                    connection.closeHandler(closed -> connections.decrementAndGet());
                })
                .requestHandler(this::requested);
    }

    /** Listens; the port, or why not. */
    Future<Integer> listen(String host, int port) {
        return server.listen(port, host).map(HttpServer::actualPort);
    }

    Future<Void> close() {
        return server.close();
    }

    private void requested(HttpServerRequest request) {
        switch (request.path() == null ? "" : request.path()) {
            case Metadata.PATH -> document(request, metadata);
            case Metadata.JWKS_PATH -> document(request, jwks.get());
            case Metadata.TOKEN_PATH -> token(request);
            default -> reply(request, AccessReply.plain(404, "there is only " + Metadata.PATH + ", /jwks and /token"));
        }
    }

    private static void document(HttpServerRequest request, String json) {
        reply(
                request,
                request.method().equals(HttpMethod.GET)
                        ? AccessReply.document(json)
                        : AccessReply.plain(405, "use GET"));
    }

    private void token(HttpServerRequest request) {
        if (!request.method().equals(HttpMethod.POST)) {
            reply(request, AccessReply.plain(405, "use POST"));
            return;
        }
        Buffer body = Buffer.buffer();
        request.handler(chunk -> {
            if (body.length() + chunk.length() <= TokenRequest.MAX_BYTES) {
                body.appendBuffer(chunk);
            } else if (!request.response().ended()) {
                reply(request, AccessReply.plain(413, "the body is over " + TokenRequest.MAX_BYTES + " bytes"));
            }
        });
        request.exceptionHandler(failure -> LOG.debug("a request broke off", failure));
        request.endHandler(end -> {
            if (!request.response().ended()) {
                reply(request, decided(request, body));
            }
        });
    }

    private AccessReply decided(HttpServerRequest request, Buffer body) {
        try {
            return desk.answer(peer(request), request.getHeader("Content-Type"), body.getBytes());
        } catch (RuntimeException e) {
            LOG.error("request not handled", e);
            return AccessReply.plain(500, "the request failed for a reason of ours: see the log of the service");
        }
    }

    private static @Nullable X509Certificate peer(HttpServerRequest request) {
        try {
            Certificate[] chain = request.sslSession().getPeerCertificates();
            return chain.length > 0 && chain[0] instanceof X509Certificate leaf ? leaf : null;
        } catch (SSLPeerUnverifiedException e) {
            return null;
        }
    }

    private static void reply(HttpServerRequest request, AccessReply reply) {
        HttpServerResponse response = request.response();
        if (response.closed()) {
            return;
        }
        reply.headers().forEach(response::putHeader);
        if (!request.isEnded()) {
            // What is left of it is not worth reading.
            response.putHeader("Connection", "close");
        }
        // A client that has gone needs no answer.
        var unused = response.setStatusCode(reply.status())
                .putHeader("Content-Type", "application/json")
                .end(reply.json());
    }
}
