package io.kubemdm.operator.dispatch;

import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.json.MalformedJson;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the operator must remember, as committed on {@code mdm.decisions}: one immutable record per object. */
public final class Decisions {

    private final Map<String, Class<? extends Record>> kinds;
    private final Map<DecisionKey, Record> records = new ConcurrentHashMap<>();

    /** Remembers these kinds of decision; records of others are refused. */
    public Decisions(Map<String, Class<? extends Record>> kinds) {
        this.kinds = Map.copyOf(kinds);
    }

    /** The decision on an object, null when there is none. */
    public <T extends Record> @Nullable T get(DecisionKey key, Class<T> type) {
        Record found = records.get(key);
        return type.isInstance(found) ? type.cast(found) : null;
    }

    /** All decisions of one type in one namespace; linear in their number, for kinds with few objects. */
    public <T extends Record> Stream<Map.Entry<DecisionKey, T>> in(String namespace, Class<T> type) {
        return all(type).filter(e -> e.getKey().namespace().equals(namespace));
    }

    /** All decisions of one type; linear in the number of all. */
    public <T extends Record> Stream<Map.Entry<DecisionKey, T>> all(Class<T> type) {
        return records.entrySet().stream()
                .filter(e -> type.isInstance(e.getValue()))
                .map(e -> Map.entry(e.getKey(), type.cast(e.getValue())));
    }

    void put(DecisionKey key, Record decision) {
        records.put(key, decision);
    }

    void forget(DecisionKey key) {
        records.remove(key);
    }

    /**
     * Takes a record as read.
     *
     * @throws MalformedJson when the value is not that kind's record
     * @throws IllegalArgumentException when the key is none of ours
     */
    public void read(String key, byte @Nullable [] value) {
        DecisionKey parsed = DecisionKey.parse(key);
        Class<? extends Record> type = kinds.get(parsed.kind());
        if (type == null) {
            throw new IllegalArgumentException("kind '" + parsed.kind() + "' takes no decisions");
        }
        if (value == null) {
            records.remove(parsed);
        } else {
            records.put(parsed, Json.read(value, type));
        }
    }
}
