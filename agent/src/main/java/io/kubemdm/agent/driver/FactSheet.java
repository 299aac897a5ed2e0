package io.kubemdm.agent.driver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kubemdm.protocol.fact.FactCatalogue;
import io.kubemdm.protocol.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/** Facts by dotted name while they are measured, and why some are not there. */
public final class FactSheet {

    /** Name of the map from the dotted name of a fact to why it is not there. */
    public static final String UNMEASURED = FactCatalogue.UNMEASURED;

    /** Name of the map from the dotted name of a setting to why this device cannot do it. */
    public static final String NOT_APPLICABLE = FactCatalogue.NOT_APPLICABLE;

    private static final int MAX_REASON = 200;

    private final Map<String, JsonNode> facts = new LinkedHashMap<>();

    /** A fact's value, {@code screenLock.idleTimeoutSeconds}: anything that becomes JSON. */
    public void put(String name, Object value) {
        int dot = name.indexOf('.');
        JsonNode json = Json.mapper().valueToTree(value);
        if (dot < 0) {
            facts.put(name, json);
        } else {
            group(name.substring(0, dot)).set(name.substring(dot + 1), json);
        }
    }

    /** Facts measured elsewhere. */
    public void putAll(Map<String, JsonNode> measured) {
        measured.forEach((name, value) -> {
            if (name.equals(UNMEASURED)) {
                value.properties()
                        .forEach(reason ->
                                unmeasured(reason.getKey(), reason.getValue().asText()));
            } else {
                facts.put(name, value);
            }
        });
    }

    /** The fact of this name is not there. */
    public void unmeasured(String name, String reason) {
        group(UNMEASURED).put(name, line(reason));
    }

    /** The setting of this name is nothing this device can do. */
    public void notApplicable(String name, String reason) {
        group(NOT_APPLICABLE).put(name, line(reason));
    }

    /** Everything, by first part of the name. */
    public Map<String, JsonNode> facts() {
        return new LinkedHashMap<>(facts);
    }

    private ObjectNode group(String name) {
        return (ObjectNode) facts.computeIfAbsent(name, n -> JsonNodeFactory.instance.objectNode());
    }

    private static String line(String reason) {
        String line = reason.replaceAll("\\s+", " ").strip();
        return line.length() <= MAX_REASON ? line : line.substring(0, MAX_REASON);
    }
}
