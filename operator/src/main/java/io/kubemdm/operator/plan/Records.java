package io.kubemdm.operator.plan;

import io.kubemdm.bus.Topic;
import io.kubemdm.operator.https.Refused;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The last record of each wanted key. */
interface Records {

    /**
     * Records by key.
     *
     * @param whole false when the limit of bytes ended the reading
     */
    record Found(Map<String, ConsumerRecord<String, byte[]>> records, boolean whole) {}

    /**
     * All of a compacted topic.
     *
     * @throws Refused 503 when Kafka does not answer in time
     */
    Map<String, ConsumerRecord<String, byte[]>> all(Topic topic, Predicate<String> keys);

    /** The part of a compacted topic under {@code namespace/device} keys; partitions without any of them are left alone. */
    Map<String, ConsumerRecord<String, byte[]>> of(Topic topic, Set<String> devices);

    /**
     * The devices' part of a topic from a moment on.
     *
     * @param most bytes that are read at most, of wanted and unwanted records
     */
    Found since(
            Instant from,
            Topic topic,
            Set<String> devices,
            long most,
            Predicate<ConsumerRecord<String, byte[]>> wanted);
}
