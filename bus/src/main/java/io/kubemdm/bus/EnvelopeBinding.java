package io.kubemdm.bus;

import io.cloudevents.CloudEvent;
import io.cloudevents.kafka.KafkaMessageFactory;
import io.cloudevents.rw.CloudEventRWException;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.json.MalformedJson;
import io.kubemdm.protocol.message.Envelope;
import io.kubemdm.protocol.message.Envelopes;
import io.kubemdm.protocol.message.Message;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Envelopes as Kafka records: CloudEvents binary mode, key {@code namespace/device}. */
public final class EnvelopeBinding {

    private EnvelopeBinding() {}

    /** The record for {@code mdm.reports}. Its partition follows from its key. */
    public static ProducerRecord<String, byte[]> toRecord(String topic, Envelope<? extends Message> envelope) {
        DeviceId device = envelope.subject();
        if (device == null) {
            throw new IllegalArgumentException("a record on " + topic + " needs a subject");
        }
        return KafkaMessageFactory.<String>createWriter(
                        topic, null, envelope.time().toEpochMilli(), device.toString())
                .writeBinary(Envelopes.toCloudEvent(envelope));
    }

    /**
     * Reads a record back.
     *
     * @throws MalformedJson when it is not an envelope of ours
     */
    public static Envelope<Message> fromRecord(Headers headers, byte @Nullable [] value) {
        try {
            CloudEvent event = KafkaMessageFactory.createReader(headers, value).toEvent();
            return Envelopes.fromCloudEvent(event);
        } catch (CloudEventRWException | IllegalArgumentException e) {
            throw new MalformedJson("not a CloudEvent in binary mode: " + e.getMessage(), e);
        }
    }
}
