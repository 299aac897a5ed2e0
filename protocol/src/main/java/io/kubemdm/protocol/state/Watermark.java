package io.kubemdm.protocol.state;

import java.time.Instant;
import java.util.Objects;

/**
 * The engine's word on a partition of {@code mdm.reports}, value of {@code mdm.watermarks} under the partition's number. It
 * is written in the transaction that commits what it speaks of: where it can be read, the states are in {@code mdm.state}.
 *
 * @param partition at least 0
 * @param judgedThrough every report that was in the partition by then has been judged; by the engine's clock
 */
public record Watermark(int partition, Instant judgedThrough) {
    public Watermark {
        Objects.requireNonNull(judgedThrough, "judgedThrough");
        if (partition < 0) {
            throw new IllegalArgumentException("partition is " + partition + ": it must not be negative");
        }
    }
}
