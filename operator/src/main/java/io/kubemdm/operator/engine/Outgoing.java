package io.kubemdm.operator.engine;

import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.StreamPartitioner;

/**
 * A record on its way out.
 *
 * @param partition where it must go
 */
@SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
record Outgoing(int partition, byte[] value) {

    static Serializer<Outgoing> serializer() {
        return (topic, outgoing) -> outgoing.value();
    }

    /** Events stay in the partition they were decided in: the chain has one writer per partition, whatever the key. */
    static StreamPartitioner<String, Outgoing> partitioner() {
        return (topic, key, outgoing, count) -> Optional.of(Set.of(outgoing.partition()));
    }
}
