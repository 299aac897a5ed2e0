package io.kubemdm.operator.engine;

import io.kubemdm.protocol.bundle.Digest;
import io.kubemdm.protocol.event.DeviceEvent;
import io.kubemdm.protocol.event.EventRecord;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a partition of {@code mdm.events} stands: the fold of its records, kept in the store beside the states.
 *
 * @param chain hash of the last record, {@link #GENESIS} before the first
 * @param snapshotsThrough every snapshot due by then has been taken; null before the first event
 */
public record PartitionHead(String chain, @Nullable Instant snapshotsThrough) {

    /** What the first record of a partition names as its previous one's hash. */
    public static final String GENESIS = "sha256:" + "0".repeat(64);

    /** Before the first event. */
    public static final PartitionHead EMPTY = new PartitionHead(GENESIS, null);

    /** After {@code record}, whose bytes on the log are {@code value}. */
    public PartitionHead after(EventRecord record, byte[] value) {
        return new PartitionHead(Digest.of(value), through(record));
    }

    private Instant through(EventRecord record) {
        Instant before = snapshotsThrough;
        if (before == null) {
            return record.time();
        }
        if (record.event() instanceof DeviceEvent.Snapshotted) {
            Instant slot = SnapshotSchedule.slot(record.device(), record.time());
            return slot.isAfter(before) ? slot : before;
        }
        return before;
    }
}
