package io.kubemdm.gateway.enroll;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** EST's four operations: reads the request, has it decided off the event loop, answers. */
final class EstRoutes {

    private static final Logger LOG = LoggerFactory.getLogger(EstRoutes.class);
    private static final Pattern TRACEPARENT = Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");
    private static final int DEADLINE_SECONDS = 18;

    private static final String TOO_MANY = "too many requests at once: try again";

    /** Counts answers. */
    @FunctionalInterface
    interface Meter {
        void answered(String operation, int status);
    }

    private final Vertx vertx;
    private final Enrolments enrolments;
    private final Supplier<SigningKeys> keys;
    private final Executor workers;
    private final Meter meter;

    EstRoutes(Vertx vertx, Enrolments enrolments, Supplier<SigningKeys> keys, Executor workers, Meter meter) {
        this.vertx = vertx;
        this.enrolments = enrolments;
        this.keys = keys;
        this.workers = workers;
        this.meter = meter;
    }

    /** Takes a request on its event loop. */
    void handle(HttpServerRequest request) {
        EstExchange exchange = new EstExchange(vertx, request);
        try {
            EstPath path = EstPath.of(request.method().name(), request.path());
            if (path.operation() == EstPath.Operation.CACERTS) {
                answer(exchange, path, EstReply.certificates(keys.get().trusted()));
            } else if (path.operation() == EstPath.Operation.CSRATTRS) {
                answer(exchange, path, EstReply.attributes());
            } else {
                exchange.whole(body -> decide(exchange, path, body.getBytes()));
            }
        } catch (Refused e) {
            meter.answered("none", e.refusal().status());
            exchange.reply(EstReply.of(e.refusal()));
        }
    }

    private void decide(EstExchange exchange, EstPath path, byte[] body) {
        try {
            workers.execute(() -> {
                try {
                    var unused = certificate(exchange.request(), path, body)
                            .completeOnTimeout(
                                    Refusal.unavailable("no decision in " + DEADLINE_SECONDS + " s: try again"),
                                    DEADLINE_SECONDS,
                                    TimeUnit.SECONDS)
                            // Encoded on the event loop, not by whoever brings the answer: the ledger's writer has more
                            // to do.
                            .whenComplete((answer, failure) ->
                                    exchange.later(() -> answer(exchange, path, EstReply.of(answer))));
                } catch (Refused e) {
                    answer(exchange, path, EstReply.of(e.refusal()));
                } catch (RejectedExecutionException e) {
                    answer(exchange, path, EstReply.of(Refusal.unavailable(TOO_MANY)));
                } catch (RuntimeException e) {
                    LOG.error("request not handled operation={}", path.operation(), e);
                    answer(
                            exchange,
                            path,
                            EstReply.of(new Refusal(
                                    500, "the request failed for a reason of ours: see the service's log", null)));
                }
            });
        } catch (RejectedExecutionException e) {
            answer(exchange, path, EstReply.of(Refusal.unavailable(TOO_MANY)));
        }
    }

    private CompletableFuture<EnrolmentAnswer> certificate(HttpServerRequest request, EstPath path, byte[] body) {
        String traceparent = traceparent(request.getHeader("traceparent"));
        if (path.operation() == EstPath.Operation.SIMPLEENROLL) {
            Credentials credentials = Credentials.of(request.getHeader("Authorization"));
            return enrolments.enrol(new Enrolments.Enrol(
                    path.label(),
                    credentials,
                    DeviceClaims.of(request::getHeader),
                    CertificationRequest.read(body),
                    traceparent));
        }
        X509Certificate current = peer(request);
        if (current == null) {
            throw new Refused(
                    Refusal.forbidden("simplereenroll needs the device's current certificate as TLS client certificate:"
                            + " present it, or enrol with a token at simpleenroll"));
        }
        return enrolments.renew(
                new Enrolments.Renew(path.label(), current, CertificationRequest.read(body), traceparent));
    }

    private void answer(EstExchange exchange, EstPath path, EstReply reply) {
        meter.answered(path.operation().name().toLowerCase(java.util.Locale.ROOT), reply.status());
        exchange.reply(reply);
    }

    private static @Nullable X509Certificate peer(HttpServerRequest request) {
        try {
            Certificate[] chain = request.sslSession().getPeerCertificates();
            return chain.length > 0 && chain[0] instanceof X509Certificate leaf ? leaf : null;
        } catch (SSLPeerUnverifiedException e) {
            return null;
        }
    }

    private static @Nullable String traceparent(@Nullable String header) {
        return header != null && TRACEPARENT.matcher(header).matches() ? header : null;
    }
}
