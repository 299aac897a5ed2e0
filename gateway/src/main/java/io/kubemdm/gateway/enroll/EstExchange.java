package io.kubemdm.gateway.enroll;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.function.Consumer;

/**
 * One request's body and answer, on the connection's event loop. Bodies beyond the limit are refused as soon as that is
 * known; what the client still sends is dropped for a moment, so that it can read the answer, then the connection ends.
 */
final class EstExchange {

    private static final long BODY_MILLIS = 15_000;
    private static final long FAREWELL_MILLIS = 2_000;
    private static final int MAX_DROPPED = 32 << 20;

    private final Vertx vertx;
    private final HttpServerRequest request;
    private final Context context;
    private final Buffer body = Buffer.buffer();
    private boolean answered;
    private long dropped;

    EstExchange(Vertx vertx, HttpServerRequest request) {
        this.vertx = vertx;
        this.request = request;
        this.context = vertx.getOrCreateContext();
    }

    HttpServerRequest request() {
        return request;
    }

    /** Reads the body and hands it over, on the event loop; an answer may already be there when it ends. */
    void whole(Consumer<Buffer> then) {
        if (declaredLength() > CertificationRequest.MAX_BYTES) {
            tooLarge();
        } else if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
            request.response().writeContinue();
        }
        long timer = vertx.setTimer(
                BODY_MILLIS,
                late -> end(EstReply.of(new Refusal(408, "the request's body did not come in 15 s", null))));
        request.handler(this::take);
        request.exceptionHandler(failure -> vertx.cancelTimer(timer));
        request.endHandler(end -> {
            vertx.cancelTimer(timer);
            if (!answered) {
                then.accept(body);
            }
        });
    }

    /** Sends the answer from any thread; a second one is ignored. */
    void reply(EstReply reply) {
        context.runOnContext(now -> end(reply));
    }

    /** Does something on the connection's event loop. */
    void later(Runnable work) {
        context.runOnContext(now -> work.run());
    }

    private void take(Buffer chunk) {
        if (answered) {
            dropped += chunk.length();
            if (dropped > MAX_DROPPED) {
                closeConnection();
            }
        } else if (body.length() + chunk.length() > CertificationRequest.MAX_BYTES) {
            tooLarge();
        } else {
            body.appendBuffer(chunk);
        }
    }

    private void tooLarge() {
        end(EstReply.of(new Refusal(
                413,
                "the body is over " + CertificationRequest.MAX_BYTES
                        + " bytes: a certification request on P-256 has some 400",
                null)));
    }

    private void end(EstReply reply) {
        HttpServerResponse response = request.response();
        if (answered || response.closed()) {
            return;
        }
        answered = true;
        reply.headers().forEach(response::putHeader);
        boolean unread = !request.isEnded();
        if (unread) {
            response.putHeader("Connection", "close");
            vertx.setTimer(FAREWELL_MILLIS, late -> closeConnection());
        }
        response.setStatusCode(reply.status());
        // Bouncy Castle's client reads neither "later" nor the challenge, and fails when a declared length is left.
        response.setChunked(reply.status() == 202 || reply.status() == 401);
        // A client that has gone needs no answer.
        var unused = response.end(reply.body());
    }

    private void closeConnection() {
        var unused = request.connection().close();
    }

    private long declaredLength() {
        String length = request.getHeader("Content-Length");
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
