package io.kubemdm.operator.engine.analysis;

import io.kubemdm.bus.CompactedTopic;
import io.kubemdm.protocol.analysis.AnalysisDemand;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.json.MalformedJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is asked of this engine, by namespace. Safe for several threads; reading it costs nothing while nobody asks. */
public final class DemandBook {

    private static final Logger LOG = LoggerFactory.getLogger(DemandBook.class);
    private static final int MAX_BYTES = 64 << 10;

    private final Map<String, AnalysisDemand> byKey = new ConcurrentHashMap<>();
    private final Map<String, List<AnalysisDemand>> byNamespace = new ConcurrentHashMap<>();

    /** Takes a record of {@code mdm.analysis}; a demand that cannot be read is as good as none. */
    public void accept(CompactedTopic.Entry entry) {
        if (!AnalysisDemand.isKey(entry.key())) {
            return;
        }
        AnalysisDemand demand = read(entry);
        AnalysisDemand before = demand == null ? byKey.remove(entry.key()) : byKey.put(entry.key(), demand);
        if (before != null) {
            refresh(before.namespace());
        }
        if (demand != null) {
            refresh(demand.namespace());
        }
    }

    private static @Nullable AnalysisDemand read(CompactedTopic.Entry entry) {
        byte[] value = entry.value();
        if (value == null) {
            return null;
        }
        try {
            if (value.length > MAX_BYTES) {
                throw new MalformedJson(value.length + " bytes, the limit is " + MAX_BYTES);
            }
            AnalysisDemand demand = Json.read(value, AnalysisDemand.class);
            if (!demand.key().equals(entry.key())) {
                throw new MalformedJson("the value is about " + demand.key());
            }
            return demand;
        } catch (MalformedJson e) {
            LOG.error("not a demand offset={} key={}: {}", entry.offset(), entry.key(), e.getMessage());
            return null;
        }
    }

    private void refresh(String namespace) {
        List<AnalysisDemand> demands = new ArrayList<>();
        byKey.values().stream()
                .filter(demand -> demand.namespace().equals(namespace))
                .forEach(demands::add);
        if (demands.isEmpty()) {
            byNamespace.remove(namespace);
        } else {
            byNamespace.put(namespace, List.copyOf(demands));
        }
    }

    List<AnalysisDemand> in(String namespace) {
        return byNamespace.isEmpty() ? List.of() : byNamespace.getOrDefault(namespace, List.of());
    }

    @Nullable AnalysisDemand find(String key) {
        return byKey.get(key);
    }
}
