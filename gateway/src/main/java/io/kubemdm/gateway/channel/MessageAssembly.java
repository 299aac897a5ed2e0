package io.kubemdm.gateway.channel;

import io.kubemdm.protocol.message.Envelopes;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
import org.jspecify.annotations.Nullable;

/** Puts the fragments of a WebSocket message together (RFC 6455 §5.4), never more than a frame may be long. */
final class MessageAssembly {

    /** A message was longer than {@link Envelopes#MAX_FRAME_BYTES}. */
    static final class TooLarge extends Exception {
        private static final long serialVersionUID = 1L;
    }

    private @Nullable Buffer fragments;

    /**
     * Takes a data frame.
     *
     * @return the whole message, null while it goes on
     */
    byte @Nullable [] add(WebSocketFrame frame) throws TooLarge {
        Buffer data = frame.binaryData();
        int before = fragments == null ? 0 : fragments.length();
        if (before + data.length() > Envelopes.MAX_FRAME_BYTES) {
            fragments = null;
            throw new TooLarge();
        }
        if (frame.isFinal() && fragments == null) {
            return data.getBytes();
        }
        Buffer all = fragments == null ? Buffer.buffer() : fragments;
        all.appendBuffer(data);
        fragments = frame.isFinal() ? null : all;
        return frame.isFinal() ? all.getBytes() : null;
    }
}
