package io.kubemdm.operator.query;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.kubemdm.bus.KafkaAccess;
import io.kubemdm.operator.https.HttpsServer;
import io.kubemdm.operator.https.Refused;
import io.kubemdm.operator.plan.Planning;
import io.kubemdm.protocol.audit.AuditLine;
import io.kubemdm.protocol.json.Json;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTPS server of the read API. Four questions are answered at a time, the next gets 503; each is decided and read off
 * the event loop. Answers about the log are JSON Lines ({@link AuditLine}), a plan is JSON ({@link
 * io.kubemdm.protocol.plan.RolloutPlan}).
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
    private final Planning planning;
    private final HttpsServer server;

    private QueryServer(
            Vertx vertx,
            Settings settings,
            KubernetesClient client,
            KafkaAccess kafka,
            Planning.Settings plans,
            String replica) {
        this.callers = new Callers(client);
        this.planning = new Planning(client, kafka, "operator-" + replica + "-plan", plans, Clock.systemUTC());
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
     * @param plans what plans are made by
     * @throws IllegalStateException when the port cannot be bound or the key is unusable; the message says which
     */
    public static QueryServer start(
            Vertx vertx,
            Settings settings,
            KubernetesClient client,
            KafkaAccess kafka,
            Planning.Settings plans,
            String replica) {
        return new QueryServer(vertx, settings, client, kafka, plans, replica);
    }

    /** The port bound. */
    public int port() {
        return server.port();
    }

    private void take(HttpServerRequest request, Executor workers) {
        try {
            if (PlanQuestion.PATH.equals(request.path())) {
                takePlan(request, workers);
                return;
            }
            if (!HttpMethod.GET.equals(request.method())) {
                throw new Refused(405, "only GET is answered here, and POST of " + PlanQuestion.PATH);
            }
            String token = Callers.token(request.getHeader("Authorization"));
            Question question = Question.of(request.path(), request.params());
            run(workers, request, () -> answer(request, token, question));
        } catch (Refused e) {
            refuse(request, e);
        }
    }

    /** Who may not ask sends us nothing large: the body is not read before the API server has said so. */
    private void takePlan(HttpServerRequest request, Executor workers) {
        if (!HttpMethod.POST.equals(request.method())) {
            throw new Refused(405, "only POST is answered here");
        }
        String token = Callers.token(request.getHeader("Authorization"));
        PlanQuestion question = PlanQuestion.of(request.params());
        Context loop = Vertx.currentContext();
        request.pause();
        HttpsServer.body(
                request,
                Json.MAX_BYTES,
                body -> run(workers, request, () -> plan(request, question, body)),
                refusal -> refuse(request, refusal));
        run(workers, request, () -> {
            String user = callers.admit(token, question.rights());
            LOG.debug("plan asked for user={} namespace={}", user, question.namespace());
            loop.runOnContext(admitted -> request.resume());
        });
    }

    private void plan(HttpServerRequest request, PlanQuestion question, Buffer body) {
        byte[] answer = Json.write(planning.plan(question.namespace(), body.getBytes()));
        HttpsServer.reply(request, 200, "application/json", Buffer.buffer(answer));
    }

    private static void run(Executor workers, HttpServerRequest request, Runnable task) {
        try {
            workers.execute(() -> {
                try {
                    task.run();
                } catch (Refused e) {
                    refuse(request, e);
                } catch (RuntimeException e) {
                    LOG.error("question not answered path={}", request.path(), e);
                    refuse(request, new Refused(500, "this failed here: see the operator's log", e));
                }
            });
        } catch (RejectedExecutionException e) {
            refuse(request, new Refused(503, "too many questions at once: try again", e));
        }
    }

    private void answer(HttpServerRequest request, String token, Question question) {
        String user = callers.admit(token, List.of(question.right()));
        List<AuditLine> lines = log.answer(question);
        LOG.debug("answered user={} question={} lines={}", user, question, lines.size());
        Buffer body = Buffer.buffer();
        for (AuditLine line : lines) {
            body.appendBytes(Json.write(line)).appendByte((byte) '\n');
        }
        HttpsServer.reply(request, 200, "application/x-ndjson", body);
    }

    private static void refuse(HttpServerRequest request, Refused refusal) {
        if (refusal.status() == 503) {
            LOG.warn("question not answered: {}", refusal.getMessage(), refusal.getCause());
        }
        if (request.isEnded() || HttpMethod.GET.equals(request.method())) {
            say(request, refusal);
        } else {
            HttpsServer.refuseUnread(request, refusal, refused -> say(request, refused));
        }
    }

    private static void say(HttpServerRequest request, Refused refusal) {
        HttpsServer.reply(
                request, refusal.status(), "text/plain; charset=utf-8", Buffer.buffer(refusal.getMessage() + "\n"));
    }

    @Override
    public void close() {
        server.close();
    }
}
