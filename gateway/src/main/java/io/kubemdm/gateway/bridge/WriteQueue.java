package io.kubemdm.gateway.bridge;

import io.kubemdm.protocol.device.DeviceId;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Devices whose status is to be looked at. A device is in it once however often it was named, urgent ones come first, and
 * one that is being written is not given to a second writer but kept until the first is done. Safe for several threads.
 */
final class WriteQueue {

    private record Delayed(Instant at, DeviceId device, boolean urgent) {}

    private final Set<DeviceId> urgent = new LinkedHashSet<>();
    private final Set<DeviceId> ordinary = new LinkedHashSet<>();
    private final Set<DeviceId> inHand = new HashSet<>();
    private final PriorityQueue<Delayed> delayed = new PriorityQueue<>((a, b) -> a.at().compareTo(b.at()));
    private final Map<DeviceId, Instant> earliest = new java.util.HashMap<>();

    /** Names a device. */
    synchronized void offer(DeviceId device, boolean isUrgent) {
        if (isUrgent) {
            ordinary.remove(device);
            urgent.add(device);
        } else if (!urgent.contains(device)) {
            ordinary.add(device);
        }
        notifyAll();
    }

    /** Names a device for a later moment; an earlier one stands. */
    synchronized void offerAt(Instant at, DeviceId device, boolean isUrgent) {
        Instant known = earliest.get(device);
        if (known == null || at.isBefore(known)) {
            earliest.put(device, at);
            delayed.add(new Delayed(at, device, isUrgent));
        }
    }

    /** Takes the next device in hand, null when there is none; to be given back with {@link #done}. */
    synchronized @Nullable DeviceId poll(Instant now) {
        for (Delayed next = delayed.peek(); next != null && !next.at().isAfter(now); next = delayed.peek()) {
            delayed.remove();
            if (earliest.remove(next.device(), next.at())) {
                offer(next.device(), next.urgent());
            }
        }
        DeviceId next = first(urgent);
        return next == null ? first(ordinary) : next;
    }

    private @Nullable DeviceId first(Set<DeviceId> from) {
        for (DeviceId each : from) {
            if (!inHand.contains(each)) {
                from.remove(each);
                inHand.add(each);
                return each;
            }
        }
        return null;
    }

    /** Gives a device back. */
    synchronized void done(DeviceId device) {
        inHand.remove(device);
        notifyAll();
    }

    /** Waits until something may have changed, at most {@code millis}. */
    @SuppressWarnings("WaitNotInLoop") // the caller looks again, whatever woke it
    synchronized void await(long millis) throws InterruptedException {
        wait(millis);
    }

    /** Devices waiting to be looked at now. */
    synchronized int size() {
        return urgent.size() + ordinary.size();
    }
}
