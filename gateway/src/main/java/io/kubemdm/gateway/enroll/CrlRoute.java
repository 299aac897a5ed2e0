package io.kubemdm.gateway.enroll;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands out the revocation list at {@value #PATH}, to anybody. */
final class CrlRoute {

    /** Where it is. */
    static final String PATH = "/crl/issuing.crl";

    private static final Logger LOG = LoggerFactory.getLogger(CrlRoute.class);

    private final Vertx vertx;
    private final RevocationList list;
    private final BooleanSupplier known;
    private final Executor workers;
    private final EstRoutes.Meter meter;

    /** @param known whether ledger and revocations have been read to their ends */
    CrlRoute(Vertx vertx, RevocationList list, BooleanSupplier known, Executor workers, EstRoutes.Meter meter) {
        this.vertx = vertx;
        this.list = list;
        this.known = known;
        this.workers = workers;
        this.meter = meter;
    }

    /** Whether the request is for the list. */
    static boolean takes(HttpServerRequest request) {
        return PATH.equals(request.path());
    }

    /** Takes a request on its event loop. */
    void handle(HttpServerRequest request) {
        if (!request.method().equals(HttpMethod.GET)) {
            refuse(request, 405, "the revocation list takes GET only");
            return;
        }
        if (!known.getAsBoolean()) {
            refuse(request, 503, "the ledger is not at hand yet: try again");
            return;
        }
        Context here = vertx.getOrCreateContext();
        try {
            workers.execute(() -> sign(request, here));
        } catch (RejectedExecutionException e) {
            refuse(request, 503, "too many requests at once: try again");
        }
    }

    private void sign(HttpServerRequest request, Context here) {
        byte[] der;
        try {
            der = list.der();
        } catch (RuntimeException e) {
            LOG.error("revocation list not signed", e);
            here.runOnContext(
                    now -> refuse(request, 500, "the list failed for a reason of ours: see the service's log"));
            return;
        }
        if (der == null) {
            here.runOnContext(now -> refuse(
                    request, 503, "over " + RevocationList.MAX_ENTRIES + " certificates are void: no list is made"));
            return;
        }
        Buffer body = Buffer.buffer(der);
        here.runOnContext(now -> answer(request, 200, "application/pkix-crl", body));
    }

    private void refuse(HttpServerRequest request, int status, String message) {
        if (status == 503) {
            request.response().putHeader("Retry-After", "10");
        }
        answer(request, status, "text/plain; charset=utf-8", Buffer.buffer(message + "\n"));
    }

    private void answer(HttpServerRequest request, int status, String type, Buffer body) {
        meter.answered("crl", status);
        HttpServerResponse response = request.response();
        if (!response.closed()) {
            response.setStatusCode(status).putHeader("Content-Type", type);
            // A client that has gone needs no answer.
            var unused = response.end(body);
        }
    }
}
