package io.kubemdm.gateway.downlink;

import io.kubemdm.bus.CompactedTopic;
import io.kubemdm.bus.DeadLetter;
import io.kubemdm.bus.KafkaAccess;
import io.kubemdm.bus.Principal;
import io.kubemdm.bus.Topic;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.SignatureRefused;
import io.kubemdm.protocol.trust.Verifier;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the three order topics from the start and for ever. What is new goes to the device's session on this replica at
 * once, on the reader's thread; what is pending is asked for when a session opens.
 *
 * <p>Signatures are checked when an order arrives live and again whenever one is handed out. What was read at start is
 * checked only when handed out. An order that is not the operator's never replaces one that is, and goes to the dead
 * letters.
 */
public final class Downlink implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Downlink.class);

    /** A session, as far as orders are concerned. */
    @FunctionalInterface
    public interface Recipient {
        /** Takes an order that has just arrived; on the reader's thread, must not block. */
        void deliver(Order order);
    }

    /** Which devices have a session here. */
    @FunctionalInterface
    public interface Recipients {
        /** The device's session, null when it has none here. */
        @Nullable Recipient of(DeviceId device);
    }

    private record Belief(String jws, Verifier by) {}

    private final Supplier<Verifier> trust;
    private final Recipients recipients;
    private final Consumer<DeadLetter> deadLetters;
    private final Clock clock;
    private final OrderBook book = new OrderBook();
    private final BundleShelf shelf = new BundleShelf();
    private final Map<String, Belief> beliefs = new ConcurrentHashMap<>();
    private volatile @Nullable CompactedTopic reader;
    private volatile boolean replaying;

    /**
     * A downlink that has read nothing yet.
     *
     * @param trust the verifier of the operator's signatures, asked each time so that its keys may change
     */
    public Downlink(Supplier<Verifier> trust, Recipients recipients, Consumer<DeadLetter> deadLetters, Clock clock) {
        this.trust = trust;
        this.recipients = recipients;
        this.deadLetters = deadLetters;
        this.clock = clock;
    }

    /** Starts reading; the future completes when all that stood at start is known. */
    public CompletableFuture<Void> start(KafkaAccess kafka, String clientId) {
        replaying = true;
        CompactedTopic started = CompactedTopic.read(
                kafka, clientId, List.of(Topic.BUNDLES, Topic.DESIRED, Topic.COMMANDS), this::accept);
        reader = started;
        return started.caughtUp().thenRun(() -> replaying = false);
    }

    /** Takes one record. */
    void accept(CompactedTopic.Entry entry) {
        switch (OrderRecord.of(entry)) {
            case OrderRecord.Standing standing -> stand(entry, standing.order());
            case OrderRecord.DesiredGone gone -> book.desiredGone(gone.device());
            case OrderRecord.CommandGone gone -> book.commandGone(gone.device(), gone.id());
            case OrderRecord.Bundle bundle -> shelve(bundle);
            case OrderRecord.Poison poison -> bury(entry, poison.reason());
        }
    }

    private void stand(CompactedTopic.Entry entry, Order order) {
        if (!replaying) {
            try {
                order.verify(trust.get());
            } catch (SignatureRefused e) {
                bury(entry, e.reason() + ": " + e.getMessage());
                return;
            }
        }
        book.stand(order);
        Recipient recipient = recipients.of(order.device());
        if (recipient != null) {
            recipient.deliver(order);
        }
    }

    private void shelve(OrderRecord.Bundle bundle) {
        String jws = bundle.jws();
        if (jws == null) {
            shelf.remove(bundle.digest());
            beliefs.remove(bundle.digest());
        } else {
            shelf.put(bundle.digest(), jws);
        }
    }

    /** Highest counters issued to a device within an enrolment, as far as this gateway knows. */
    public OrderBook.Issued issued(DeviceId device, long epoch) {
        return book.issued(device, epoch);
    }

    /** What a device that connects has to be told, in order; see {@link OrderBook#pending}. */
    public List<Order> pending(DeviceId device, long epoch, long desiredSeq) {
        return book.pending(device, epoch, desiredSeq, clock.instant()).stream()
                .filter(this::isBelieved)
                .toList();
    }

    /** The commands a revoked device may still fetch. */
    public List<Order> openWipes(DeviceId device, long epoch) {
        return book.openWipes(device, epoch, clock.instant()).stream()
                .filter(this::isBelieved)
                .toList();
    }

    /** Whether a revoked device has anything to fetch. */
    public boolean hasOpenWipe(DeviceId device, long epoch) {
        return !book.openWipes(device, epoch, clock.instant()).isEmpty();
    }

    /**
     * A bundle's signed content, once it is there; a bundle nobody published never is, so the caller sets a limit and
     * cancels. Completes exceptionally with {@link SignatureRefused} when it is not the operator's.
     */
    public CompletableFuture<String> bundle(String digest) {
        CompletableFuture<String> found = shelf.await(digest);
        CompletableFuture<String> believed = found.thenApply(jws -> believed(digest, jws));
        var unused = believed.whenComplete((jws, failure) -> {
            if (failure != null) {
                found.cancel(false);
            }
        });
        return believed;
    }

    /** A thousand devices ask for the same bundle: it is checked once. */
    private String believed(String digest, String jws) {
        Belief belief = new Belief(jws, trust.get());
        if (!belief.equals(beliefs.get(digest))) {
            belief.by().verify(JwsType.BUNDLE, jws, com.fasterxml.jackson.databind.JsonNode.class);
            beliefs.put(digest, belief);
        }
        return jws;
    }

    /** Devices with an order standing. */
    public int size() {
        return book.size();
    }

    @Override
    public void close() {
        CompactedTopic current = reader;
        if (current != null) {
            current.close();
        }
    }

    private boolean isBelieved(Order order) {
        try {
            order.verify(trust.get());
            return true;
        } catch (SignatureRefused e) {
            Topic topic = order instanceof Order.Desired ? Topic.DESIRED : Topic.COMMANDS;
            String key = order instanceof Order.OfCommand command
                    ? order.device() + "/" + command.id()
                    : order.device().toString();
            book.strike(order);
            bury(new DeadLetter(
                    topic.topicName(),
                    order.source().partition(),
                    order.source().offset(),
                    Principal.GATEWAY.user(),
                    e.reason() + ": " + e.getMessage(),
                    key,
                    order.jws().getBytes(StandardCharsets.UTF_8)));
            return false;
        }
    }

    private void bury(CompactedTopic.Entry entry, String reason) {
        bury(new DeadLetter(
                entry.topic().topicName(),
                entry.partition(),
                entry.offset(),
                Principal.GATEWAY.user(),
                reason,
                entry.key(),
                entry.value()));
    }

    private void bury(DeadLetter letter) {
        LOG.warn(
                "order not believed topic={} partition={} offset={} key={} reason={}",
                letter.topic(),
                letter.partition(),
                letter.offset(),
                letter.key(),
                letter.reason());
        deadLetters.accept(letter);
    }
}
