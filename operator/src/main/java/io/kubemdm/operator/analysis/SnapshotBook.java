package io.kubemdm.operator.analysis;

import io.kubemdm.bus.CompactedTopic;
import io.kubemdm.bus.KafkaAccess;
import io.kubemdm.bus.Topic;
import io.kubemdm.operator.intake.DeadLetters;
import io.kubemdm.protocol.analysis.AnalysisDemand;
import io.kubemdm.protocol.analysis.AnalysisSnapshot;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.json.MalformedJson;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/** Reads {@code mdm.analysis}: the latest snapshot of each partition by rollout, and which demands stand. */
final class SnapshotBook implements AutoCloseable {

    private final Map<String, Map<Integer, AnalysisSnapshot>> snapshots = new ConcurrentHashMap<>();
    private final Set<String> demands = ConcurrentHashMap.newKeySet();
    private final DeadLetters deadLetters;
    private final BiConsumer<String, String> ring;
    private final CompactedTopic reader;

    /** @param ring hears namespace and name of a rollout of which something was measured; must not block */
    @SuppressWarnings("this-escape") // the reader's thread sees every field: it is started last
    SnapshotBook(KafkaAccess kafka, DeadLetters deadLetters, BiConsumer<String, String> ring) {
        this.deadLetters = deadLetters;
        this.ring = ring;
        this.reader = CompactedTopic.read(kafka, "operator-analysis", List.of(Topic.ANALYSIS), this::take);
    }

    CompletableFuture<Void> caughtUp() {
        return reader.caughtUp();
    }

    /** The latest of each partition, about whatever object and step it is. */
    Collection<AnalysisSnapshot> of(String namespace, String rollout) {
        return snapshots.getOrDefault(namespace + "/" + rollout, Map.of()).values();
    }

    /** Everything there is of anybody. */
    Stream<AnalysisSnapshot> all() {
        return snapshots.values().stream().flatMap(each -> each.values().stream());
    }

    /** Keys of the demands on the topic. */
    Set<String> demands() {
        return Set.copyOf(demands);
    }

    private void take(CompactedTopic.Entry entry) {
        byte[] value = entry.value();
        if (AnalysisDemand.isKey(entry.key())) {
            if (value == null) {
                demands.remove(entry.key());
            } else {
                demands.add(entry.key());
            }
            return;
        }
        String[] parts = entry.key().split("/", -1);
        if (!AnalysisSnapshot.isKey(entry.key()) || parts.length != 4) {
            deadLetters.write(entry, "neither a demand nor a snapshot");
            return;
        }
        try {
            String rollout = parts[1] + "/" + parts[2];
            if (value == null) {
                Map<Integer, AnalysisSnapshot> known = snapshots.get(rollout);
                if (known != null) {
                    known.remove(Integer.parseInt(parts[3]));
                }
                return;
            }
            AnalysisSnapshot snapshot = Json.read(value, AnalysisSnapshot.class);
            if (!snapshot.key().equals(entry.key())) {
                throw new MalformedJson("the value is about " + snapshot.key());
            }
            snapshots.computeIfAbsent(rollout, key -> new ConcurrentHashMap<>()).put(snapshot.partition(), snapshot);
            ring.accept(parts[1], parts[2]);
        } catch (MalformedJson | IllegalArgumentException | NullPointerException e) {
            deadLetters.write(entry, "not a snapshot of an analysis: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        reader.close();
    }
}
