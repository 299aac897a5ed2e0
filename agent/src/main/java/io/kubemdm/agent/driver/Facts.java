package io.kubemdm.agent.driver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kubemdm.protocol.json.Json;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;

/** The facts a heartbeat carries: the machine's and the drivers', at most {@value #MAX_BYTES} bytes as JSON. */
public final class Facts {

    /** What a heartbeat may carry. */
    public static final int MAX_BYTES = 64 << 10;

    private static final int RESERVE = 4 << 10;

    private Facts() {}

    /** Measures everything; the largest facts make room for the others when it is too much, and are named absent. */
    public static Map<String, JsonNode> collect(FactSource machine, Drivers drivers) {
        Map<String, JsonNode> facts = new LinkedHashMap<>(machine.collect());
        drivers.all().forEach(driver -> facts.putAll(driver.facts()));
        return bounded(facts, MAX_BYTES - RESERVE);
    }

    static Map<String, JsonNode> bounded(Map<String, JsonNode> facts, int limit) {
        Map<String, JsonNode> kept = new LinkedHashMap<>(facts);
        while (size(kept) > limit) {
            String largest = kept.entrySet().stream()
                    .filter(fact -> !fact.getKey().equals("absent"))
                    .max(Comparator.comparingInt(fact -> Json.write(fact.getValue()).length))
                    .map(Map.Entry::getKey)
                    .orElse("absent");
            kept.remove(largest);
            if (!largest.equals("absent")) {
                ObjectNode absent = kept.get("absent") instanceof ObjectNode known
                        ? known.deepCopy()
                        : JsonNodeFactory.instance.objectNode();
                kept.put("absent", absent.put(largest, "too large to report"));
            }
        }
        return kept;
    }

    private static int size(Map<String, JsonNode> facts) {
        return Json.write(facts).length;
    }
}
