package io.kubemdm.agent;

import io.kubemdm.agent.identity.DeviceKey;
import io.kubemdm.agent.identity.Identity;
import io.kubemdm.agent.identity.Tls;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.Envelope;
import io.kubemdm.protocol.message.Envelopes;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.message.SessionAccepted;
import io.kubemdm.protocol.trust.KeyUse;
import io.kubemdm.protocol.trust.TrustBundle;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** On the loopback address, with a certificate of its own that is everybody's: accepts a session and says no more. */
final class WarmGateway implements AutoCloseable {

    private final DeviceKey key;
    private final DeviceId device;
    private final X509Certificate certificate;
    private final Channel channel;

    WarmGateway(DeviceKey key, DeviceId device, NioEventLoopGroup sockets) throws Exception {
        this.key = key;
        this.device = device;
        this.certificate = selfSigned(key);
        SslContext tls = SslContextBuilder.forServer(key.handle(), certificate)
                .protocols("TLSv1.3")
                .trustManager(certificate)
                .clientAuth(ClientAuth.OPTIONAL)
                .build();
        this.channel = new ServerBootstrap()
                .group(sockets)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel socket) {
                        socket.pipeline()
                                .addLast(tls.newHandler(socket.alloc()))
                                .addLast(new HttpServerCodec())
                                .addLast(new HttpObjectAggregator(65_536))
                                .addLast(new WebSocketServerProtocolHandler(
                                        "/", Envelopes.SUBPROTOCOL, false, 65_536, false, true))
                                .addLast(new Accepting());
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sync()
                .channel();
    }

    int port() {
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    X509Certificate certificate() {
        return certificate;
    }

    /** What an agent would connect with. */
    SslContext client() {
        return Tls.client(
                new Identity(device, key, List.of(certificate), new TrustBundle(List.of(certificate)), "", List.of()),
                Clock.systemUTC());
    }

    @Override
    public void close() {
        channel.close().awaitUninterruptibly(1000);
    }

    private static X509Certificate selfSigned(DeviceKey key) throws Exception {
        X500Principal name = new X500Principal("CN=warm");
        Instant now = Instant.now();
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                name,
                BigInteger.ONE,
                Date.from(now.minus(1, ChronoUnit.DAYS)),
                Date.from(now.plus(1, ChronoUnit.DAYS)),
                name,
                key.publicKey());
        builder.addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(new GeneralName(GeneralName.dNSName, "localhost")));
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
            KeyPurposeId.id_kp_serverAuth,
            KeyPurposeId.id_kp_clientAuth,
            KeyPurposeId.getInstance(new ASN1ObjectIdentifier(KeyUse.DEVICE.oid()))
        }));
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key.handle())));
    }

    private final class Accepting extends SimpleChannelInboundHandler<TextWebSocketFrame> {

        private boolean accepted;

        @Override
        protected void channelRead0(ChannelHandlerContext context, TextWebSocketFrame frame) {
            Envelopes.fromJson(frame.text().getBytes(StandardCharsets.UTF_8));
            if (accepted) {
                return;
            }
            accepted = true;
            SessionAccepted answer = new SessionAccepted(Instant.now(), 1, 0, 0, "warm");
            byte[] json = Envelopes.toJson(
                    new Envelope<>("warm", "/gateway/warm", device, Instant.now(), 1, MessageId.NONE, null, answer));
            var unused = context.writeAndFlush(new TextWebSocketFrame(Unpooled.wrappedBuffer(json)));
        }
    }
}
