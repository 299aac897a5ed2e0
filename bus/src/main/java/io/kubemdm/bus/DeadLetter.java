package io.kubemdm.bus;

import io.kubemdm.protocol.json.Json;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * What could not be read, kept for people on {@code mdm.dead-letters}.
 *
 * @param topic where it was found
 * @param partition its partition
 * @param offset its offset
 * @param reader the principal that could not read it
 * @param reason a sentence
 * @param key the record's key, if any
 * @param value the record's bytes, base64 in JSON
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

    /** As a record; its key makes the same letter, written again after a crash, recognisable. */
    public ProducerRecord<String, byte[]> toRecord() {
        return new ProducerRecord<>(
                Topic.DEAD_LETTERS.topicName(), topic + "/" + partition + "/" + offset, Json.write(this));
    }
}
