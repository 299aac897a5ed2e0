package io.kubemdm.operator.dispatch;

import io.kubemdm.protocol.device.DeviceId;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * One at a time for each device's command lane: whoever looks for the lane's next counter holds the lock until what is signed
 * with it is on record. Few locks for all devices.
 */
public final class CommandLanes {

    private static final int LOCKS = 64;

    private final List<Lock> locks = Stream.generate(ReentrantLock::new)
            .limit(LOCKS)
            .map(Lock.class::cast)
            .toList();

    /** The lock of a device's lane. */
    public Lock of(DeviceId device) {
        return locks.get(Math.floorMod(device.hashCode(), LOCKS));
    }
}
