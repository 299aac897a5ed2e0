package io.kubemdm.agent.link;

import io.kubemdm.protocol.message.Envelope;
import io.kubemdm.protocol.message.Envelopes;
import io.kubemdm.protocol.message.Message;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleStateHandler;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** One connection: TCP, TLS 1.3, WebSocket. Tells its events on the agent's executor, {@code closed} exactly once. */
final class Wire {

    /** The gateway's path for agents. */
    static final String PATH = "/v1/agents";

    private static final int CONNECT_MILLIS = 10_000;
    private static final int HANDSHAKE_MILLIS = 10_000;
    private static final int PING_AFTER_SECONDS = 60;
    /** Long, because a gateway whose Kafka is slow stops reading, and that is no reason to leave it. */
    private static final int SILENT_AFTER_SECONDS = 300;

    private static final int MAX_UPGRADE_BYTES = 16 << 10;

    /** A write that fails closes the channel, which is told by {@code closed}. */
    static final ChannelFutureListener QUIET = future -> {};

    /** What happens to a wire. */
    interface Events {
        void established(Wire wire);

        void received(Wire wire, Message message);

        void closed(Wire wire, CloseCause cause, String detail);
    }

    private final LinkSettings settings;
    private final Endpoint gateway;
    private final Events events;
    private @Nullable Channel channel;
    private boolean closed;

    Wire(LinkSettings settings, Endpoint gateway, Events events) {
        this.settings = settings;
        this.gateway = gateway;
        this.events = events;
    }

    void connect() {
        Bootstrap bootstrap = new Bootstrap()
                .group(settings.group())
                .channel(NioSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new Initializer());
        if (settings.localAddress() != null) {
            bootstrap.localAddress(new InetSocketAddress(settings.localAddress(), 0));
        }
        ChannelFuture attempt = bootstrap.connect(gateway.host(), gateway.port());
        channel = attempt.channel();
        attempt.addListener(f -> {
            if (!f.isSuccess()) {
                ended(CloseCause.Unreachable, String.valueOf(f.cause().getMessage()));
            }
        });
    }

    /** Sends; what does not arrive is sent again by the next session. */
    void send(Envelope<Message> envelope) {
        if (channel != null) {
            channel.writeAndFlush(new TextWebSocketFrame(Unpooled.wrappedBuffer(Envelopes.toJson(envelope))))
                    .addListener(QUIET);
        }
    }

    boolean isWritable() {
        return channel != null && channel.isWritable();
    }

    void close() {
        if (channel != null) {
            channel.close().addListener(f -> ended(CloseCause.PeerClosed, ""));
        }
    }

    /** Closes for a reason of ours. */
    void fail(CloseCause cause) {
        ended(cause, "");
        close();
    }

    void established() {
        onExecutor(() -> {
            if (!closed) {
                events.established(this);
            }
        });
    }

    void received(Message message) {
        onExecutor(() -> {
            if (!closed) {
                events.received(this, message);
            }
        });
    }

    void ended(CloseCause cause, String detail) {
        onExecutor(() -> {
            if (!closed) {
                closed = true;
                events.closed(this, cause, detail);
            }
        });
    }

    private void onExecutor(Runnable event) {
        if (settings.executor().inEventLoop()) {
            event.run();
        } else {
            settings.executor().execute(event);
        }
    }

    private final class Initializer extends ChannelInitializer<SocketChannel> {
        @Override
        protected void initChannel(SocketChannel socket) {
            SSLEngine engine = settings.tls().get().newEngine(socket.alloc(), gateway.host(), gateway.port());
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            engine.setSSLParameters(parameters);
            SslHandler tls = new SslHandler(engine);
            tls.setHandshakeTimeoutMillis(HANDSHAKE_MILLIS);
            WebSocketClientProtocolConfig upgrade = WebSocketClientProtocolConfig.newBuilder()
                    .webSocketUri(URI.create("wss://" + gateway + PATH))
                    .version(WebSocketVersion.V13)
                    .subprotocol(Envelopes.SUBPROTOCOL)
                    .customHeaders(new DefaultHttpHeaders())
                    .maxFramePayloadLength(Envelopes.MAX_FRAME_BYTES)
                    .handshakeTimeoutMillis(HANDSHAKE_MILLIS)
                    // Ours to read: the code says why the gateway hangs up.
                    .handleCloseFrames(false)
                    .build();
            ChannelPipeline pipeline = socket.pipeline();
            pipeline.addLast(tls);
            pipeline.addLast(new HttpClientCodec());
            pipeline.addLast(new HttpObjectAggregator(MAX_UPGRADE_BYTES));
            pipeline.addLast(new WebSocketClientProtocolHandler(upgrade));
            pipeline.addLast(new WebSocketFrameAggregator(Envelopes.MAX_FRAME_BYTES));
            pipeline.addLast(new IdleStateHandler(SILENT_AFTER_SECONDS, PING_AFTER_SECONDS, 0, TimeUnit.SECONDS));
            pipeline.addLast(new FrameHandler(Wire.this));
        }
    }
}
