package io.kubemdm.operator.compliance;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kubemdm.bus.DeadLetter;
import io.kubemdm.bus.Principal;
import io.kubemdm.bus.Topic;
import io.kubemdm.operator.dispatch.Batch;
import io.kubemdm.operator.dispatch.DecisionKey;
import io.kubemdm.operator.dispatch.Decisions;
import io.kubemdm.operator.dispatch.DispatchFailed;
import io.kubemdm.operator.dispatch.Dispatcher;
import io.micrometer.core.instrument.Metrics;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers the notifications on record: an Event on the Device, then the webhook where one is configured; then it is
 * forgotten, or set aside on {@code mdm.dead-letters} when nobody took it. A few threads of their own and a bounded queue: who
 * rings never waits, and a receiver that is slow holds up nothing but notifications. A kill repeats one under the same id.
 */
public final class Notifier implements AutoCloseable {

    /** Whose records these are on {@code mdm.decisions}. */
    public static final String KIND = "notice";

    private static final Logger LOG = LoggerFactory.getLogger(Notifier.class);
    private static final int THREADS = 4;
    private static final int MAX_QUEUE = 10_000;
    private static final Duration FULL_LOOK = Duration.ofSeconds(30);

    private final Dispatcher dispatcher;
    private final Decisions decisions;
    private final DeviceEvents events;
    private final @Nullable WebhookSink sink;
    private final int attempts;
    private final Set<DecisionKey> queue = new LinkedHashSet<>();
    private final Set<DecisionKey> inHand = new HashSet<>();
    private final List<Thread> threads = new ArrayList<>();
    private boolean missed = true;
    private long lookAt = System.nanoTime();
    private boolean closed;

    /**
     * A notifier that does nothing before {@link #start()}.
     *
     * @param settings where the webhook is, null without one
     * @param replica who writes Events
     */
    public Notifier(
            Dispatcher dispatcher,
            Decisions decisions,
            KubernetesClient client,
            @Nullable NotificationSettings settings,
            String replica,
            Clock clock) {
        this.dispatcher = dispatcher;
        this.decisions = decisions;
        this.events = new DeviceEvents(client, replica);
        this.sink = settings == null ? null : new WebhookSink(settings, clock);
        this.attempts = settings == null ? 0 : settings.attempts();
    }

    /** Begins with what is on record. */
    public void start() {
        for (int i = 0; i < THREADS; i++) {
            threads.add(Thread.ofPlatform().name("notifier-" + i).daemon().start(this::run));
        }
    }

    /** A notification is on record. Does not wait; what does not fit is found later. */
    public void ring(DecisionKey key) {
        synchronized (queue) {
            if (queue.size() < MAX_QUEUE) {
                queue.add(key);
                queue.notifyAll();
            } else {
                missed = true;
            }
        }
    }

    private void run() {
        try {
            while (true) {
                DecisionKey key = take();
                if (key == null) {
                    return;
                }
                boolean over = false;
                try {
                    over = deliver(key);
                } catch (DispatchFailed e) {
                    LOG.warn("notification not settled, tried again notice={} error={}", key, e.getMessage());
                } catch (RuntimeException e) {
                    LOG.error("notification failed, tried again notice={}", key, e);
                } finally {
                    release(key, over);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("notifier ends", e);
        }
    }

    private void release(DecisionKey key, boolean over) {
        synchronized (queue) {
            inHand.remove(key);
            missed |= !over;
        }
    }

    private @Nullable DecisionKey take() throws InterruptedException {
        synchronized (queue) {
            while (!closed) {
                if (queue.isEmpty() && missed && System.nanoTime() - lookAt >= 0) {
                    lookAt = System.nanoTime() + FULL_LOOK.toNanos();
                    decisions
                            .all(NoticeDecision.class)
                            .map(Map.Entry::getKey)
                            .filter(key -> !inHand.contains(key))
                            .limit(MAX_QUEUE)
                            .forEach(queue::add);
                    missed = queue.size() == MAX_QUEUE;
                }
                for (DecisionKey key : queue) {
                    if (inHand.add(key)) {
                        queue.remove(key);
                        return key;
                    }
                }
                queue.wait(FULL_LOOK.toMillis());
            }
            return null;
        }
    }

    /** @return whether it is on record no more */
    private boolean deliver(DecisionKey key) throws InterruptedException {
        NoticeDecision notice = decisions.get(key, NoticeDecision.class);
        if (notice == null) {
            return true;
        }
        try {
            events.write(key, notice);
        } catch (KubernetesClientException e) {
            // People have the webhook and the Device's status; an Event is gone in an hour anyway.
            LOG.warn("event not written notice={} code={}", key, e.getCode());
        }
        Batch batch = dispatcher.open().forget(key);
        String outcome = "Delivered";
        if (sink != null) {
            try {
                sink.deliver(key.name(), notice.event());
            } catch (NotDelivered e) {
                outcome = "SetAside";
                String reason = "notification not delivered after " + attempts + " attempts: " + e.getMessage();
                LOG.error("{} notice={}", reason, key);
                batch.setAside(new DeadLetter(
                        Topic.DECISIONS.topicName(),
                        DeadLetter.UNKNOWN,
                        DeadLetter.UNKNOWN,
                        Principal.OPERATOR.user(),
                        reason,
                        key.toString(),
                        notice.event().getBytes(StandardCharsets.UTF_8)));
            }
        }
        dispatcher.commit(batch);
        Metrics.counter("kubemdm.notifications", "outcome", outcome).increment();
        return true;
    }

    @Override
    public void close() {
        synchronized (queue) {
            closed = true;
            queue.notifyAll();
        }
        threads.forEach(Thread::interrupt);
        if (sink != null) {
            sink.close();
        }
    }
}
