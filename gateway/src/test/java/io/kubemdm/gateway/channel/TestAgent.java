package io.kubemdm.gateway.channel;

import io.kubemdm.protocol.message.AgentMessage;
import io.kubemdm.protocol.message.Envelope;
import io.kubemdm.protocol.message.Envelopes;
import io.kubemdm.protocol.message.Heartbeat;
import io.kubemdm.protocol.message.Hello;
import io.kubemdm.protocol.message.Message;
import io.kubemdm.protocol.message.MessageId;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/** The wire side of an agent, by the JDK's own WebSocket. It keeps no state, verifies nothing and never reconnects. */
final class TestAgent implements AutoCloseable, WebSocket.Listener {

    private final HttpClient http;
    private final WebSocket socket;
    private final BlockingQueue<Message> received = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final StringBuilder partial = new StringBuilder();
    private volatile boolean deaf;

    private TestAgent(SSLContext tls, int port) {
        this.http = HttpClient.newBuilder().sslContext(tls).build();
        this.socket = http.newWebSocketBuilder()
                .subprotocols(Envelopes.SUBPROTOCOL)
                .connectTimeout(Duration.ofSeconds(10))
                .buildAsync(URI.create("wss://localhost:" + port + ChannelServer.PATH), this)
                .join();
    }

    /** Connects, with the upgrade done. */
    static TestAgent connect(SSLContext tls, int port) {
        return new TestAgent(tls, port);
    }

    void hello(long session) {
        hello(session, 0, 0);
    }

    void hello(long session, long desiredSeq, long commandSeq) {
        send(MessageId.NONE, new Hello("1.0", "Debian 12", "Linux", 1, session, desiredSeq, commandSeq, Instant.now()));
    }

    void heartbeat(long n) {
        send(new MessageId(1, n), new Heartbeat(Instant.now(), 0, List.of(), Map.of()));
    }

    void send(MessageId id, AgentMessage body) {
        text(new String(
                Envelopes.toJson(new Envelope<>("x", "/agent", null, Instant.now(), 0, id, null, body)),
                StandardCharsets.UTF_8));
    }

    void text(String text) {
        socket.sendText(text, true).join();
    }

    /** Sends without waiting for it to leave. */
    CompletionStage<WebSocket> textLater(String text) {
        return socket.sendText(text, true);
    }

    /** The next message, which must be of this kind and come within 5 s. */
    <M extends Message> M next(Class<M> kind) {
        Message message = poll(Duration.ofSeconds(5));
        if (!kind.isInstance(message)) {
            throw new AssertionError("expected " + kind.getSimpleName() + ", got " + message + ", closed " + closed);
        }
        return kind.cast(message);
    }

    /** The next message, null when none comes. */
    Message poll(Duration atMost) {
        try {
            return received.poll(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The close code, which must come within 5 s. */
    int closeCode() {
        return closed.orTimeout(5, TimeUnit.SECONDS).join();
    }

    /** Reads no further: the next ping is not answered, nor is anything after it. */
    void deafen() {
        deaf = true;
    }

    boolean isOpen() {
        return !closed.isDone();
    }

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            received.add(Envelopes.fromJson(partial.toString().getBytes(StandardCharsets.UTF_8))
                    .body());
            partial.setLength(0);
        }
        webSocket.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onPing(WebSocket webSocket, java.nio.ByteBuffer message) {
        if (!deaf) {
            webSocket.request(1);
        }
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
        closed.complete(statusCode);
        return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        closed.complete(1006);
    }

    @Override
    public void close() {
        socket.abort();
        http.shutdownNow();
    }
}
