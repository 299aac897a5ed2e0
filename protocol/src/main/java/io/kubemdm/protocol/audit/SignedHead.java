package io.kubemdm.protocol.audit;

import java.time.Instant;
import java.util.Objects;

/**
 * One record of {@code mdm.checkpoints}: the engine's signed word on where a partition of {@code mdm.events} stood.
 *
 * @param partition of {@code mdm.events}, which the record's key names
 * @param offset on {@code mdm.checkpoints}
 * @param time the record's timestamp in Kafka, which nothing proves
 * @param jws its value, whose payload is a {@link io.kubemdm.protocol.event.Checkpoint}
 */
public record SignedHead(int partition, long offset, Instant time, String jws) {
    public SignedHead {
        Objects.requireNonNull(time, "time");
        Objects.requireNonNull(jws, "jws");
    }
}
