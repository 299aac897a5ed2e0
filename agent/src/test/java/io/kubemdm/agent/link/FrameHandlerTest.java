package io.kubemdm.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.Message;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.timeout.IdleStateEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What a connection does on which nothing happens: a half-dead one is not held for ever. */
class FrameHandlerTest implements Wire.Events {

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final List<CloseCause> closed = new ArrayList<>();

    FrameHandlerTest() {
        LinkSettings settings = new LinkSettings(
                DeviceId.parse("acme/d-1"),
                List.of(),
                () -> {
                    throw new IllegalStateException("nobody connects");
                },
                channel.eventLoop(),
                channel.eventLoop(),
                null,
                () -> 0,
                new SplittableRandom(7));
        channel.pipeline().addLast(new FrameHandler(new Wire(settings, new Endpoint("localhost", 1), this)));
    }

    @Override
    public void established(Wire wire) {}

    @Override
    public void received(Wire wire, Message message) {}

    @Override
    public void closed(Wire wire, CloseCause cause, String detail) {
        closed.add(cause);
    }

    @Test
    void a_gateway_from_which_nothing_comes_is_left() {
        happens(IdleStateEvent.READER_IDLE_STATE_EVENT);

        assertThat(closed).containsExactly(CloseCause.Silent);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void an_agent_that_has_nothing_to_say_asks_whether_anybody_is_there() {
        happens(IdleStateEvent.WRITER_IDLE_STATE_EVENT);

        WebSocketFrame said = channel.readOutbound();
        assertThat(said).isInstanceOf(PingWebSocketFrame.class);
        assertThat(closed).isEmpty();
        assertThat(channel.isOpen()).isTrue();
    }

    private void happens(Object event) {
        channel.pipeline().fireUserEventTriggered(event);
        channel.runPendingTasks();
    }
}
