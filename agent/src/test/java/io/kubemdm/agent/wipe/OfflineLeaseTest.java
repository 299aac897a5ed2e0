package io.kubemdm.agent.wipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubemdm.agent.store.FullStore;
import io.kubemdm.agent.store.MemoryStore;
import io.kubemdm.agent.store.StoreFailed;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OfflineLeaseTest {

    private static final long DAY = Duration.ofDays(1).toSeconds();

    private final FullStore store = roomy();
    private final SimulatedActs acts = new SimulatedActs();
    private Instant wall = Instant.parse("2026-01-01T00:00:00Z");
    private long nanos = 5;
    private final InstantSource source = () -> wall;
    private final Clock clock = source.withZone(ZoneOffset.UTC);
    private OfflineLease lease = start();

    private static FullStore roomy() {
        FullStore store = new FullStore(new MemoryStore());
        store.room(true);
        return store;
    }

    private OfflineLease start() {
        OfflineLease started = new OfflineLease(store, acts, clock, () -> nanos);
        started.allow(DAY);
        return started;
    }

    /** The device runs, and its agent looks every minute or so. */
    private void run(Duration time) {
        for (int i = 0; i < 10; i++) {
            nanos += time.toNanos() / 10;
            wall = wall.plus(time.dividedBy(10));
            lease.count();
        }
    }

    /** The device is off, its monotonic clock begins anew. */
    private void off(Duration time) {
        wall = wall.plus(time);
        nanos = 7;
        lease = start();
    }

    @BeforeEach
    void connected() {
        lease.contact();
    }

    @Test
    void aDeviceThatReachesNobodyLocksItselfAndUnlocksAtContact() {
        run(Duration.ofHours(23));
        assertThat(acts.isLocked()).isFalse();
        run(Duration.ofHours(1));
        assertThat(acts.isLocked()).isTrue();
        lease.contact();
        assertThat(acts.isLocked()).isFalse();
    }

    @Test
    void timeGoesOnThroughRestartsAndWhileItIsOff() {
        run(Duration.ofHours(10));
        off(Duration.ofHours(4));
        run(Duration.ofHours(9));
        assertThat(acts.isLocked()).isFalse();
        run(Duration.ofHours(1));
        assertThat(acts.isLocked()).isTrue();
    }

    @Test
    void aClockTurnedBackWinsNothingButTheTimeItWasOff() {
        run(Duration.ofHours(10));
        off(Duration.ofDays(-300));
        run(Duration.ofHours(13));
        assertThat(acts.isLocked()).isFalse();
        wall = wall.minus(Duration.ofDays(300));
        run(Duration.ofHours(1));
        assertThat(acts.isLocked()).isTrue();
    }

    @Test
    void whatTheLeaseLockedIsUnlockedAlsoAfterARestart() {
        run(Duration.ofDays(1));
        off(Duration.ofHours(1));
        lease.contact();
        assertThat(acts.isLocked()).isFalse();
    }

    @Test
    void aFullDiskAtContactOnlyPutsTheUnlockingOff() {
        run(Duration.ofDays(1));
        store.room(false);
        assertThatThrownBy(lease::contact).isInstanceOf(StoreFailed.class);
        assertThat(acts.isLocked()).isTrue();
        store.room(true);
        lease.contact();
        assertThat(acts.isLocked()).isFalse();
    }

    @Test
    void whatACommandLockedStaysLocked() {
        acts.lock();
        run(Duration.ofDays(2));
        lease.contact();
        assertThat(acts.isLocked()).isTrue();
    }

    @Test
    void aLongSessionCountsForNothingAtTheNextStart() {
        for (int i = 0; i < 300; i++) {
            nanos += Duration.ofMinutes(5).toNanos();
            wall = wall.plus(Duration.ofMinutes(5));
            lease.contact();
        }
        off(Duration.ofHours(1));
        lease.count();
        assertThat(acts.isLocked()).isFalse();
    }

    @Test
    void withoutALeaseNothingIsLockedOrWritten() {
        MemoryStore untouched = new MemoryStore();
        OfflineLease none = new OfflineLease(untouched, acts, clock, () -> nanos);
        none.contact();
        nanos += Duration.ofDays(400).toNanos();
        none.count();
        assertThat(acts.isLocked()).isFalse();
        assertThat(untouched.read("lease.json")).isNull();
    }

    @Test
    void aFileThatCannotBeReadIsToldAsTrouble() {
        store.write("lease.json", "{".getBytes(StandardCharsets.UTF_8));
        lease = start();
        assertThatThrownBy(lease::count).isInstanceOf(StoreFailed.class);
    }
}
