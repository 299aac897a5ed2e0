package io.kubemdm.operator.plan;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.protocol.bundle.BundleContent;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What two bundles set to different values. Which one stands is for the device to say, whose drivers know which value is
 * stricter (docs/settings.md).
 */
final class SettingOverlap {

    private static final int SHOWN = 5;

    /** Entries of lists are told apart by the first of these that they have. */
    private static final List<String> KEYS = List.of("path", "name", "ssid");

    private SettingOverlap() {}

    /** Names of the settings that both set, and differently; none unless both set anything. */
    static List<String> of(BundleContent one, BundleContent other) {
        if (!one.enforces() || !other.enforces()) {
            return List.of();
        }
        Map<String, JsonNode> ours = leaves(one.settings());
        Map<String, JsonNode> theirs = leaves(other.settings());
        return ours.entrySet().stream()
                .filter(each ->
                        theirs.containsKey(each.getKey()) && !each.getValue().equals(theirs.get(each.getKey())))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** A sentence about these settings. */
    static String message(List<String> settings, BundleContent one, BundleContent other) {
        String names = String.join(", ", settings.subList(0, Math.min(settings.size(), SHOWN)))
                + (settings.size() > SHOWN ? " and " + (settings.size() - SHOWN) + " more" : "");
        int ours = one.priorityOrDefault();
        int theirs = other.priorityOrDefault();
        return names + " to other values: the stricter stands where there is one, else "
                + (ours == theirs
                        ? "nobody wins (both have priority " + ours + "): give one a higher priority"
                        : "this line has priority " + ours + ", the other " + theirs);
    }

    private static Map<String, JsonNode> leaves(@Nullable JsonNode settings) {
        Map<String, JsonNode> leaves = new TreeMap<>();
        if (settings != null) {
            gather("", settings, leaves);
        }
        return leaves;
    }

    private static void gather(String path, JsonNode node, Map<String, JsonNode> to) {
        if (node.isObject()) {
            node.properties()
                    .forEach(each ->
                            gather(path.isEmpty() ? each.getKey() : path + "." + each.getKey(), each.getValue(), to));
        } else if (node.isArray()
                && Stream.of(node).flatMap(JsonNode::valueStream).allMatch(JsonNode::isObject)) {
            for (JsonNode each : node) {
                to.put(path + "[" + key(each) + "]", each);
            }
        } else {
            to.put(path, node);
        }
    }

    private static String key(JsonNode entry) {
        return KEYS.stream()
                .map(entry::path)
                .filter(JsonNode::isTextual)
                .map(JsonNode::textValue)
                .findFirst()
                .orElseGet(entry::toString);
    }
}
