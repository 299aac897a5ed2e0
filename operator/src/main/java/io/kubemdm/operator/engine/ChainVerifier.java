package io.kubemdm.operator.engine;

import io.kubemdm.protocol.bundle.Digest;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.event.EventRecord;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.json.MalformedJson;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Checks one partition of {@code mdm.events}, record by record in order: each names the hash of its predecessor, and each
 * device's sequence rises by one. Where retention has cut the log, the first record and each device's first stand as
 * they are. Pure; not for use by several threads.
 */
public final class ChainVerifier {

    private static final int MAX_FLAWS = 100;

    private final int partition;
    private final boolean fromStart;
    private final Map<DeviceId, Long> sequences = new HashMap<>();
    private final List<String> flaws = new ArrayList<>();
    private @Nullable String previous;
    private long events;

    /**
     * A verifier.
     *
     * @param fromStart whether the log is whole: it then begins with {@link PartitionHead#GENESIS} and sequence 1
     */
    public ChainVerifier(int partition, boolean fromStart) {
        this.partition = partition;
        this.fromStart = fromStart;
        this.previous = fromStart ? PartitionHead.GENESIS : null;
    }

    /** The next record's bytes, and where it was found. */
    public void accept(long offset, byte[] value) {
        String where = "partition=" + partition + " offset=" + offset;
        try {
            EventRecord record = Json.read(value, EventRecord.class);
            if (previous != null && !previous.equals(record.previous())) {
                flaw("chain broken " + where + " expected=" + previous + " found=" + record.previous());
            }
            Long last = sequences.put(record.device(), record.sequence());
            long expected = last == null ? 1 : last + 1;
            if ((last != null || fromStart) && record.sequence() != expected) {
                flaw("sequence broken " + where + " device=" + record.device() + " expected=" + expected + " found="
                        + record.sequence());
            }
        } catch (MalformedJson e) {
            flaw("unreadable " + where + ": " + e.getMessage());
        }
        previous = Digest.of(value);
        events++;
    }

    private void flaw(String text) {
        if (flaws.size() < MAX_FLAWS) {
            flaws.add(text);
        }
    }

    /** What is wrong, at most {@value #MAX_FLAWS} lines; empty when the partition verifies. */
    public List<String> flaws() {
        return List.copyOf(flaws);
    }

    /** How many records were taken. */
    public long events() {
        return events;
    }

    /** Hash of the last record, as in {@link PartitionHead#chain()}; null before the first of a log cut by retention. */
    public @Nullable String head() {
        return previous;
    }

    /** The last sequence of each device. */
    public Map<DeviceId, Long> sequences() {
        return Map.copyOf(sequences);
    }
}
