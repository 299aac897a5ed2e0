package io.kubemdm.operator.query;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.kubemdm.bus.KafkaAccess;
import io.kubemdm.protocol.audit.AuditLine;
import io.kubemdm.protocol.json.Json;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.SSLOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTPS server of the read API. Four questions are answered at a time, the next gets 503; each is decided and read off
 * the event loop. Answers are JSON Lines ({@link AuditLine}).
 */
public final class QueryServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(QueryServer.class);
    private static final Set<String> PROTOCOLS = Set.of("TLSv1.3");
    private static final int MAX_ANSWERING = 4;
    private static final int IDLE_SECONDS = 60;
    private static final long RELOAD_MS = 60_000;

    /**
     * Where it listens and by which key.
     *
     * @param port 0 for any
     * @param certificate PEM file of the server's certificate and what it needs to be followed to the root
     * @param key PEM file of its key
     */
    public record Settings(String bindHost, int port, Path certificate, Path key) {}

    private final Settings settings;
    private final Callers callers;
    private final AuditLog log;
    private final HttpServer server;
    private final ExecutorService workers = new ThreadPoolExecutor(
            0,
            MAX_ANSWERING,
            30,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            Thread.ofPlatform().name("query-", 0).daemon().factory());
    private volatile FileTime loaded;

    private QueryServer(Vertx vertx, Settings settings, KubernetesClient client, KafkaAccess kafka, String replica) {
        this.settings = settings;
        this.callers = new Callers(client);
        this.log = new AuditLog(kafka, "operator-" + replica + "-query");
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
                .setCompressionSupported(false)
                .setTcpKeepAlive(true);
        this.server = vertx.createHttpServer(options).requestHandler(this::take);
        vertx.setPeriodic(RELOAD_MS, timer -> reloadWhenReplaced());
    }

    /**
     * Binds and serves.
     *
     * @throws IllegalStateException when the port cannot be bound or the key is unusable; the message says which
     */
    public static QueryServer start(
            Vertx vertx, Settings settings, KubernetesClient client, KafkaAccess kafka, String replica) {
        QueryServer started = new QueryServer(vertx, settings, client, kafka, replica);
        try {
            started.server.listen().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(
                    "the query API cannot listen on " + settings.bindHost() + ":" + settings.port()
                            + " (PORT_QUERY) with " + settings.certificate() + ": "
                            + (e.getCause() == null ? e : e.getCause().getMessage()),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the query API was starting", e);
        }
        LOG.info("listening for queries port={}", started.port());
        return started;
    }

    /** The port bound. */
    public int port() {
        return server.actualPort();
    }

    private void take(HttpServerRequest request) {
        try {
            if (!HttpMethod.GET.equals(request.method())) {
                throw new Refused(405, "only GET is answered here");
            }
            String token = Callers.token(request.getHeader("Authorization"));
            Question question = Question.of(request.path(), request.params());
            workers.execute(() -> answer(request, token, question));
        } catch (Refused e) {
            refuse(request, e);
        } catch (RejectedExecutionException e) {
            refuse(request, new Refused(503, "too many questions at once: try again", e));
        }
    }

    private void answer(HttpServerRequest request, String token, Question question) {
        try {
            String user = callers.admit(token, question.right());
            List<AuditLine> lines = log.answer(question);
            LOG.debug("answered user={} question={} lines={}", user, question, lines.size());
            Buffer body = Buffer.buffer();
            for (AuditLine line : lines) {
                body.appendBytes(Json.write(line)).appendByte((byte) '\n');
            }
            reply(request, 200, "application/x-ndjson", body);
        } catch (Refused e) {
            refuse(request, e);
        } catch (RuntimeException e) {
            LOG.error("question not answered question={}", question, e);
            refuse(request, new Refused(500, "this failed here: see the operator's log", e));
        }
    }

    private static void refuse(HttpServerRequest request, Refused refusal) {
        if (refusal.status() == 503) {
            LOG.warn("question not answered: {}", refusal.getMessage(), refusal.getCause());
        }
        reply(request, refusal.status(), "text/plain; charset=utf-8", Buffer.buffer(refusal.getMessage() + "\n"));
    }

    private static void reply(HttpServerRequest request, int status, String type, Buffer body) {
        var response = request.response().setStatusCode(status).putHeader("Content-Type", type);
        response.putHeader("Cache-Control", "no-store");
        if (status == 401) {
            response.putHeader("WWW-Authenticate", "Bearer");
        }
        if (status == 503) {
            response.putHeader("Retry-After", "1");
        }
        var unused = response.end(body);
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
            throw unreadable(settings.certificate(), e);
        }
    }

    private static PemKeyCertOptions keyAndCertificate(Settings settings) {
        return new PemKeyCertOptions()
                .setCertValue(Buffer.buffer(read(settings.certificate())))
                .setKeyValue(Buffer.buffer(read(settings.key())));
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static IllegalStateException unreadable(Path file, IOException cause) {
        return new IllegalStateException(
                "cannot read " + file + " of the query API: 'kubemdm pki init' makes the Secret kubemdm-query-tls",
                cause);
    }

    @Override
    public void close() {
        var unused = server.close();
        workers.shutdownNow();
    }
}
