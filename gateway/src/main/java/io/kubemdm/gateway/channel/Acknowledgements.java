package io.kubemdm.gateway.channel;

import io.kubemdm.gateway.uplink.Uplink;
import io.kubemdm.protocol.message.MessageId;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which of a session's reports Kafka has. They are stored in order, so one acknowledgement stands for all before it, and
 * several that arrive together become one. After a loss nothing is acknowledged any more: the agent sends it again.
 */
final class Acknowledgements {

    private final Consumer<Runnable> eventLoop;
    private final Runnable changed;
    private final AtomicInteger outstanding = new AtomicInteger();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private volatile boolean lost;
    private volatile @Nullable MessageId stored;
    private @Nullable MessageId acknowledged;

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

    /** A report is on its way. */
    Uplink.Outcome expect(MessageId id) {
        outstanding.incrementAndGet();
        return new Uplink.Outcome() {
            @Override
            public void stored() {
                if (!lost) {
                    stored = id;
                }
                settle();
            }

            @Override
            public void lost() {
                lost = true;
                settle();
            }
        };
    }

    private void settle() {
        outstanding.decrementAndGet();
        if (scheduled.compareAndSet(false, true)) {
            eventLoop.accept(() -> {
                scheduled.set(false);
                changed.run();
            });
        }
    }

    /** Reports on their way. */
    int outstanding() {
        return outstanding.get();
    }

    /** Whether Kafka will never have one of them. */
    boolean isLost() {
        return lost;
    }

    /** What is to be acknowledged now; null when nothing new is. On the event loop only. */
    @Nullable MessageId next() {
        MessageId latest = stored;
        if (latest == null || latest.equals(acknowledged)) {
            return null;
        }
        acknowledged = latest;
        return latest;
    }
}
