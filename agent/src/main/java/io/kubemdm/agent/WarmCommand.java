package io.kubemdm.agent;

import io.kubemdm.agent.driver.OshiFacts;
import io.kubemdm.agent.identity.SoftwareKeys;
import io.kubemdm.agent.store.MemoryStore;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.Envelope;
import io.kubemdm.protocol.message.Envelopes;
import io.kubemdm.protocol.message.Heartbeat;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.order.DesiredOrder;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.Verifier;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;

/** Loads what a running agent loads, so that the launcher can make a class archive of it. Changes nothing. */
@Command(name = "warm", hidden = true, description = "Load classes for the launcher's class archive.")
final class WarmCommand implements Callable<Integer> {

    @Override
    public Integer call() throws Exception {
        var key = new SoftwareKeys(new MemoryStore()).create("warm");
        DeviceId device = new DeviceId("warm", "warm");
        DesiredOrder order =
                new DesiredOrder(device, 1, 1, Instant.EPOCH, List.of(new PolicyRef("p", "1", "sha256:0")), 60);
        new Verifier(List.of(key.publicKey()))
                .verify(JwsType.DESIRED, key.sign(JwsType.DESIRED, order), DesiredOrder.class);
        OshiFacts facts = new OshiFacts();
        facts.osVersion();
        Heartbeat heartbeat = new Heartbeat(Instant.EPOCH, 1, List.of(), facts.collect());
        Envelopes.fromJson(Envelopes.toJson(
                new Envelope<>("1-1", "/agent", device, Instant.EPOCH, 0, new MessageId(1, 1), null, heartbeat)));
        connectInVain();
        return 0;
    }

    private static void connectInVain() throws Exception {
        SslContext tls = SslContextBuilder.forClient().protocols("TLSv1.3").build();
        NioEventLoopGroup group = new NioEventLoopGroup(1);
        new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel socket) {
                        socket.pipeline()
                                .addLast(tls.newHandler(socket.alloc(), "localhost", 1))
                                .addLast(new HttpClientCodec())
                                .addLast(new HttpObjectAggregator(1024))
                                .addLast(new WebSocketClientProtocolHandler(WebSocketClientProtocolConfig.newBuilder()
                                        .webSocketUri(URI.create("wss://localhost:1/"))
                                        .build()));
                    }
                })
                .connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1))
                .awaitUninterruptibly(1000);
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(1000);
    }
}
