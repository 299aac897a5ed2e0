package io.kubemdm.agent.link;

import io.kubemdm.agent.store.Store;
import io.kubemdm.agent.store.StoreFailed;
import io.kubemdm.protocol.message.AgentMessage;
import io.kubemdm.protocol.message.AgentReport;
import io.kubemdm.protocol.message.BundleDelivered;
import io.kubemdm.protocol.message.Envelope;
import io.kubemdm.protocol.message.Heartbeat;
import io.kubemdm.protocol.message.Hello;
import io.kubemdm.protocol.message.Message;
import io.kubemdm.protocol.message.MessageAcknowledged;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.message.MessageRefused;
import io.kubemdm.protocol.message.OrderIssued;
import io.kubemdm.protocol.message.SessionAccepted;
import io.kubemdm.protocol.message.SessionDraining;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one session with one of the gateways, for ever. All of it runs on the agent's executor; only bytes are moved on
 * the event loop.
 *
 * <pre>
 * waiting ──▶ connecting ──▶ greeting ──▶ open ──▶ waiting …
 *    ▲            │              │          │
 *    └────────────┴──────────────┴──────────┘ any {@link CloseCause}
 * </pre>
 */
public final class Link {

    private static final Logger LOG = LoggerFactory.getLogger(Link.class);
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);

    /** A session must stand this long before the back-off starts anew, or a gateway that accepts and closes is hammered. */
    private static final Duration PROVEN_AFTER = Duration.ofSeconds(10);

    private final LinkSettings settings;
    private final Store store;
    private final Clock clock;
    private final LinkListener listener;
    private final Outbox outbox;
    private Counters counters;
    private int next;
    private int failures;
    private boolean stopped;
    private @Nullable Wire wire;
    private boolean open;
    private long openedAt;
    private @Nullable ScheduledFuture<?> deadline;
    private @Nullable Long leaveAt;

    /** A link that does nothing until {@link #start}; it counts this start of the agent. */
    public Link(LinkSettings settings, Store store, Clock clock, LinkListener listener) {
        this.settings = settings;
        this.store = store;
        this.clock = clock;
        this.listener = listener;
        this.counters = Counters.boot(store);
        this.outbox = new Outbox(store, settings.device(), counters.boot());
        this.next = settings.random().nextInt(settings.gateways().size());
    }

    /** Connects now. */
    public void start() {
        settings.executor().execute(this::connect);
    }

    /** Connects after a while, for fleets that start all at once. */
    public void startAfter(Duration delay) {
        settings.executor()
                .schedule(this::connect, delay.toMillis(), TimeUnit.MILLISECONDS)
                .addListener(f -> {});
    }

    /** Says goodbye and stays closed. */
    public void stop() {
        stopped = true;
        cancelDeadline();
        if (wire != null) {
            wire.close();
        }
    }

    /** What waits to be acknowledged. */
    public Outbox outbox() {
        return outbox;
    }

    /** Whether a session stands. */
    public boolean isOpen() {
        return open;
    }

    /**
     * Reports: a critical one is kept until acknowledged, whatever happens; a heartbeat is only said when somebody
     * listens.
     *
     * @return its number, null when it was not taken
     */
    public @Nullable MessageId report(AgentReport report) {
        if (report instanceof Heartbeat && (!open || wire == null || !wire.isWritable())) {
            return null;
        }
        Envelope<Message> envelope = outbox.add(report, clock.instant());
        if (envelope == null) {
            return null;
        }
        send(envelope);
        return envelope.messageId();
    }

    /** Asks; a question nobody hears is asked again by its owner once a session stands. */
    public @Nullable MessageId ask(AgentMessage question) {
        if (!open) {
            return null;
        }
        Envelope<Message> envelope = outbox.number(question, clock.instant());
        send(envelope);
        return envelope.messageId();
    }

    /** Closes the present connection so that the next one uses a new certificate. */
    public void reconnect() {
        if (wire != null) {
            leaveAt = settings.ticks().getAsLong();
            wire.close();
        }
    }

    private void send(Envelope<Message> envelope) {
        if (open && wire != null) {
            wire.send(envelope);
        }
    }

    private void connect() {
        if (stopped) {
            return;
        }
        Endpoint gateway = settings.gateways().get(next++ % settings.gateways().size());
        try {
            counters = counters.connect(store);
        } catch (StoreFailed e) {
            // Without a counter on disk the region could not tell the newest session: wait for the disk.
            LOG.error("not connecting: {}", e.getMessage());
            again(CloseCause.Stopped);
            return;
        }
        wire = new Wire(settings, gateway, new WireEvents(gateway));
        wire.connect();
    }

    private void greet(Wire established) {
        Hello hello = listener.greet(counters.boot(), counters.session());
        established.send(new Envelope<>(
                "hello-" + counters.boot() + "-" + counters.session(),
                "/agent",
                null,
                clock.instant(),
                0,
                MessageId.NONE,
                null,
                hello));
        deadline = settings.executor()
                .schedule(() -> established.fail(CloseCause.NoAnswer), ANSWER_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void accept(SessionAccepted accepted, Endpoint gateway) {
        cancelDeadline();
        open = true;
        openedAt = settings.ticks().getAsLong();
        LOG.info("session open gateway={} at={} session={}", accepted.gateway(), gateway, counters.session());
        outbox.waiting().forEach(this::send);
        listener.accepted(accepted, new ServerTime(accepted.serverTime(), openedAt));
    }

    private void receive(Message message, Endpoint gateway) {
        switch (message) {
            case SessionAccepted accepted when !open -> accept(accepted, gateway);
            case MessageAcknowledged done -> {
                MessageId upTo = new MessageId(done.boot(), done.n());
                outbox.acknowledged(upTo);
                listener.acknowledged(upTo);
            }
            case MessageRefused refused -> {
                LOG.warn(
                        "message refused boot={} n={} reason={} message={}",
                        refused.boot(),
                        refused.n(),
                        refused.reason(),
                        refused.message());
                outbox.remove(new MessageId(refused.boot(), refused.n()));
                listener.refused(refused);
            }
            case OrderIssued order when open -> listener.ordered(order);
            case BundleDelivered bundle when open -> listener.delivered(bundle);
            case SessionDraining draining -> drain(draining);
            default -> LOG.warn("message ignored type={}", message.getClass().getSimpleName());
        }
    }

    private void drain(SessionDraining draining) {
        Duration within = Duration.ofSeconds(Math.clamp(draining.withinSeconds(), 0, 600));
        long wait = settings.random().nextLong(within.toMillis() + 1);
        LOG.info("session draining within={}s", within.toSeconds());
        // Kept, so that a gateway that goes sooner than it said does not bring the whole fleet back at once.
        leaveAt = settings.ticks().getAsLong() + Duration.ofMillis(wait).toNanos();
        Wire leaving = wire;
        deadline = settings.executor()
                .schedule(
                        () -> {
                            if (leaving != null) {
                                leaving.fail(CloseCause.Drained);
                            }
                        },
                        wait,
                        TimeUnit.MILLISECONDS);
    }

    private void again(CloseCause cause) {
        cancelDeadline();
        boolean proven = open && settings.ticks().getAsLong() - openedAt >= PROVEN_AFTER.toNanos();
        boolean wasOpen = open;
        open = false;
        wire = null;
        if (proven) {
            failures = Backoff.AFTER_LOSS;
        }
        if (stopped) {
            if (wasOpen) {
                listener.closed(CloseCause.Stopped);
            }
            return;
        }
        Duration wait;
        if (leaveAt != null) {
            wait = Duration.ofNanos(Math.max(0, leaveAt - settings.ticks().getAsLong()));
            leaveAt = null;
        } else {
            wait = Backoff.delay(failures++, settings.random());
        }
        LOG.info("session closed cause={} retry_ms={}", cause, wait.toMillis());
        listener.closed(cause);
        startAfter(wait);
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    /** What the wire tells, each already on the agent's executor. */
    private final class WireEvents implements Wire.Events {
        private final Endpoint gateway;

        WireEvents(Endpoint gateway) {
            this.gateway = gateway;
        }

        @Override
        public void established(Wire source) {
            if (source == wire && !stopped) {
                greet(source);
            } else {
                source.close();
            }
        }

        @Override
        public void received(Wire source, Message message) {
            if (source == wire && !stopped) {
                receive(message, gateway);
            }
        }

        @Override
        public void closed(Wire source, CloseCause cause, String detail) {
            if (source == wire) {
                if (!detail.isEmpty() && !open) {
                    LOG.warn("gateway {} cause={} detail={}", gateway, cause, detail);
                }
                again(cause);
            }
        }
    }
}
