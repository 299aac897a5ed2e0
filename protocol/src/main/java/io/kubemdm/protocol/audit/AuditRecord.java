package io.kubemdm.protocol.audit;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/**
 * One record of {@code mdm.events} as it lies in Kafka.
 *
 * @param time the record's timestamp in Kafka, which nothing proves
 * @param key empty when it has none
 * @param headers all of its headers, as text
 * @param value its bytes as UTF-8 text; bytes that are none break the chain, since the engine writes none
 */
public record AuditRecord(
        int partition, long offset, Instant time, String key, Map<String, String> headers, String value) {
    public AuditRecord {
        Objects.requireNonNull(time, "time");
        Objects.requireNonNull(key, "key");
        headers = Map.copyOf(headers);
        Objects.requireNonNull(value, "value");
    }

    /** The value's bytes. */
    public byte[] bytes() {
        return value.getBytes(StandardCharsets.UTF_8);
    }
}
