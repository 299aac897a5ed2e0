package io.kubemdm.operator.engine;

import io.kubemdm.bus.Topic;
import java.util.Map;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.WallclockTimestampExtractor;
import org.apache.kafka.streams.state.Stores;

/** The engine as Kafka Streams sees it: one source, one processor, one store, four sinks. */
final class EngineTopology {

    static final String EVENTS = "events";
    static final String WATERMARKS = "watermarks";
    static final String ANALYSIS = "analysis";
    static final String DEAD_LETTERS = "dead-letters";

    private static final String REPORTS = "reports";
    private static final String JUDGE = "judge";

    private EngineTopology() {}

    static Topology of(EngineParts parts) {
        Topology topology = new Topology();
        // A record's own time may be anything, even negative, and must not stop the partition.
        topology.addSource(
                AutoOffsetReset.earliest(),
                REPORTS,
                new WallclockTimestampExtractor(),
                new StringDeserializer(),
                new ByteArrayDeserializer(),
                Topic.REPORTS.topicName());
        CommitRhythm rhythm = new CommitRhythm(EngineSettings.COMMIT_INTERVAL);
        topology.addProcessor(JUDGE, () -> new JudgeProcessor(parts, rhythm), REPORTS);
        topology.addStateStore(
                Stores.keyValueStoreBuilder(
                                Stores.inMemoryKeyValueStore(Topic.ENGINE_STORE), Serdes.String(), Serdes.ByteArray())
                        .withLoggingEnabled(Map.of())
                        .withCachingDisabled(),
                JUDGE);
        topology.addSink(
                EVENTS,
                Topic.EVENTS.topicName(),
                new StringSerializer(),
                Outgoing.serializer(),
                Outgoing.partitioner(),
                JUDGE);
        topology.addSink(
                WATERMARKS,
                Topic.WATERMARKS.topicName(),
                new StringSerializer(),
                Outgoing.serializer(),
                Outgoing.partitioner(),
                JUDGE);
        topology.addSink(ANALYSIS, Topic.ANALYSIS.topicName(), new StringSerializer(), Outgoing.serializer(), JUDGE);
        topology.addSink(
                DEAD_LETTERS, Topic.DEAD_LETTERS.topicName(), new StringSerializer(), Outgoing.serializer(), JUDGE);
        return topology;
    }
}
