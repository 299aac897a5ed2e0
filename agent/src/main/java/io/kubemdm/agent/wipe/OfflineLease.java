package io.kubemdm.agent.wipe;

import io.kubemdm.agent.store.Documents;
import io.kubemdm.agent.store.Store;
import io.kubemdm.agent.store.StoreFailed;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Locks the device when it has reached no gateway for as long as its desired order allows, and unlocks it at the next
 * session. Time counts by the monotonic clock and is kept on disk; what a start finds to have passed since, by the wall
 * clock, is added, so that turning that clock back wins nothing but the time the device was off. Used by the agent's one
 * thread.
 */
public final class OfflineLease {

    /** How often to look while no gateway is reached: a kill or a restart makes it forget no more than this. */
    public static final Duration LOOK = Duration.ofMinutes(1);

    /** While a session stands the disk is told this often that it does: a restart counts no more than this too much. */
    private static final Duration REFRESH = Duration.ofMinutes(10);

    private static final Logger LOG = LoggerFactory.getLogger(OfflineLease.class);
    private static final String FILE = "lease.json";

    /**
     * What is on disk.
     *
     * @param offlineSeconds time without a gateway
     * @param at wall clock when it was written
     * @param locked whether the lease has locked the device, and not a command
     */
    private record Written(long offlineSeconds, Instant at, boolean locked) {}

    private final Store store;
    private final DeviceActs acts;
    private final Clock clock;
    private final LongSupplier ticks;
    private final Instant startedAt;
    private @Nullable Duration lockAfter;
    private @Nullable Duration offline;
    private boolean locked;
    private long countedAt;
    private @Nullable Long writtenAt;

    /** A lease that nobody has asked for yet; {@code ticks} are nanoseconds of the monotonic clock. */
    public OfflineLease(Store store, DeviceActs acts, Clock clock, LongSupplier ticks) {
        this.store = store;
        this.acts = acts;
        this.clock = clock;
        this.ticks = ticks;
        this.startedAt = clock.instant();
        this.countedAt = ticks.getAsLong();
    }

    /** The desired order allows so long; null for no lease. */
    public void allow(@Nullable Long seconds) {
        lockAfter = seconds == null ? null : Duration.ofSeconds(seconds);
    }

    /**
     * A session stands: whatever has passed is forgotten. The disk is told before the device is unlocked: a kill between
     * leaves a locked device, never one that unlocks what a command has locked since.
     *
     * @throws StoreFailed when the disk refuses
     */
    public void contact() {
        load();
        boolean unlock = locked;
        countedAt = ticks.getAsLong();
        boolean stale = writtenAt == null || countedAt - writtenAt >= REFRESH.toNanos();
        boolean tell = unlock || (lockAfter != null && (stale || !Duration.ZERO.equals(offline)));
        offline = Duration.ZERO;
        if (tell) {
            write(false);
        }
        if (unlock) {
            LOG.info("offline lease: a gateway is reached, the device is unlocked");
            acts.unlock();
        }
    }

    /**
     * No session stands: counts, and locks when the time is up.
     *
     * @throws StoreFailed when the disk refuses
     */
    public void count() {
        if (lockAfter == null) {
            return;
        }
        Duration passed = load();
        long now = ticks.getAsLong();
        passed = passed.plusNanos(now - countedAt);
        countedAt = now;
        offline = passed;
        if (passed.compareTo(lockAfter) >= 0 && !acts.isLocked()) {
            LOG.warn("offline lease: no gateway for {} s, the device is locked", passed.toSeconds());
            write(true);
            acts.lock();
        } else {
            write(locked);
        }
    }

    /** When to look again while no session stands, null when nothing is asked for. */
    public @Nullable Duration next() {
        return lockAfter == null ? null : LOOK;
    }

    private Duration load() {
        Duration known = offline;
        if (known != null) {
            return known;
        }
        Written written = Documents.read(store, FILE, Written.class);
        if (written == null) {
            known = Duration.ZERO;
        } else {
            Duration off = Duration.between(written.at(), startedAt);
            known = Duration.ofSeconds(written.offlineSeconds()).plus(off.isNegative() ? Duration.ZERO : off);
            locked = written.locked();
        }
        offline = known;
        return known;
    }

    private void write(boolean byLease) {
        long seconds = offline == null ? 0 : offline.toSeconds();
        Documents.write(store, FILE, new Written(seconds, clock.instant(), byLease));
        // Only now: when the disk refuses, the next look must still find what is to be done.
        locked = byLease;
        writtenAt = ticks.getAsLong();
    }
}
