package io.kubemdm.operator.engine;

import io.kubemdm.protocol.audit.EventChain;
import io.kubemdm.protocol.event.DeviceEvent;
import io.kubemdm.protocol.event.EventRecord;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a partition of {@code mdm.events} stands: the fold of its records, kept in the store beside the states.
 *
 * @param chain hash of the last record, {@link EventChain#GENESIS} before the first
 * @param snapshotsThrough every snapshot due by then has been taken; null before the first event
 */
public record PartitionHead(String chain, @Nullable Instant snapshotsThrough) {

    /** Before the first event. */
    public static final PartitionHead EMPTY = new PartitionHead(EventChain.GENESIS, null);

    /** After {@code record}, whose hash is {@code hash}. */
    public PartitionHead after(EventRecord record, String hash) {
        return new PartitionHead(hash, through(record));
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
