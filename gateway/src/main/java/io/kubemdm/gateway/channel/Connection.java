package io.kubemdm.gateway.channel;

import io.kubemdm.gateway.ledger.Authorization;
import io.kubemdm.gateway.ledger.PresentedCertificate;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.vertx.core.Context;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.function.Consumer;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One WebSocket from its upgrade to its end: it waits for the ledger to know the certificate, then carries frames to its
 * {@link Session}, and looks after both: whether the certificate is still good, whether the agent is still there. Confined
 * to its event loop.
 */
final class Connection {

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private final SessionParts parts;
    private final Context context;
    private final ServerWebSocket webSocket;
    private final AgentSocket socket;
    private final MessageAssembly assembly = new MessageAssembly();
    private final Instant upgradedAt;
    private final SessionState.Unproven unproven = new SessionState.Unproven();
    private final Consumer<Connection> departed;
    private final @Nullable PresentedCertificate certificate;
    private final Instant notAfter;
    private @Nullable Session session;
    private Instant heardAt;
    private Instant pingedAt;
    private boolean foundRevoked;

    /** The register's when it was last asked. */
    private long examinedAt = -1;

    private boolean over;

    /**
     * Takes over an upgraded WebSocket, on its event loop.
     *
     * @param departed called once when it is over
     */
    Connection(SessionParts parts, Context context, ServerWebSocket webSocket, Consumer<Connection> departed) {
        this.parts = parts;
        this.context = context;
        this.webSocket = webSocket;
        this.socket = new AgentSocket(webSocket, parts.gateway());
        X509Certificate presented = presented(webSocket);
        this.certificate = PresentedCertificate.of(presented);
        this.notAfter = presented.getNotAfter().toInstant();
        this.departed = departed;
        this.upgradedAt = parts.clock().instant();
        this.heardAt = upgradedAt;
        this.pingedAt = upgradedAt;
    }

    /** Reads nothing until the certificate is known. */
    void start() {
        socket.pause();
        webSocket.frameHandler(this::frame);
        webSocket.pongHandler(pong -> heard());
        webSocket.exceptionHandler(this::failed);
        webSocket.closeHandler(closed -> closed());
        prove();
    }

    /** The certificate as this very connection presented it: a session resumed or not has one. */
    private static X509Certificate presented(ServerWebSocket webSocket) {
        try {
            return (X509Certificate) webSocket.sslSession().getPeerCertificates()[0];
        } catch (SSLPeerUnverifiedException e) {
            throw new IllegalStateException("a connection without client certificate passed the handshake", e);
        }
    }

    /** Looks after it; to be called every few hundred milliseconds. */
    void tick() {
        Instant now = parts.clock().instant();
        Session current = session;
        if (over) {
            return;
        }
        if (current == null) {
            prove();
        } else if (current.isLate(now)) {
            end(CloseCause.HelloTimeout);
        } else {
            if (mayHaveLost(current, now)) {
                examine(current, false);
            }
            if (!over) {
                askWhetherThere(now);
            }
        }
    }

    private void prove() {
        Instant now = parts.clock().instant();
        switch (verdict()) {
            case AdmissionDecision.Admitted admitted -> {
                session = new Session(parts, context, socket, unproven.admitted(admitted.holder()), this::recheck);
                heardAt = now;
                socket.resume();
            }
            case AdmissionDecision.Turned turned -> {
                boolean mayChange = turned.cause() == CloseCause.Unlisted
                        && now.isBefore(upgradedAt.plus(parts.limits().ledgerWait()));
                if (!mayChange) {
                    LOG.info("certificate turned away certificate={} cause={}", certificate, turned.cause());
                    end(turned.cause());
                }
            }
        }
    }

    /** Nobody's rights end but by a record or by time; so thousands of connections are not asked about twice a second. */
    private boolean mayHaveLost(Session current, Instant now) {
        return current.holder().wipeOnly()
                || foundRevoked
                || now.isAfter(notAfter)
                || parts.register().revision() != examinedAt;
    }

    private AdmissionDecision.Verdict verdict() {
        PresentedCertificate claim = certificate;
        if (claim == null) {
            return new AdmissionDecision.Turned(CloseCause.Foreign);
        }
        examinedAt = parts.register().revision();
        Authorization authorization = parts.register().authorize(claim);
        boolean wipePending =
                switch (authorization) {
                    case Authorization.Revoked revoked ->
                        parts.downlink().hasOpenWipe(revoked.device(), revoked.epoch());
                    case Authorization.Expired expired ->
                        parts.downlink().hasOpenWipe(expired.device(), expired.epoch());
                    default -> false;
                };
        return AdmissionDecision.decide(
                new AdmissionDecision.Standing(claim.fingerprint(), notAfter, authorization, wipePending));
    }

    /** The device may have lost rights, and what was ordered with it is known. */
    private void recheck() {
        Session current = session;
        if (!over && current != null) {
            examine(current, true);
        }
    }

    private void examine(Session current, boolean ordersKnown) {
        switch (verdict()) {
            case AdmissionDecision.Turned turned -> {
                // A wipe and the revocation it brings are one transaction on two topics: a sweep that sees only the
                // revocation leaves the wipe the time until the next sweep.
                boolean wipeMayCome = turned.cause() == CloseCause.Revoked && !ordersKnown && !foundRevoked;
                foundRevoked = true;
                if (!wipeMayCome) {
                    end(turned.cause());
                }
            }
            case AdmissionDecision.Admitted admitted -> {
                foundRevoked = false;
                boolean narrowed =
                        admitted.holder().wipeOnly() && !current.holder().wipeOnly();
                if (narrowed && parts.clock().instant().isAfter(notAfter)) {
                    // It renews, or comes back into the lane.
                    end(CloseCause.CertificateExpired);
                } else if (narrowed) {
                    current.confine(admitted.holder());
                }
            }
        }
    }

    private void askWhetherThere(Instant now) {
        if (socket.isPaused()) {
            // Nobody hears a pong while nothing is read.
            heardAt = now;
        } else if (now.isAfter(heardAt.plus(parts.limits().silence()))) {
            end(CloseCause.Silent);
        } else if (now.isAfter(heardAt.plus(parts.limits().pingInterval()))
                && now.isAfter(pingedAt.plus(parts.limits().pingInterval()))) {
            pingedAt = now;
            socket.ping();
        }
    }

    private void heard() {
        heardAt = parts.clock().instant();
    }

    private void frame(WebSocketFrame frame) {
        heard();
        Session current = session;
        if (over || current == null || !(frame.isText() || frame.isBinary() || frame.isContinuation())) {
            // Pongs come this way, too, and are no messages.
            return;
        }
        try {
            byte[] message = assembly.add(frame);
            if (message != null) {
                current.received(message);
            }
        } catch (MessageAssembly.TooLarge e) {
            end(CloseCause.TooLarge);
        } catch (RuntimeException e) {
            LOG.error("a message broke its session device={}", current.holder().device(), e);
            end(CloseCause.InternalError);
        }
    }

    private void failed(Throwable failure) {
        if (failure instanceof CorruptedWebSocketFrameException corrupted) {
            end(
                    corrupted.closeStatus().equals(WebSocketCloseStatus.MESSAGE_TOO_BIG)
                            ? CloseCause.TooLarge
                            : CloseCause.Malformed);
        } else {
            LOG.debug("connection failed certificate={}", certificate, failure);
        }
    }

    private void closed() {
        Short code = webSocket.closeStatusCode();
        end(code == null || code == 1006 ? CloseCause.ConnectionLost : CloseCause.ClosedByAgent);
    }

    private void end(CloseCause cause) {
        Session current = session;
        if (current != null) {
            current.end(cause);
        } else if (!over) {
            parts.meters().ended(cause);
            if (cause.isOurs()) {
                socket.close(cause);
            }
        }
        if (!over) {
            over = true;
            departed.accept(this);
        }
    }
}
