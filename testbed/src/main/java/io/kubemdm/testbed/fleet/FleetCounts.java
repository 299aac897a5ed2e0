package io.kubemdm.testbed.fleet;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Running totals of a fleet; safe for several threads. */
public final class FleetCounts {

    private final AtomicInteger connected = new AtomicInteger();
    private final LongAdder ordered = new LongAdder();
    private final LongAdder reported = new LongAdder();
    private final LongAdder acknowledged = new LongAdder();

    void connected(int change) {
        connected.addAndGet(change);
    }

    void ordered() {
        ordered.increment();
    }

    void reported() {
        reported.increment();
    }

    void acknowledged() {
        acknowledged.increment();
    }

    /** Sessions that stand now. */
    public int connected() {
        return connected.get();
    }

    /** Orders received. */
    public long orders() {
        return ordered.sum();
    }

    /** Reports numbered, heartbeats included. */
    public long reports() {
        return reported.sum();
    }

    /** Reports that the gateway says Kafka has. */
    public long acknowledgements() {
        return acknowledged.sum();
    }
}
