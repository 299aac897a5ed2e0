package io.kubemdm.agent;

import io.kubemdm.agent.identity.DeviceKey;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.Envelope;
import io.kubemdm.protocol.message.Envelopes;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.message.SessionAccepted;
import io.kubemdm.protocol.trust.KeyUse;
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
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/** On the loopback address, with a certificate of its own that is everybody's: accepts a session and says no more. */
final class WarmGateway implements AutoCloseable {

    /** Whom its answers are for; agents do not look. */
    private static final DeviceId DEVICE = new DeviceId("warm", "warm");

    private static final String ISSUER = "CN=warm";
    private static final String EST = "/.well-known/est/";

    private final DeviceKey key;
    private final X509Certificate certificate;
    private final Channel channel;

    WarmGateway(DeviceKey key, NioEventLoopGroup sockets) throws Exception {
        this.key = key;
        this.certificate = certify(ISSUER, key.publicKey());
        SSLContext tls = WarmServer.context(key, certificate);
        this.channel = new ServerBootstrap()
                .group(sockets)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel socket) {
                        socket.pipeline()
                                .addLast(new SslHandler(engine(tls)))
                                .addLast(new HttpServerCodec())
                                .addLast(new HttpObjectAggregator(65_536))
                                .addLast(new Enrolling())
                                .addLast(new WebSocketServerProtocolHandler(
                                        "/", Envelopes.SUBPROTOCOL, false, 65_536, false, true))
                                .addLast(new Accepting());
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sync()
                .channel();
    }

    private static SSLEngine engine(SSLContext tls) {
        SSLEngine engine = tls.createSSLEngine();
        engine.setUseClientMode(false);
        engine.setWantClientAuth(true);
        return engine;
    }

    int port() {
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    X509Certificate certificate() {
        return certificate;
    }

    @Override
    public void close() {
        channel.close().awaitUninterruptibly(1000);
    }

    private X509Certificate certify(String subject, PublicKey holder) throws GeneralSecurityException, IOException {
        Instant now = Instant.now();
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                new X500Principal(ISSUER),
                BigInteger.ONE,
                Date.from(now.minus(1, ChronoUnit.DAYS)),
                Date.from(now.plus(1, ChronoUnit.DAYS)),
                new X500Principal(subject),
                holder);
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(subject.equals(ISSUER)));
        builder.addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(new GeneralName(GeneralName.dNSName, "localhost")));
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
            KeyPurposeId.id_kp_serverAuth,
            KeyPurposeId.id_kp_clientAuth,
            KeyPurposeId.getInstance(new ASN1ObjectIdentifier(KeyUse.DEVICE.oid()))
        }));
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key.handle())));
        } catch (OperatorCreationException e) {
            throw new IllegalStateException("a key that was just made cannot sign", e);
        }
    }

    /** EST's two questions: whom to trust, and a certificate for the request's key. */
    private final class Enrolling extends SimpleChannelInboundHandler<FullHttpRequest> {

        @Override
        public boolean acceptInboundMessage(Object message) {
            return message instanceof FullHttpRequest request && request.uri().startsWith(EST);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) throws Exception {
            X509Certificate given = certificate;
            if (request.uri().equals(EST + "simpleenroll")) {
                byte[] csr = Base64.getMimeDecoder().decode(ByteBufUtil.getBytes(request.content()));
                given = certify("CN=device", new JcaPKCS10CertificationRequest(csr).getPublicKey());
            }
            byte[] body = Base64.getMimeEncoder()
                    .encode(CertificateFactory.getInstance("X.509")
                            .generateCertPath(List.of(given))
                            .getEncoded("PKCS7"));
            FullHttpResponse answer = new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.wrappedBuffer(body));
            answer.headers()
                    .set(HttpHeaderNames.CONTENT_TYPE, "application/pkcs7-mime")
                    .set(HttpHeaderNames.CONTENT_TRANSFER_ENCODING, "base64")
                    .set(HttpHeaderNames.CONTENT_LENGTH, body.length);
            // The client asks for it, and reads until then.
            var unused = context.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
        }
    }

    private static final class Accepting extends SimpleChannelInboundHandler<TextWebSocketFrame> {

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
                    new Envelope<>("warm", "/gateway/warm", DEVICE, Instant.now(), 1, MessageId.NONE, null, answer));
            var unused = context.writeAndFlush(new TextWebSocketFrame(Unpooled.wrappedBuffer(json)));
        }
    }
}
