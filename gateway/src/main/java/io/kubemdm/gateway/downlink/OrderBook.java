package io.kubemdm.gateway.downlink;

import io.kubemdm.protocol.device.DeviceId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which orders stand, by device. One thread writes; any thread reads and sees each device's orders as they were at one
 * moment.
 */
public final class OrderBook {

    /** Highest counters issued in the two lanes, 0 for none. */
    public record Issued(long desiredSeq, long commandSeq) {}

    private record Page(Order.@Nullable Desired desired, Map<String, Order.OfCommand> commands) {
        static final Page EMPTY = new Page(null, Map.of());

        boolean isEmpty() {
            return desired == null && commands.isEmpty();
        }
    }

    private final Map<DeviceId, Page> pages = new ConcurrentHashMap<>();

    /** Writes down an order; it replaces the device's desired order, or what stood under its command id. */
    public void stand(Order order) {
        pages.merge(order.device(), page(Page.EMPTY, order), (old, ignored) -> page(old, order));
    }

    /** Strikes out a device's desired order. */
    public void desiredGone(DeviceId device) {
        pages.computeIfPresent(device, (key, page) -> emptied(new Page(null, page.commands())));
    }

    /** What stands under a command id, null when nothing does. */
    public Order.@Nullable OfCommand find(DeviceId device, String id) {
        return pages.getOrDefault(device, Page.EMPTY).commands().get(id);
    }

    /**
     * Strikes out what stood under a command id. A withdrawal stays until its command has ended: who removes it early
     * brings nothing back.
     */
    public void commandGone(DeviceId device, String id, Instant at) {
        pages.computeIfPresent(device, (key, page) -> {
            if (page.commands().get(id) instanceof Order.Withdrawal withdrawal
                    && withdrawal.notAfter().isAfter(at)) {
                return page;
            }
            Map<String, Order.OfCommand> commands = new TreeMap<>(page.commands());
            commands.remove(id);
            return emptied(new Page(page.desired(), Map.copyOf(commands)));
        });
    }

    /** Strikes out this very order, unless another one has taken its place. */
    public void strike(Order order) {
        pages.computeIfPresent(order.device(), (key, page) -> {
            if (order instanceof Order.OfCommand command) {
                if (page.commands().get(command.id()) != order) {
                    return page;
                }
                Map<String, Order.OfCommand> commands = new TreeMap<>(page.commands());
                commands.remove(command.id());
                return emptied(new Page(page.desired(), Map.copyOf(commands)));
            }
            return page.desired() == order ? emptied(new Page(null, page.commands())) : page;
        });
    }

    /** Highest counters issued to a device within an enrolment. */
    public Issued issued(DeviceId device, long epoch) {
        Page page = pages.getOrDefault(device, Page.EMPTY);
        long desired = page.desired() != null && page.desired().epoch() == epoch
                ? page.desired().seq()
                : 0;
        long command = page.commands().values().stream()
                .filter(order -> order.epoch() == epoch && order instanceof Order.Command)
                .mapToLong(order -> ((Order.Command) order).seq())
                .max()
                .orElse(0);
        return new Issued(desired, command);
    }

    /**
     * What a device that connects has to be told, withdrawals first, then commands by counter, then the desired order.
     * Commands are sent whatever counter the device has: one it knows it answers with the stored result, one that came
     * too late it answers with its own counter, and dispatch signs again above it.
     *
     * @param desiredSeq the highest desired counter the device has seen
     */
    public List<Order> pending(DeviceId device, long epoch, long desiredSeq, Instant now) {
        Page page = pages.getOrDefault(device, Page.EMPTY);
        List<Order> pending = new ArrayList<>();
        commands(page, epoch, now).filter(Order.Withdrawal.class::isInstance).forEach(pending::add);
        pending.addAll(openCommands(page, epoch, now));
        Order.Desired desired = page.desired();
        if (desired != null && desired.epoch() == epoch && desired.seq() > desiredSeq) {
            pending.add(desired);
        }
        return pending;
    }

    /** The commands a revoked device may still fetch: those that wipe it. */
    public List<Order> openWipes(DeviceId device, long epoch, Instant now) {
        return openCommands(pages.getOrDefault(device, Page.EMPTY), epoch, now).stream()
                .filter(Order.Command::isWipe)
                .map(Order.class::cast)
                .toList();
    }

    /** How many devices have an order. */
    public int size() {
        return pages.size();
    }

    private static List<Order.Command> openCommands(Page page, long epoch, Instant now) {
        return commands(page, epoch, now)
                .filter(Order.Command.class::isInstance)
                .map(Order.Command.class::cast)
                .sorted(Comparator.comparingLong(Order.Command::seq))
                .toList();
    }

    private static java.util.stream.Stream<Order.OfCommand> commands(Page page, long epoch, Instant now) {
        return page.commands().values().stream()
                .filter(order -> order.epoch() == epoch && order.notAfter().isAfter(now));
    }

    private static Page page(Page old, Order order) {
        return switch (order) {
            case Order.Desired desired -> new Page(desired, old.commands());
            case Order.OfCommand command -> {
                Map<String, Order.OfCommand> commands = new TreeMap<>(old.commands());
                commands.put(command.id(), command);
                yield new Page(old.desired(), Map.copyOf(commands));
            }
        };
    }

    private static @Nullable Page emptied(Page page) {
        return page.isEmpty() ? null : page;
    }
}
