package io.kubemdm.gateway.access;

import io.kubemdm.protocol.device.DeviceId;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * So many requests a minute per device, and as many at once (generic cell rate algorithm, ITU-T I.371). Only devices of the
 * ledger are counted, so it holds one number for each that asked within a minute.
 */
final class RequestRate {

    private static final int TIDY_ABOVE = 1_000;

    private final long nanosEach;
    private final long burst;
    private final LongSupplier nanoTime;
    private final Map<DeviceId, Long> free = new ConcurrentHashMap<>();

    /**
     * A rate.
     *
     * @param nanoTime as {@link System#nanoTime}
     * @throws IllegalArgumentException when {@code perMinute} is not 1 to 6000
     */
    RequestRate(int perMinute, LongSupplier nanoTime) {
        if (perMinute < 1 || perMinute > 6_000) {
            throw new IllegalArgumentException(
                    "kubemdm.access.max-requests-per-minute is " + perMinute + ": it must be 1 to 6000");
        }
        this.nanosEach = Duration.ofMinutes(1).toNanos() / perMinute;
        this.burst = nanosEach * (perMinute - 1);
        this.nanoTime = nanoTime;
    }

    /** Counts a request; false when it comes too soon, and then it does not count. */
    boolean admits(DeviceId device) {
        long now = nanoTime.getAsLong();
        if (free.size() > TIDY_ABOVE) {
            free.values().removeIf(at -> at - now <= 0);
        }
        AtomicBoolean admitted = new AtomicBoolean();
        free.compute(device, (key, at) -> {
            long from = at == null || at - now < 0 ? now : at;
            admitted.set(from - now <= burst);
            return admitted.get() ? from + nanosEach : from;
        });
        return admitted.get();
    }
}
