package io.kubemdm.operator.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kubemdm.protocol.audit.EventChain;
import io.kubemdm.protocol.event.EventRecord;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.json.MalformedJson;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Events as records of {@code mdm.events}: canonical JSON, CloudEvents 1.0 in binary mode. Reading lifts events of older
 * versions to today's, one version at a time.
 */
public final class EventFormat {

    /** The CloudEvents source of every event. */
    public static final String SOURCE = "/engine";

    static final String TYPE = "ce_type";

    /** Today's events; no older version exists yet. */
    public static final EventFormat CURRENT = new EventFormat(Map.of());

    /**
     * How events of one type become the next version's.
     *
     * @param to the type it then has
     * @param change of the record's JSON, in place or anew
     */
    record Upcast(String to, UnaryOperator<ObjectNode> change) {}

    private final Map<String, Upcast> upcasts;

    EventFormat(Map<String, Upcast> upcasts) {
        this.upcasts = Map.copyOf(upcasts);
    }

    /** The bytes on the log. */
    public static byte[] write(EventRecord record) {
        return Json.canonical(record);
    }

    /** The CloudEvents attributes, as they are named in Kafka. */
    static SortedMap<String, String> attributes(EventRecord record) {
        SortedMap<String, String> attributes = new TreeMap<>();
        attributes.put("ce_specversion", "1.0");
        attributes.put("ce_id", record.device() + "/" + record.sequence());
        attributes.put("ce_source", SOURCE);
        attributes.put(TYPE, record.event().typeName());
        attributes.put("ce_subject", record.device().toString());
        attributes.put("ce_time", record.time().toString());
        attributes.put("ce_sequence", Long.toString(record.sequence()));
        if (record.traceparent() != null) {
            attributes.put("ce_traceparent", record.traceparent());
        }
        return attributes;
    }

    /** The headers on the log. */
    public static Headers headers(EventRecord record) {
        Headers headers = new RecordHeaders();
        attributes(record).forEach((name, value) -> add(headers, name, value));
        add(headers, "content-type", "application/json");
        return headers;
    }

    /** The hash that the next record of the partition names, see {@link EventChain}. */
    static String hash(EventRecord record, byte[] value) {
        return EventChain.hash(record.device().toString(), attributes(record), value, record.previous());
    }

    /**
     * Reads a record of any version.
     *
     * @throws MalformedJson when it is no event this version knows
     */
    public EventRecord read(Headers headers, byte[] value) {
        Header type = headers.lastHeader(TYPE);
        if (type == null) {
            throw new MalformedJson("an event without " + TYPE);
        }
        String name = new String(type.value(), StandardCharsets.UTF_8);
        if (!upcasts.containsKey(name)) {
            return Json.read(value, EventRecord.class);
        }
        JsonNode tree = Json.read(value, ObjectNode.class);
        for (Upcast upcast = upcasts.get(name); upcast != null; upcast = upcasts.get(upcast.to())) {
            tree = upcast.change().apply((ObjectNode) tree);
        }
        return Json.convert(tree, EventRecord.class);
    }

    private static void add(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
