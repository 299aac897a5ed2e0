package io.kubemdm.gateway.channel;

import io.kubemdm.protocol.message.Envelopes;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agents' port: one listener per event loop, all on the same address. Everything but a WebSocket at {@value #PATH}
 * with our subprotocol is turned away before it costs anything.
 */
final class ChannelServer {

    /** Where agents connect. */
    static final String PATH = "/v1/agents";

    private static final Logger LOG = LoggerFactory.getLogger(ChannelServer.class);
    private static final long TICK_MS = 500;
    private static final long UPGRADE_MS = 10_000;

    private final Vertx vertx;
    private final SessionParts parts;
    private final HttpServerOptions options;
    private final List<Listener> listeners = new ArrayList<>();
    private @Nullable String deployment;

    ChannelServer(Vertx vertx, HttpServerOptions options, SessionParts parts) {
        this.vertx = vertx;
        this.parts = parts;
        this.options = new HttpServerOptions(options)
                .setMaxWebSocketFrameSize(Envelopes.MAX_FRAME_BYTES)
                .setMaxWebSocketMessageSize(Envelopes.MAX_FRAME_BYTES)
                .setWebSocketSubProtocols(List.of(Envelopes.SUBPROTOCOL))
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setMaxHeaderSize(8 << 10)
                .setMaxInitialLineLength(1 << 10)
                .setHandle100ContinueAutomatically(false)
                .setTcpKeepAlive(true);
    }

    /**
     * Listens.
     *
     * @param port 0 takes a free one, with one event loop only
     * @return the port; fails when it is taken
     */
    Future<Integer> listen(String host, int port, int eventLoops) {
        int instances = port == 0 ? 1 : eventLoops;
        return vertx.deployVerticle(
                        () -> {
                            Listener listener = new Listener(host, port);
                            synchronized (listeners) {
                                listeners.add(listener);
                            }
                            return listener;
                        },
                        new DeploymentOptions().setInstances(instances))
                .map(id -> {
                    deployment = id;
                    synchronized (listeners) {
                        return listeners.getFirst().port;
                    }
                });
    }

    /** Stops listening and hangs up on whoever is left. */
    Future<Void> close() {
        return deployment == null ? Future.succeededFuture() : vertx.undeploy(deployment);
    }

    private final class Listener extends AbstractVerticle {

        private final String host;
        private final int wanted;
        private final Set<Connection> connections = new HashSet<>();
        private final IdentityHashMap<HttpConnection, Long> upgrading = new IdentityHashMap<>();
        private volatile int port;

        Listener(String host, int wanted) {
            this.host = host;
            this.wanted = wanted;
        }

        @Override
        public void start(Promise<Void> started) {
            HttpServer server = vertx.createHttpServer(options);
            server.connectionHandler(this::connected);
            server.requestHandler(this::requested);
            vertx.setPeriodic(TICK_MS, id -> List.copyOf(connections).forEach(Connection::tick));
            server.listen(wanted, host)
                    .onSuccess(listening -> port = listening.actualPort())
                    .<Void>mapEmpty()
                    .onComplete(started);
        }

        /** Whoever has done TLS and then says nothing is not waited for. */
        private void connected(HttpConnection connection) {
            long timer = vertx.setTimer(UPGRADE_MS, id -> connection.close());
            upgrading.put(connection, timer);
            connection.closeHandler(closed -> upgraded(connection));
        }

        private void upgraded(HttpConnection connection) {
            Long timer = upgrading.remove(connection);
            if (timer != null) {
                vertx.cancelTimer(timer);
            }
        }

        private void requested(HttpServerRequest request) {
            if (!PATH.equals(request.path())) {
                request.response().setStatusCode(404).end();
                return;
            }
            String protocols = request.getHeader("Sec-WebSocket-Protocol");
            if (protocols == null || !List.of(protocols.split("\\s*,\\s*")).contains(Envelopes.SUBPROTOCOL)) {
                request.response().setStatusCode(400).end("offer the WebSocket subprotocol " + Envelopes.SUBPROTOCOL);
                return;
            }
            CloseCause refusal = parts.sessions().admit();
            if (refusal != null) {
                parts.meters().ended(refusal);
                request.response()
                        .setStatusCode(503)
                        .putHeader("Retry-After", "1")
                        .end(refusal.name());
                return;
            }
            upgrade(request);
        }

        private void upgrade(HttpServerRequest request) {
            Context here = vertx.getOrCreateContext();
            upgraded(request.connection());
            request.toWebSocket()
                    .onFailure(failure -> {
                        parts.sessions().depart();
                        LOG.debug("no upgrade", failure);
                    })
                    .onSuccess(webSocket -> serve(webSocket, here));
        }

        private void serve(ServerWebSocket webSocket, Context here) {
            Connection connection = new Connection(parts, here, webSocket, departed -> {
                parts.sessions().depart();
                connections.remove(departed);
            });
            connections.add(connection);
            connection.start();
        }
    }
}
