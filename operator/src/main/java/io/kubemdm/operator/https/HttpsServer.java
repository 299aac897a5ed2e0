package io.kubemdm.operator.https;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.SSLOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTPS server of the operator: TLS 1.3, a certificate that is read again when it is renewed, and so many workers that
 * answer off the event loop. A task that finds none of them free is rejected.
 */
public final class HttpsServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HttpsServer.class);
    private static final Set<String> PROTOCOLS = Set.of("TLSv1.3");
    private static final int IDLE_SECONDS = 60;
    private static final long RELOAD_MS = 60_000;

    /**
     * Where it listens and by which key.
     *
     * @param name in logs and errors, e.g. {@code query}
     * @param port 0 for any
     * @param certificate PEM file of the server's certificate and what it needs to be followed to the root
     * @param key PEM file of its key
     * @param workers most requests that are answered at a time
     */
    public record Settings(String name, String bindHost, int port, Path certificate, Path key, int workers) {}

    /** Takes requests, on the event loop. */
    @FunctionalInterface
    public interface Taker {
        /**
         * Takes one; must not block.
         *
         * @param workers where to answer; rejects when all are busy
         */
        void take(HttpServerRequest request, Executor workers);
    }

    private final Vertx vertx;
    private final Settings settings;
    private final HttpServer server;
    private final ExecutorService workers;
    private final long reloading;
    private volatile FileTime loaded;

    private HttpsServer(Vertx vertx, Settings settings, Taker taker) {
        this.vertx = vertx;
        this.settings = settings;
        this.workers = new ThreadPoolExecutor(
                0,
                settings.workers(),
                30,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                Thread.ofPlatform().name(settings.name() + "-", 0).daemon().factory());
        this.loaded = modified(settings);
        HttpServerOptions options = new HttpServerOptions()
                .setHost(settings.bindHost())
                .setPort(settings.port())
                .setSsl(true)
                .setUseAlpn(false)
                .setKeyCertOptions(keyAndCertificate(settings))
                .setEnabledSecureTransportProtocols(PROTOCOLS)
                .setIdleTimeout(IDLE_SECONDS)
                .setMaxHeaderSize(16 << 10)
                .setMaxInitialLineLength(2048)
                .setMaxFormAttributeSize(0)
                .setHandle100ContinueAutomatically(true)
                .setCompressionSupported(false)
                .setTcpKeepAlive(true);
        this.server = vertx.createHttpServer(options).requestHandler(request -> taker.take(request, workers));
        this.reloading = vertx.setPeriodic(RELOAD_MS, timer -> reloadWhenReplaced());
    }

    /**
     * Binds and serves.
     *
     * @throws IllegalStateException when the port cannot be bound or the key is unusable; the message says which
     */
    public static HttpsServer start(Vertx vertx, Settings settings, Taker taker) {
        HttpsServer started = new HttpsServer(vertx, settings, taker);
        try {
            started.server.listen().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            started.close();
            throw new IllegalStateException(
                    "the server '" + settings.name() + "' cannot listen on " + settings.bindHost() + ":"
                            + settings.port() + " with " + settings.certificate() + ": "
                            + (e.getCause() == null ? e : e.getCause().getMessage()),
                    e);
        } catch (InterruptedException e) {
            started.close();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the server '" + settings.name() + "' was starting", e);
        }
        LOG.info("listening server={} port={}", settings.name(), started.port());
        return started;
    }

    /** The port bound. */
    public int port() {
        return server.actualPort();
    }

    /** Answers, with what every answer has. */
    public static void reply(HttpServerRequest request, int status, String type, Buffer body) {
        var response = request.response().setStatusCode(status).putHeader("Cache-Control", "no-store");
        if (status == 401) {
            response.putHeader("WWW-Authenticate", "Bearer");
        }
        if (status == 503) {
            response.putHeader("Retry-After", "1");
        }
        if (status == 204) {
            var unused = response.end();
        } else {
            var unused = response.putHeader("Content-Type", type).end(body);
        }
    }

    /**
     * Gathers a request's body, on the event loop; one that is longer ends the connection.
     *
     * @param most bytes it may have
     * @param refuse answers with what is wrong
     */
    public static void body(HttpServerRequest request, int most, Consumer<Buffer> then, Consumer<Refused> refuse) {
        Buffer body = Buffer.buffer();
        request.handler(chunk -> {
            if (body.length() <= most) {
                body.appendBuffer(chunk);
                if (body.length() > most) {
                    refuseUnread(request, new Refused(413, "the body is longer than " + most + " bytes"), refuse);
                }
            }
        });
        request.endHandler(end -> {
            if (body.length() <= most) {
                then.accept(body);
            }
        });
    }

    /** Answers a request whose body is not read to its end, which ends the connection. */
    public static void refuseUnread(HttpServerRequest request, Refused refusal, Consumer<Refused> refuse) {
        request.response().putHeader("Connection", "close");
        refuse.accept(refusal);
        request.connection().shutdown(1, TimeUnit.SECONDS);
    }

    /** A renewed certificate is served to new connections within a minute. */
    private void reloadWhenReplaced() {
        FileTime now = modified(settings);
        if (now.equals(loaded)) {
            return;
        }
        SSLOptions fresh = new SSLOptions();
        fresh.setKeyCertOptions(keyAndCertificate(settings));
        fresh.setEnabledSecureTransportProtocols(PROTOCOLS);
        loaded = now;
        var unused = server.updateSSLOptions(fresh)
                .onSuccess(done -> LOG.info("server certificate reloaded file={}", settings.certificate()))
                .onFailure(failure -> LOG.error(
                        "server certificate not reloaded, the old one stays file={}", settings.certificate(), failure));
    }

    private static FileTime modified(Settings settings) {
        try {
            return Files.getLastModifiedTime(settings.certificate());
        } catch (IOException e) {
            throw unreadable(settings, settings.certificate(), e);
        }
    }

    private static PemKeyCertOptions keyAndCertificate(Settings settings) {
        return new PemKeyCertOptions()
                .setCertValue(Buffer.buffer(read(settings, settings.certificate())))
                .setKeyValue(Buffer.buffer(read(settings, settings.key())));
    }

    private static byte[] read(Settings settings, Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw unreadable(settings, file, e);
        }
    }

    private static IllegalStateException unreadable(Settings settings, Path file, IOException cause) {
        return new IllegalStateException(
                "cannot read " + file + " of the server '" + settings.name()
                        + "': 'kubemdm pki init' makes the Secret kubemdm-query-tls",
                cause);
    }

    @Override
    public void close() {
        vertx.cancelTimer(reloading);
        var unused = server.close();
        workers.shutdownNow();
    }
}
