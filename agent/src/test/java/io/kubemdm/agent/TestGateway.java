package io.kubemdm.agent;

import io.kubemdm.protocol.message.AgentMessage;
import io.kubemdm.protocol.message.Envelope;
import io.kubemdm.protocol.message.Envelopes;
import io.kubemdm.protocol.message.GatewayMessage;
import io.kubemdm.protocol.message.Hello;
import io.kubemdm.protocol.message.Message;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.message.SessionAccepted;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A gateway's side of the channel over real mutual TLS 1.3 and a real WebSocket: accepts hellos, records what agents say,
 * sends what a test wants. It knows no ledger and no Kafka and acknowledges only when told to.
 */
final class TestGateway implements AutoCloseable {

    private final NioEventLoopGroup group = new NioEventLoopGroup(1);
    private final SslContext tls;
    private final Supplier<Instant> time;
    private final List<Envelope<Message>> heard = new CopyOnWriteArrayList<>();
    private final List<Channel> sessions = new CopyOnWriteArrayList<>();
    private final Channel listening;
    private volatile Consumer<Envelope<Message>> reaction = envelope -> {};

    TestGateway(Pki pki, Supplier<Instant> time) throws Exception {
        this.time = time;
        this.tls = SslContextBuilder.forServer(pki.serverKey.handle(), pki.server)
                .protocols("TLSv1.3")
                .clientAuth(ClientAuth.REQUIRE)
                .trustManager(pki.root)
                .build();
        this.listening = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new Pipeline())
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
    }

    int port() {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    /** What is done about everything but hellos; on the event loop. */
    void react(Consumer<Envelope<Message>> to) {
        reaction = to;
    }

    List<Envelope<Message>> heard() {
        return List.copyOf(heard);
    }

    <T extends AgentMessage> List<T> heard(Class<T> type) {
        return heard.stream()
                .map(Envelope::body)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    void send(GatewayMessage message) {
        Channel session = sessions.getLast();
        session.writeAndFlush(new TextWebSocketFrame(Unpooled.wrappedBuffer(Envelopes.toJson(
                        new Envelope<>("x", "/gateway/test", null, time.get(), 0, MessageId.NONE, null, message)))))
                .addListener(sent -> {});
    }

    void sendRaw(String text) {
        sessions.getLast().writeAndFlush(new TextWebSocketFrame(text)).addListener(sent -> {});
    }

    /** As a killed process does: every connection goes, without a word. */
    void cut() {
        sessions.forEach(session -> session.close().addListener(closed -> {}));
    }

    /** Ends the latest session with a close code. */
    void hangUp(int code) {
        sessions.getLast().writeAndFlush(new CloseWebSocketFrame(code, "")).addListener(ChannelFutureListener.CLOSE);
    }

    int sessions() {
        return sessions.size();
    }

    @Override
    public void close() {
        listening.close().awaitUninterruptibly(1_000);
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2_000);
    }

    private final class Pipeline extends ChannelInitializer<SocketChannel> {
        @Override
        protected void initChannel(SocketChannel socket) {
            socket.pipeline()
                    .addLast(tls.newHandler(socket.alloc()))
                    .addLast(new HttpServerCodec())
                    .addLast(new HttpObjectAggregator(16_384))
                    .addLast(new WebSocketServerProtocolHandler("/v1/agents", Envelopes.SUBPROTOCOL, true, 1 << 20))
                    .addLast(new Frames());
        }
    }

    private final class Frames extends SimpleChannelInboundHandler<TextWebSocketFrame> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, TextWebSocketFrame frame) {
            Envelope<Message> envelope = Envelopes.fromJson(ByteBufUtil.getBytes(frame.content()));
            heard.add(envelope);
            if (envelope.body() instanceof Hello) {
                sessions.add(context.channel());
                send(new SessionAccepted(time.get(), 1, 0, 0, "test"));
            } else {
                reaction.accept(envelope);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close().addListener(closed -> {});
        }
    }
}
