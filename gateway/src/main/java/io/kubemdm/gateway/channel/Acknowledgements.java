package io.kubemdm.gateway.channel;

import io.kubemdm.gateway.uplink.Uplink;
import io.kubemdm.protocol.message.MessageId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which of a session's reports Kafka has. One acknowledgement stands for all before it, so only what has nothing open
 * before it is acknowledged, in whatever order Kafka answers; several that are due together become one. After a loss
 * nothing is acknowledged any more: the agent sends it again.
 */
final class Acknowledgements {

    private final Consumer<Runnable> eventLoop;
    private final Runnable changed;
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final Deque<Expected> expected = new ArrayDeque<>();
    private int outstanding;
    private boolean lost;
    private @Nullable MessageId due;

    /**
     * Nothing outstanding.
     *
     * @param eventLoop runs something on the session's event loop, from any thread
     * @param changed runs there after something was stored or lost
     */
    Acknowledgements(Consumer<Runnable> eventLoop, Runnable changed) {
        this.eventLoop = eventLoop;
        this.changed = changed;
    }

    /** A report is on its way; reports are expected in the order of their ids. */
    synchronized Uplink.Outcome expect(MessageId id) {
        Expected one = new Expected(id);
        expected.addLast(one);
        outstanding++;
        return one;
    }

    private void settle(Expected one, boolean stored) {
        synchronized (this) {
            outstanding--;
            one.stored = stored;
            lost |= !stored;
            while (!lost && !expected.isEmpty() && expected.getFirst().stored) {
                due = expected.removeFirst().id;
            }
        }
        if (scheduled.compareAndSet(false, true)) {
            eventLoop.accept(() -> {
                scheduled.set(false);
                changed.run();
            });
        }
    }

    /** Reports on their way. */
    synchronized int outstanding() {
        return outstanding;
    }

    /** Whether Kafka will never have one of them. */
    synchronized boolean isLost() {
        return lost;
    }

    /** Up to what is to be acknowledged now; null when nothing new is. */
    synchronized @Nullable MessageId next() {
        MessageId next = due;
        due = null;
        return next;
    }

    /** One report on its way. */
    private final class Expected implements Uplink.Outcome {
        private final MessageId id;
        private boolean stored;

        Expected(MessageId id) {
            this.id = id;
        }

        @Override
        public void stored() {
            settle(this, true);
        }

        @Override
        public void lost() {
            settle(this, false);
        }
    }
}
