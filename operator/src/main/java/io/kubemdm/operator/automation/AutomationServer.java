package io.kubemdm.operator.automation;

import io.kubemdm.operator.automation.deprovision.Deprovisioning;
import io.kubemdm.operator.automation.deprovision.TriggerDecision;
import io.kubemdm.operator.automation.deprovision.Triggers;
import io.kubemdm.operator.automation.scim.ScimService;
import io.kubemdm.operator.dispatch.DecisionKey;
import io.kubemdm.operator.dispatch.DispatchFailed;
import io.kubemdm.operator.https.HttpsServer;
import io.kubemdm.operator.https.Refused;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.json.Json;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTPS server of the door. What it takes is on record before it answers; a request that it cannot put there gets 503
 * and is to be sent again.
 */
public final class AutomationServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AutomationServer.class);
    private static final int WORKERS = 32;

    /** Bytes of a SCIM request: a group with as many members as it may have. */
    private static final int MAX_SCIM_BODY = 1 << 20;

    private static final int COMMIT_SECONDS = 20;
    private static final String SCIM_JSON = "application/scim+json";
    private static final Set<String> SCIM_METHODS = Set.of("GET", "POST", "PUT", "PATCH", "DELETE");

    private final Keys keys;
    private final ScimService scim;
    private final Deprovisioning deprovisioning;
    private final Clock clock;
    private final HttpsServer server;

    private AutomationServer(
            Vertx vertx, AutomationSettings settings, ScimService scim, Deprovisioning deprovisioning, Clock clock) {
        this.keys = new Keys(settings);
        this.scim = scim;
        this.deprovisioning = deprovisioning;
        this.clock = clock;
        this.server = HttpsServer.start(
                vertx,
                new HttpsServer.Settings(
                        "automation",
                        settings.bindHost(),
                        settings.port(),
                        settings.certificate(),
                        settings.key(),
                        WORKERS),
                this::take);
    }

    /**
     * Binds and serves.
     *
     * @throws IllegalStateException when the port cannot be bound or the key is unusable; the message says which
     */
    public static AutomationServer start(
            Vertx vertx, AutomationSettings settings, ScimService scim, Deprovisioning deprovisioning, Clock clock) {
        return new AutomationServer(vertx, settings, scim, deprovisioning, clock);
    }

    /** The port bound. */
    public int port() {
        return server.port();
    }

    private void take(HttpServerRequest request, Executor workers) {
        try {
            Route route = Route.of(request.path());
            int most =
                    switch (route) {
                        case Route.Scim to -> {
                            if (!SCIM_METHODS.contains(request.method().name())) {
                                throw new Refused(405, "the method is none of " + SCIM_METHODS);
                            }
                            // Before the body: who is not known sends us nothing large.
                            keys.admit(to.namespace(), request.getHeader("Authorization"));
                            yield MAX_SCIM_BODY;
                        }
                        case Route.Hooks to -> {
                            if (!request.method().name().equals("POST")) {
                                throw new Refused(405, "only POST is answered here");
                            }
                            yield Hook.MAX_BODY;
                        }
                    };
            HttpsServer.body(
                    request, most, body -> run(request, workers, route, body), refusal -> refuse(request, refusal));
        } catch (Refused e) {
            refuse(request, e);
        }
    }

    private void run(HttpServerRequest request, Executor workers, Route route, Buffer body) {
        try {
            workers.execute(() -> answer(request, route, body));
        } catch (RejectedExecutionException e) {
            refuse(request, new Refused(503, "too many requests at once: try again", e));
        }
    }

    private void answer(HttpServerRequest request, Route route, Buffer body) {
        try {
            switch (route) {
                case Route.Scim to -> scim(request, to.namespace(), body);
                case Route.Hooks to -> hook(request, to.namespace(), body);
            }
        } catch (Refused e) {
            refuse(request, e);
        } catch (DispatchFailed e) {
            refuse(request, new Refused(503, "this cannot be put on record now: try again", e));
        } catch (StackOverflowError e) {
            refuse(request, new Refused(400, "body: is nested too deeply"));
        } catch (RuntimeException e) {
            LOG.error("request not answered path={}", request.path(), e);
            refuse(request, new Refused(500, "this failed here: see the operator's log", e));
        }
    }

    private void scim(HttpServerRequest request, String namespace, Buffer body) {
        ScimService.Answer answer = scim.answer(
                namespace,
                request.method().name(),
                request.absoluteURI(),
                body.toString(StandardCharsets.UTF_8),
                headers(request));
        HttpsServer.reply(request, answer.status(), SCIM_JSON, Buffer.buffer(answer.body()));
    }

    private void hook(HttpServerRequest request, String namespace, Buffer body) {
        Hook hook = Hook.of(keys.hookSecrets(namespace), headers(request), body.getBytes());
        DecisionKey key = Triggers.key(namespace, hook.id());
        if (hook.kind() == TriggerDecision.Kind.DeviceLost
                && !deprovisioning.triggers().isKnown(key)
                && !deprovisioning.isThere(new DeviceId(namespace, hook.subject()))) {
            throw new Refused(404, "data.device: no enrolled device has this name in the namespace");
        }
        onRecord(
                key,
                TriggerDecision.pulled(
                        hook.kind(), TriggerDecision.Source.Webhook, List.of(hook.subject()), clock.instant()));
        HttpsServer.reply(request, 202, "application/json", Buffer.buffer(Json.write(Map.of("trigger", hook.id()))));
    }

    private void onRecord(DecisionKey key, TriggerDecision trigger) {
        try {
            deprovisioning.triggers().accept(key, trigger).get(COMMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new Refused(503, "this cannot be put on record now: try again", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refused(503, "the operator is stopping: try again", e);
        }
    }

    /** By name in lower case, of several the first. */
    private static Map<String, String> headers(HttpServerRequest request) {
        Map<String, String> headers = new HashMap<>();
        request.headers().forEach((name, value) -> headers.putIfAbsent(name.toLowerCase(Locale.ROOT), value));
        return headers;
    }

    private static void refuse(HttpServerRequest request, Refused refusal) {
        if (refusal.status() == 503) {
            LOG.warn("request not answered: {}", refusal.getMessage(), refusal.getCause());
        }
        boolean ofScim = request.path() != null && request.path().contains("/scim/v2");
        HttpsServer.reply(
                request,
                refusal.status(),
                ofScim ? SCIM_JSON : "text/plain; charset=utf-8",
                ofScim
                        ? Buffer.buffer(Json.write(Map.of(
                                "schemas",
                                List.of("urn:ietf:params:scim:api:messages:2.0:Error"),
                                "status",
                                Integer.toString(refusal.status()),
                                "detail",
                                refusal.getMessage())))
                        : Buffer.buffer(refusal.getMessage() + "\n"));
    }

    @Override
    public void close() {
        server.close();
    }
}
