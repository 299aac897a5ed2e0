package io.kubemdm.protocol.event;

import java.time.Instant;
import java.util.Objects;

/**
 * The engine's signed word on where a partition of {@code mdm.events} stood. Payload of a JWS of type
 * {@link io.kubemdm.protocol.trust.JwsType#CHECKPOINT}, value of {@code mdm.checkpoints} under the partition's number.
 *
 * @param chain hash of its last record, {@code sha256:…}: whoever rewrites the log can no longer produce it
 * @param at when it was signed
 */
public record Checkpoint(int partition, String chain, Instant at) {
    public Checkpoint {
        Objects.requireNonNull(chain, "chain");
        Objects.requireNonNull(at, "at");
    }
}
