package io.kubemdm.operator.device;

import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.device.DeviceId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Lets orders that bring devices something new out no faster than devices answer them, so that little is on its way when
 * a rollout is stopped (docs/decisions/0140). As many may be unanswered as were answered within the last second, and at
 * least {@value #LEAST}; a device that takes longer than a second keeps nobody back any more. Whoever has to wait is
 * rung when there is room, each rollout's devices in turn. It decides about nothing: what is lost with the process is who
 * waits, and a new leader looks at every device anyway.
 */
public final class OrderFlow {

    /** So many connected devices may have an order that they have not answered, whatever they did before. */
    static final int LEAST = 128;

    /** How long an unanswered order counts. */
    static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long LOOK_MILLIS = 100;

    /** Devices that wait for the same: those of a namespace to which the same is new. */
    record Group(String namespace, List<PolicyRef> brought) {}

    private final Consumer<DeviceId> ring;
    private final Consumer<Runnable> later;
    private final LongSupplier nanos;

    /** Since when, oldest first; a device that was rung and has not come yet is among them. */
    private final SequencedMap<DeviceId, Long> unanswered = new LinkedHashMap<>();

    /** When the answers of the last second came. */
    private final Deque<Long> answers = new ArrayDeque<>();

    /** Whose turn is next comes first. */
    private final SequencedMap<Group, SequencedSet<DeviceId>> waiting = new LinkedHashMap<>();

    private final Map<DeviceId, Group> groups = new HashMap<>();
    private boolean looking;

    /**
     * A flow in which nobody waits.
     *
     * @param ring hears which device's turn it is; must not block
     * @param timer looks for room while somebody waits
     */
    public OrderFlow(Consumer<DeviceId> ring, ScheduledExecutorService timer) {
        this(ring, look -> later(timer, look), System::nanoTime);
    }

    /** @param later runs what it is given in {@value #LOOK_MILLIS} ms */
    OrderFlow(Consumer<DeviceId> ring, Consumer<Runnable> later, LongSupplier nanos) {
        this.ring = ring;
        this.later = later;
        this.nanos = nanos;
    }

    /** Whether a connected device may be sent an order now; if not, it is rung when its turn comes. */
    synchronized boolean enter(DeviceId device, Group group) {
        forgetOld();
        if (unanswered.containsKey(device)) {
            return true;
        }
        leave(device);
        if (groups.isEmpty() && unanswered.size() < limit()) {
            unanswered.put(device, nanos.getAsLong());
            return true;
        }
        waiting.computeIfAbsent(group, g -> new LinkedHashSet<>()).add(device);
        groups.put(device, group);
        lookLater();
        return false;
    }

    /** The device has nothing to wait for any more. */
    synchronized void leave(DeviceId device) {
        Group group = groups.remove(device);
        SequencedSet<DeviceId> queue = group == null ? null : waiting.get(group);
        if (queue != null) {
            queue.remove(device);
            if (queue.isEmpty()) {
                waiting.remove(group);
            }
        }
    }

    /** A device has said something of its policies. */
    public void answered(DeviceId device) {
        List<DeviceId> next;
        synchronized (this) {
            if (unanswered.remove(device) == null) {
                return;
            }
            answers.addLast(nanos.getAsLong());
            next = admit();
        }
        next.forEach(ring);
    }

    private void look() {
        List<DeviceId> next;
        synchronized (this) {
            looking = false;
            next = admit();
            lookLater();
        }
        next.forEach(ring);
    }

    private void lookLater() {
        if (!looking && !groups.isEmpty()) {
            looking = true;
            later.accept(this::look);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // nothing to wait for
    private static void later(ScheduledExecutorService timer, Runnable look) {
        if (!timer.isShutdown()) {
            timer.schedule(look, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private List<DeviceId> admit() {
        forgetOld();
        List<DeviceId> next = new ArrayList<>();
        int room = limit() - unanswered.size();
        while (next.size() < room && !waiting.isEmpty()) {
            Map.Entry<Group, SequencedSet<DeviceId>> turn = waiting.pollFirstEntry();
            DeviceId device = turn.getValue().removeFirst();
            groups.remove(device);
            if (!turn.getValue().isEmpty()) {
                waiting.putLast(turn.getKey(), turn.getValue());
            }
            unanswered.put(device, nanos.getAsLong());
            next.add(device);
        }
        return next;
    }

    private int limit() {
        return Math.max(LEAST, answers.size());
    }

    private void forgetOld() {
        long since = nanos.getAsLong() - PATIENCE_NANOS;
        while (!answers.isEmpty() && answers.getFirst() - since <= 0) {
            answers.removeFirst();
        }
        while (!unanswered.isEmpty() && unanswered.firstEntry().getValue() - since <= 0) {
            unanswered.pollFirstEntry();
        }
    }
}
