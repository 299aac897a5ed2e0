package io.kubemdm.gateway.downlink;

import io.kubemdm.bus.CompactedTopic;
import io.kubemdm.bus.DeadLetter;
import io.kubemdm.bus.KafkaAccess;
import io.kubemdm.bus.Topic;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.order.WipeBudget;
import io.kubemdm.protocol.trust.SignatureRefused;
import io.kubemdm.protocol.trust.Verifier;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the three order topics from the start and for ever. What is new goes to the device's session on this replica at
 * once, on the reader's thread; what is pending is asked for when a session opens.
 *
 * <p>Signatures are checked when an order arrives live and again whenever one is handed out. Desired orders that were read
 * at start are checked only when handed out. An order that is not the operator's never replaces one that is, and goes to
 * the dead letters.
 *
 * <p>Commands that lock or take data are handed out as their namespace's budget lets them go; see {@link CommandBudgets}.
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

    /**
     * What a downlink works with.
     *
     * @param trust the verifier of the operator's signatures, asked each time so that its keys may change
     * @param limits how many commands of each lane may go in a namespace
     */
    public record Parts(
            Supplier<Verifier> trust,
            Recipients recipients,
            Consumer<DeadLetter> deadLetters,
            Clock clock,
            Fleet fleet,
            Map<WipeBudget.Lane, WipeBudget.Limits> limits,
            DownlinkMeters meters) {}

    private final Parts parts;
    private final OrderBook book = new OrderBook();
    private final CommandBudgets budgets;
    private final Releases releases;
    private final CommandIntake intake;
    private final RefusedOrders refused;
    private final Bundles bundles;
    private volatile @Nullable CompactedTopic reader;
    private volatile boolean replaying;

    /** A downlink that has read nothing yet. */
    public Downlink(Parts parts) {
        this.parts = parts;
        this.budgets = new CommandBudgets(parts.limits(), parts.fleet(), this::alert);
        this.releases = new Releases(budgets, this::commandsKnown, parts.clock(), this::released);
        this.refused = new RefusedOrders(parts.deadLetters(), parts.meters());
        this.intake = new CommandIntake(book, budgets, parts.fleet(), refused, releases::settle);
        this.bundles = new Bundles(parts.trust());
        parts.meters().watch(lane -> budgets.held(lane, parts.clock().instant()));
    }

    /**
     * Starts reading.
     *
     * @param fleetKnown completes when {@link Fleet} has read the ledger; no command with a budget goes before
     * @return completes when all that stood at start is known
     */
    public CompletableFuture<Void> start(KafkaAccess kafka, String clientId, CompletableFuture<Void> fleetKnown) {
        replaying = true;
        CompactedTopic started = CompactedTopic.read(
                kafka, clientId, List.of(Topic.BUNDLES, Topic.DESIRED, Topic.COMMANDS), this::accept);
        reader = started;
        CompletableFuture<Void> caughtUp = started.caughtUp().thenRun(() -> replaying = false);
        return CompletableFuture.allOf(caughtUp, fleetKnown).thenRun(releases::open);
    }

    /** Releases commands without having read anything; where there is no Kafka. */
    void open() {
        releases.open();
    }

    /**
     * Completes once every command that was written by now is known, at once where there is no Kafka; exceptionally when
     * Kafka does not say how much that is.
     */
    public CompletableFuture<Void> commandsKnown() {
        CompactedTopic current = reader;
        return current == null ? CompletableFuture.completedFuture(null) : current.written(Topic.COMMANDS);
    }

    /** Takes one record. */
    void accept(CompactedTopic.Entry entry) {
        if (entry.topic() == Topic.COMMANDS && intake.isRepeated(entry)) {
            return;
        }
        switch (OrderRecord.of(entry)) {
            case OrderRecord.Standing standing -> stand(entry, standing.order());
            case OrderRecord.DesiredGone gone -> book.desiredGone(gone.device());
            case OrderRecord.CommandGone gone -> {
                intake.gone(entry, gone.device(), gone.id());
                book.commandGone(gone.device(), gone.id(), entry.timestamp());
            }
            case OrderRecord.Bundle bundle -> bundles.put(bundle);
            case OrderRecord.Poison poison -> refused.bury(entry, poison.reason(), poison.message());
        }
    }

    private void stand(CompactedTopic.Entry entry, Order order) {
        // There are as many desired orders as devices, and most devices are somebody else's; commands are few, and what
        // budgets and counters make of them must be the same whenever they are read.
        if (!replaying || order instanceof Order.OfCommand) {
            try {
                order.verify(parts.trust().get());
            } catch (SignatureRefused e) {
                refused.bury(entry, OrderRefusal.of(e), String.valueOf(e.getMessage()));
                return;
            }
        }
        if (order instanceof Order.OfCommand command && !intake.mayStand(entry, command, !replaying)) {
            return;
        }
        book.stand(order);
        if (!(order instanceof Order.Command command) || budgets.isReleased(command)) {
            deliver(order);
        }
    }

    private void deliver(Order order) {
        Recipient recipient = parts.recipients().of(order.device());
        if (recipient != null) {
            recipient.deliver(order);
        }
    }

    private void alert(CommandBudgets.Alert alert) {
        parts.meters().exceeded(alert.lane());
        LOG.error(
                "commands held, the budget is spent namespace={} lane={} limit={} observed={} window={} held={} next={}",
                alert.namespace(),
                alert.lane(),
                alert.reached().limit(),
                alert.reached().observed(),
                alert.reached().window(),
                alert.held(),
                alert.next());
    }

    /** A command's turn has come: what stands under its id now goes, if it is still a command. */
    private void released(CommandBudgets.CommandKey key) {
        if (book.find(key.device(), key.id()) instanceof Order.Command command && isBelieved(command)) {
            deliver(command);
        }
    }

    /** Highest counters issued to a device within an enrolment, as far as this gateway knows. */
    public OrderBook.Issued issued(DeviceId device, long epoch) {
        return book.issued(device, epoch);
    }

    /** What a device that connects has to be told, in order; see {@link OrderBook#pending}. */
    public List<Order> pending(DeviceId device, long epoch, long desiredSeq) {
        return book.pending(device, epoch, desiredSeq, parts.clock().instant()).stream()
                .filter(this::isReleased)
                .filter(this::isBelieved)
                .toList();
    }

    /** The commands a revoked device may still fetch. */
    public List<Order> openWipes(DeviceId device, long epoch) {
        return book.openWipes(device, epoch, parts.clock().instant()).stream()
                .filter(this::isReleased)
                .filter(this::isBelieved)
                .toList();
    }

    /** Whether a revoked device has anything to fetch, now or once its budget lets it go. */
    public boolean hasOpenWipe(DeviceId device, long epoch) {
        return !book.openWipes(device, epoch, parts.clock().instant()).isEmpty();
    }

    /**
     * A bundle's signed content, once it is there; a bundle nobody published never is, so the caller sets a limit and
     * cancels. Completes exceptionally with {@link SignatureRefused} when it is not the operator's.
     */
    public CompletableFuture<String> bundle(String digest) {
        return bundles.find(digest);
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
        releases.close();
    }

    private boolean isReleased(Order order) {
        return !(order instanceof Order.Command command) || budgets.isReleased(command);
    }

    private boolean isBelieved(Order order) {
        try {
            order.verify(parts.trust().get());
            return true;
        } catch (SignatureRefused e) {
            book.strike(order);
            refused.bury(order, e);
            return false;
        }
    }
}
