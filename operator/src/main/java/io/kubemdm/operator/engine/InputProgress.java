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
    private final Map<Integer, JudgedThrough> through = new ConcurrentHashMap<>();
    private volatile Instant answered;

    InputProgress(InstantSource clock) {
        this.clock = clock;
        this.answered = clock.instant();
    }

    /** The time by which looks at the broker are told. */
    Instant now() {
        return clock.instant();
    }

    /** The broker's last stable offset, asked for at {@code asked}. */
    void end(int partition, long offset, Instant asked) {
        Instant now = clock.instant();
        through(partition).look(asked, offset);
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

    @Override
    public void opened(int partition) {
        forget(partition);
    }

    /** Nothing is known of the partition until it is read again. */
    void forget(int partition) {
        reads.remove(partition);
        judged.remove(partition);
        through(partition).forget();
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

    @Override
    public @Nullable Instant judgedThrough(int partition) {
        Read read = reads.get(partition);
        if (read == null) {
            return null;
        }
        long last = judgedUpTo(partition);
        // The position steps over transaction markers at the end, which no record's offset tells.
        return through(partition).at(read.lastRecord() <= last ? read.position() : last + 1);
    }

    private JudgedThrough through(int partition) {
        return through.computeIfAbsent(partition, number -> new JudgedThrough());
    }

    private long judgedUpTo(int partition) {
        @Nullable Long offset = judged.get(partition);
        return offset == null ? -1 : offset;
    }
}
