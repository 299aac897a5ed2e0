package io.kubemdm.testbed.channel;

import io.kubemdm.protocol.message.AgentMessage;
import io.kubemdm.protocol.message.Envelope;
import io.kubemdm.protocol.message.Envelopes;
import io.kubemdm.protocol.message.Heartbeat;
import io.kubemdm.protocol.message.Hello;
import io.kubemdm.protocol.message.Message;
import io.kubemdm.protocol.message.MessageId;
import java.io.IOException;
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
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** The wire side of an agent, by the JDK's WebSocket: for saying what the real agent never would. It never reconnects. */
final class WireAgent implements AutoCloseable, WebSocket.Listener {

    private final HttpClient http;
    private final WebSocket socket;
    private final BlockingQueue<Message> received = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final StringBuilder partial = new StringBuilder();

    WireAgent(SSLContext tls, int port) {
        this.http = HttpClient.newBuilder().sslContext(tls).build();
        this.socket = http.newWebSocketBuilder()
                .subprotocols(Envelopes.SUBPROTOCOL)
                .connectTimeout(Duration.ofSeconds(10))
                .buildAsync(URI.create("wss://localhost:" + port + "/v1/agents"), this)
                .join();
    }

    /** Greets; a gateway that has hung up already says why by its close code. */
    WireAgent hello(long session) {
        try {
            send(MessageId.NONE, new Hello("1.0", "Debian 12", "Linux", 1, session, 0, 0, Instant.now()));
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof IOException)) {
                throw e;
            }
        }
        return this;
    }

    void heartbeat(long n) {
        send(new MessageId(1, n), new Heartbeat(Instant.now(), 0, List.of(), Map.of()));
    }

    void send(MessageId id, AgentMessage body) {
        Envelope<AgentMessage> envelope = new Envelope<>("x", "/agent", null, Instant.now(), 0, id, null, body);
        socket.sendText(new String(Envelopes.toJson(envelope), StandardCharsets.UTF_8), true)
                .join();
    }

    /** Sends without waiting for it to leave. */
    CompletionStage<WebSocket> text(String text) {
        return socket.sendText(text, true);
    }

    /** The next message, which must be of this kind and come within 10 s. */
    <M extends Message> M next(Class<M> kind) {
        Message message = poll(Duration.ofSeconds(10));
        if (!kind.isInstance(message)) {
            throw new AssertionError("expected " + kind.getSimpleName() + ", got " + message + ", closed " + closed);
        }
        return kind.cast(message);
    }

    @Nullable Message poll(Duration atMost) {
        try {
            return received.poll(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    int closeCode() {
        return closed.orTimeout(10, TimeUnit.SECONDS).join();
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
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
    public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
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
