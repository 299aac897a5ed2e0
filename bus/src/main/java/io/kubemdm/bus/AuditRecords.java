package io.kubemdm.bus;

import io.kubemdm.protocol.audit.AuditRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** Records of {@code mdm.events} as the audit's verifiers take them. */
public final class AuditRecords {

    private AuditRecords() {}

    /** A record as it lies in Kafka. What the engine never writes, such as a record without a value, does not verify. */
    public static AuditRecord of(ConsumerRecord<String, byte[]> record) {
        return new AuditRecord(
                record.partition(),
                record.offset(),
                Instant.ofEpochMilli(record.timestamp()),
                record.key() == null ? "" : record.key(),
                headers(record.headers()),
                record.value() == null ? "" : new String(record.value(), StandardCharsets.UTF_8));
    }

    /** Headers by name, as text; one that is there twice, which the engine's never are, gets both values. */
    public static Map<String, String> headers(Headers headers) {
        Map<String, String> texts = new HashMap<>();
        for (Header header : headers) {
            String text = header.value() == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
            texts.merge(header.key(), text, (first, second) -> first + "\n" + second);
        }
        return texts;
    }
}
