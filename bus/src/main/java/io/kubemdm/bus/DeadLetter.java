package io.kubemdm.bus;

import io.kubemdm.protocol.json.Json;
import java.util.Arrays;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * What could not be read, kept for people on {@code mdm.dead-letters}.
 *
 * @param topic where it was found
 * @param partition its partition, {@value #UNKNOWN} for what was set aside for another reason than its form
 * @param offset its offset, {@value #UNKNOWN} as above
 * @param reader the principal that could not read it, or set it aside
 * @param reason a sentence
 * @param key the record's key, if any
 * @param value the record's bytes, base64 in JSON, at most {@value #MAX_VALUE_BYTES}
 */
@SuppressWarnings("ArrayRecordComponent") // written once, never compared
public record DeadLetter(
        String topic,
        int partition,
        long offset,
        String reader,
        String reason,
        @Nullable String key,
        byte @Nullable [] value) {

    /** Bytes of the value that are kept; with base64 a letter stays well below the longest record. */
    public static final int MAX_VALUE_BYTES = 1 << 20;

    /** In place of a partition and offset. */
    public static final int UNKNOWN = -1;

    private static final int MAX_TEXT = 1024;

    /** Cuts what is too long: a letter can always be written. */
    public DeadLetter {
        reason = reason.length() <= MAX_TEXT ? reason : reason.substring(0, MAX_TEXT);
        key = key == null || key.length() <= MAX_TEXT ? key : key.substring(0, MAX_TEXT);
        value = value == null || value.length <= MAX_VALUE_BYTES ? value : Arrays.copyOf(value, MAX_VALUE_BYTES);
    }

    /** As a record; its key makes the same letter, written again after a crash, recognisable. */
    public ProducerRecord<String, byte[]> toRecord() {
        return new ProducerRecord<>(
                Topic.DEAD_LETTERS.topicName(), topic + "/" + partition + "/" + offset, Json.write(this));
    }
}
