package io.kubemdm.operator.engine;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Compares three positions of each input partition: the broker's end, asked for by {@link InputProbe}; the consumer's,
 * told by {@link EngineClients}; the processor's. An end that was not confirmed for some seconds counts as being late,
 * since a broker that is away looks just like silent devices.
 */
final class InputProgress implements Punctuality {

    private static final Duration FRESH = Duration.ofSeconds(5);
    private static final Duration AWAY = Duration.ofSeconds(10);

    private record End(long offset, Instant seen) {}

    private record Read(long position, long lastRecord) {}

    private final InstantSource clock;
    private final Map<Integer, End> ends = new ConcurrentHashMap<>();
    private final Map<Integer, Read> reads = new ConcurrentHashMap<>();
    private final Map<Integer, Long> judged = new ConcurrentHashMap<>();
    private volatile Instant answered;

    InputProgress(InstantSource clock) {
        this.clock = clock;
        this.answered = clock.instant();
    }

    /** The broker's last stable offset. */
    void end(int partition, long offset) {
        Instant now = clock.instant();
        ends.put(partition, new End(offset, now));
        answered = now;
    }

    /** Whether the broker has not answered for so long that nothing can be committed. */
    boolean brokerIsAway() {
        return answered.plus(AWAY).isBefore(clock.instant());
    }

    /** The consumer stands at {@code position}; {@code lastRecord} is the last it handed over, -1 for none this time. */
    void read(int partition, long position, long lastRecord) {
        reads.merge(
                partition,
                new Read(position, lastRecord),
                (old, now) -> new Read(position, lastRecord >= 0 ? lastRecord : old.lastRecord()));
    }

    /** The partition has arrived or left: nothing is known. */
    void forget(int partition) {
        reads.remove(partition);
        judged.remove(partition);
    }

    @Override
    public void judged(int partition, long offset) {
        judged.put(partition, offset);
    }

    @Override
    public boolean onTime(int partition) {
        End end = ends.get(partition);
        Read read = reads.get(partition);
        if (end == null || read == null || end.seen().plus(FRESH).isBefore(clock.instant())) {
            return false;
        }
        return read.position() >= end.offset() && read.lastRecord() <= judgedUpTo(partition);
    }

    private long judgedUpTo(int partition) {
        @Nullable Long offset = judged.get(partition);
        return offset == null ? -1 : offset;
    }
}
