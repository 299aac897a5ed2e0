package io.kubemdm.gateway.channel;

import io.kubemdm.gateway.downlink.Downlink;
import io.kubemdm.protocol.device.DeviceId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The sessions of this replica, one per device. Safe for several threads. */
final class Sessions implements Downlink.Recipients {

    private record Seat(Session session, long number) {}

    private final Map<DeviceId, Seat> seats = new ConcurrentHashMap<>();
    private final Set<Session> waiting = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private final int max;
    private volatile boolean draining;

    Sessions(int max) {
        this.max = max;
    }

    /** Takes a place for a connection, before its certificate is looked at; null when there is one. */
    @Nullable CloseCause admit() {
        if (draining) {
            return CloseCause.Drained;
        }
        if (connections.incrementAndGet() > max) {
            connections.decrementAndGet();
            return CloseCause.Full;
        }
        return null;
    }

    /** Gives the place back. */
    void depart() {
        connections.decrementAndGet();
    }

    /**
     * Seats a session that has greeted; the device's older one, by the agent's own count of connections, is displaced.
     *
     * @param number the agent's connection counter
     * @return why it may not sit down, null when it does
     */
    @Nullable CloseCause enter(Session session, long number) {
        Seat mine = new Seat(session, number);
        Session[] displaced = new Session[1];
        seats.merge(session.holder().device(), mine, (old, newer) -> {
            boolean older = newer.number() < old.number();
            displaced[0] = older ? session : old.session();
            return older ? old : newer;
        });
        if (displaced[0] == session) {
            return CloseCause.Displaced;
        }
        if (displaced[0] != null) {
            displaced[0].cut(CloseCause.Displaced);
        }
        return null;
    }

    /** The session has ended. */
    void leave(Session session) {
        waiting.remove(session);
        seats.computeIfPresent(session.holder().device(), (device, seat) -> seat.session() == session ? null : seat);
    }

    @Override
    public @Nullable Session of(DeviceId device) {
        Seat seat = seats.get(device);
        return seat == null ? null : seat.session();
    }

    /** The device may have lost rights: its session looks at its certificate again. */
    void doubt(DeviceId device) {
        Session session = of(device);
        if (session != null) {
            session.doubted();
        }
    }

    /** The session has stopped reading until there is room. */
    void waiting(Session session) {
        waiting.add(session);
    }

    /** It reads again. */
    void reading(Session session) {
        waiting.remove(session);
    }

    /** There is room: whoever waits may look. */
    void relieve() {
        waiting.forEach(Session::relieved);
    }

    /** Sessions that have stopped reading. */
    int held() {
        return waiting.size();
    }

    /** Devices with a session. */
    int size() {
        return seats.size();
    }

    /** Admits nobody any more. */
    Collection<Session> drain() {
        draining = true;
        return all();
    }

    boolean isDraining() {
        return draining;
    }

    /** Those seated now. */
    List<Session> all() {
        return seats.values().stream().map(Seat::session).toList();
    }
}
