package io.kubemdm.operator.query;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.kubemdm.bus.KafkaAccess;
import io.kubemdm.operator.https.HttpsServer;
import io.kubemdm.operator.https.Refused;
import io.kubemdm.protocol.audit.AuditLine;
import io.kubemdm.protocol.json.Json;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTPS server of the read API. Four questions are answered at a time, the next gets 503; each is decided and read off
 * the event loop. Answers are JSON Lines ({@link AuditLine}).
 */
public final class QueryServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(QueryServer.class);
    private static final int MAX_ANSWERING = 4;

    /**
     * Where it listens and by which key.
     *
     * @param port 0 for any
     * @param certificate PEM file of the server's certificate and what it needs to be followed to the root
     * @param key PEM file of its key
     */
    public record Settings(String bindHost, int port, Path certificate, Path key) {}

    private final Callers callers;
    private final AuditLog log;
    private final HttpsServer server;

    private QueryServer(Vertx vertx, Settings settings, KubernetesClient client, KafkaAccess kafka, String replica) {
        this.callers = new Callers(client);
        this.log = new AuditLog(kafka, "operator-" + replica + "-query");
        this.server = HttpsServer.start(
                vertx,
                new HttpsServer.Settings(
                        "query",
                        settings.bindHost(),
                        settings.port(),
                        settings.certificate(),
                        settings.key(),
                        MAX_ANSWERING),
                this::take);
    }

    /**
     * Binds and serves.
     *
     * @throws IllegalStateException when the port cannot be bound or the key is unusable; the message says which
     */
    public static QueryServer start(
            Vertx vertx, Settings settings, KubernetesClient client, KafkaAccess kafka, String replica) {
        return new QueryServer(vertx, settings, client, kafka, replica);
    }

    /** The port bound. */
    public int port() {
        return server.port();
    }

    private void take(HttpServerRequest request, Executor workers) {
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
            HttpsServer.reply(request, 200, "application/x-ndjson", body);
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
        HttpsServer.reply(
                request, refusal.status(), "text/plain; charset=utf-8", Buffer.buffer(refusal.getMessage() + "\n"));
    }

    @Override
    public void close() {
        server.close();
    }
}
