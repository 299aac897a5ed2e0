package io.kubemdm.agent.link;

import io.kubemdm.protocol.json.MalformedJson;
import io.kubemdm.protocol.message.Envelopes;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;
import io.netty.handler.timeout.IdleState;
import io.netty.handler.timeout.IdleStateEvent;
import javax.net.ssl.SSLException;

/** From frames and Netty's events to the words of {@link Wire}; runs on the event loop. */
final class FrameHandler extends SimpleChannelInboundHandler<WebSocketFrame> {

    /** The gateway's code for a revoked certificate. */
    private static final int REVOKED = 4403;

    private final Wire wire;

    FrameHandler(Wire wire) {
        this.wire = wire;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
        if (frame instanceof CloseWebSocketFrame bye) {
            CloseCause cause = bye.statusCode() == REVOKED ? CloseCause.Revoked : CloseCause.PeerClosed;
            close(context, cause, bye.statusCode() + " " + bye.reasonText());
            return;
        }
        if (!(frame instanceof TextWebSocketFrame)) {
            return;
        }
        try {
            wire.received(
                    Envelopes.fromJson(ByteBufUtil.getBytes(frame.content())).body());
        } catch (MalformedJson e) {
            close(context, CloseCause.Protocol, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        switch (event) {
            case ClientHandshakeStateEvent state
            when state == ClientHandshakeStateEvent.HANDSHAKE_COMPLETE -> wire.established();
            case ClientHandshakeStateEvent state
            when state == ClientHandshakeStateEvent.HANDSHAKE_TIMEOUT ->
                close(context, CloseCause.UpgradeRefused, "no answer to the WebSocket upgrade");
            case IdleStateEvent idle
            when idle.state() == IdleState.WRITER_IDLE ->
                context.writeAndFlush(new PingWebSocketFrame()).addListener(Wire.QUIET);
            case IdleStateEvent idle
            when idle.state() == IdleState.READER_IDLE -> close(context, CloseCause.Silent, "");
            default -> super.userEventTriggered(context, event);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        wire.ended(CloseCause.PeerClosed, "");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Throwable root = cause;
        while (root.getCause() != null && !(root instanceof SSLException)) {
            root = root.getCause();
        }
        String detail = root.getClass().getSimpleName() + ": " + root.getMessage();
        if (root instanceof SSLException) {
            close(context, CloseCause.TlsRefused, detail);
        } else if (root instanceof WebSocketHandshakeException) {
            close(context, CloseCause.UpgradeRefused, detail);
        } else {
            close(context, CloseCause.PeerClosed, detail);
        }
    }

    private void close(ChannelHandlerContext context, CloseCause cause, String detail) {
        wire.ended(cause, detail);
        context.close().addListener(Wire.QUIET);
    }
}
