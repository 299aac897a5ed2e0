package io.kubemdm.agent.driver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kubemdm.protocol.json.Json;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The facts a heartbeat carries: the machine's and the drivers', at most {@value #MAX_BYTES} bytes as JSON. */
public final class Facts {

    /** What a heartbeat may carry. */
    public static final int MAX_BYTES = 64 << 10;

    private static final int RESERVE = 4 << 10;
    private static final Set<String> ALWAYS = Set.of(FactSheet.UNMEASURED, FactSheet.NOT_APPLICABLE);

    private Facts() {}

    /**
     * Measures everything; the largest facts make room for the others when it is too much, and are named unmeasured.
     *
     * @param notApplicable what policies in force want and the device cannot do, by dotted name, with the reason
     */
    public static Map<String, JsonNode> collect(
            FactSource machine, Drivers drivers, Map<String, String> notApplicable) {
        FactSheet sheet = new FactSheet();
        sheet.putAll(machine.collect());
        for (Driver driver : drivers.all()) {
            driver.measure(sheet);
            driver.notApplicable(null).forEach(sheet::notApplicable);
        }
        notApplicable.forEach(sheet::notApplicable);
        return bounded(sheet.facts(), MAX_BYTES - RESERVE);
    }

    static Map<String, JsonNode> bounded(Map<String, JsonNode> facts, int limit) {
        Map<String, JsonNode> kept = new LinkedHashMap<>(facts);
        while (size(kept) > limit) {
            String largest = kept.entrySet().stream()
                    .filter(fact -> !ALWAYS.contains(fact.getKey()))
                    .max(Comparator.comparingInt(fact -> Json.write(fact.getValue()).length))
                    .map(Map.Entry::getKey)
                    .orElse(FactSheet.UNMEASURED);
            kept.remove(largest);
            if (!ALWAYS.contains(largest)) {
                ObjectNode unmeasured = kept.get(FactSheet.UNMEASURED) instanceof ObjectNode known
                        ? known.deepCopy()
                        : JsonNodeFactory.instance.objectNode();
                kept.put(FactSheet.UNMEASURED, unmeasured.put(largest, "too large to report"));
            }
        }
        return kept;
    }

    private static int size(Map<String, JsonNode> facts) {
        return Json.write(facts).length;
    }
}
