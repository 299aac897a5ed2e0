package io.kubemdm.operator.flag;

import dev.openfeature.contrib.providers.flagd.resolver.process.storage.connector.QueuePayload;
import dev.openfeature.contrib.providers.flagd.resolver.process.storage.connector.QueuePayloadType;
import dev.openfeature.contrib.providers.flagd.resolver.process.storage.connector.QueueSource;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at definitions again and again and hands flagd's provider what has changed and can be used. Unlike the provider's
 * own file source it bounds what it reads, goes on after a file was away, and says what is wrong.
 */
final class PolledDefinitions implements QueueSource {

    private static final Logger LOG = LoggerFactory.getLogger(PolledDefinitions.class);

    private static final String NONE = "{\"flags\": {}}";

    private final Definitions definitions;
    private final Duration interval;
    private final Runnable problemChanged;
    private final BlockingQueue<QueuePayload> queue = new LinkedBlockingQueue<>();
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("flag-definitions").daemon().factory());
    private volatile boolean wanted;
    private volatile @Nullable String problem;
    private @Nullable String last;

    /** @param problemChanged hears when {@link #problem} became another */
    PolledDefinitions(Definitions definitions, Duration interval, Runnable problemChanged) {
        this.definitions = definitions;
        this.interval = interval;
        this.problemChanged = problemChanged;
        this.problem = unread();
    }

    private String unread() {
        return definitions.name() + " has not been read yet.";
    }

    /** Why the definitions cannot be used, null when they can. */
    @Nullable String problem() {
        return problem;
    }

    /** Whether anybody cares; else nothing is read. */
    void wanted(boolean next) {
        if (!next) {
            problem = unread();
        }
        wanted = next;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // look() logs what goes wrong
    public void init() {
        // The provider waits a second for its first definitions and logs a failure; nobody may want a flag for days.
        queue.add(new QueuePayload(QueuePayloadType.DATA, NONE));
        executor.scheduleWithFixedDelay(this::look, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look() {
        if (!wanted) {
            return;
        }
        try {
            String now = definitions.read();
            if (!now.equals(last)) {
                Definitions.check(definitions.name(), now);
                queue.add(new QueuePayload(QueuePayloadType.DATA, now));
                last = now;
                LOG.info("flag definitions read source={}", definitions.name());
            }
            say(null);
        } catch (Definitions.Unusable e) {
            say(e.getMessage());
        } catch (RuntimeException e) {
            LOG.warn("flag definitions not read source={}", definitions.name(), e);
            say(definitions.name() + " cannot be read: " + e.getClass().getSimpleName() + ".");
        }
    }

    private void say(@Nullable String now) {
        if (!Objects.equals(problem, now)) {
            problem = now;
            if (now != null) {
                LOG.warn("flags are unreachable reason={}", now);
            }
            problemChanged.run();
        }
    }

    @Override
    public BlockingQueue<QueuePayload> getStreamQueue() {
        return queue;
    }

    @Override
    public void shutdown() {
        executor.shutdownNow();
    }
}
