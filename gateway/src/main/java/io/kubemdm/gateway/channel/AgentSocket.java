package io.kubemdm.gateway.channel;

import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.Envelope;
import io.kubemdm.protocol.message.Envelopes;
import io.kubemdm.protocol.message.GatewayMessage;
import io.kubemdm.protocol.message.MessageId;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The outgoing side of one WebSocket, and the tap of its incoming side. Confined to the connection's event loop. */
final class AgentSocket {

    private final ServerWebSocket socket;
    private final String source;
    private long sent;
    private long unwritten;
    private boolean paused;

    AgentSocket(ServerWebSocket socket, String gateway) {
        this.socket = socket;
        this.source = "/gateway/" + gateway;
    }

    /**
     * Sends a message.
     *
     * @param written called once it has left, never when the connection ends first
     */
    void send(GatewayMessage body, @Nullable DeviceId device, Instant now, Runnable written) {
        byte[] frame = Envelopes.toJson(
                new Envelope<>(Long.toString(++sent), source, device, now, 0, MessageId.NONE, null, body));
        if (frame.length > Envelopes.MAX_FRAME_BYTES) {
            throw new IllegalStateException("a " + body.getClass().getSimpleName() + " of " + frame.length
                    + " bytes is over the limit of " + Envelopes.MAX_FRAME_BYTES);
        }
        if (socket.isClosed()) {
            return;
        }
        unwritten += frame.length;
        socket.writeFinalTextFrame(new String(frame, StandardCharsets.UTF_8)).onComplete(done -> {
            unwritten -= frame.length;
            if (done.succeeded()) {
                written.run();
            }
        });
    }

    /** Bytes the agent has not read yet, as far as this process knows. */
    long unwritten() {
        return unwritten;
    }

    void ping() {
        if (!socket.isClosed()) {
            socket.writePing(Buffer.buffer());
        }
    }

    /** Stops reading from the network, so that TCP holds the agent back. */
    void pause() {
        if (!paused) {
            paused = true;
            socket.pause();
        }
    }

    void resume() {
        if (paused) {
            paused = false;
            socket.resume();
        }
    }

    boolean isPaused() {
        return paused;
    }

    /** Says goodbye, with the cause's name as the reason, and hangs up. */
    void close(CloseCause cause) {
        if (!socket.isClosed()) {
            // A paused socket would never see the agent's answer.
            resume();
            socket.close(cause.code(), cause.name());
        }
    }
}
