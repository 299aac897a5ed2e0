package io.kubemdm.operator.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;
import java.util.Map;

/** What must be sent as a JSON merge patch (RFC 7396) to turn one object into another, removals included. */
final class MergePatch {

    private MergePatch() {}

    /** The patch; empty when there is nothing to do. */
    static ObjectNode between(JsonNode from, JsonNode to) {
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        for (Iterator<String> names = from.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!to.has(name)) {
                patch.set(name, NullNode.getInstance());
            }
        }
        for (Map.Entry<String, JsonNode> field : to.properties()) {
            JsonNode before = from.get(field.getKey());
            JsonNode now = field.getValue();
            if (before != null && before.isObject() && now.isObject()) {
                ObjectNode inner = between(before, now);
                if (!inner.isEmpty()) {
                    patch.set(field.getKey(), inner);
                }
            } else if (!now.equals(before)) {
                patch.set(field.getKey(), now);
            }
        }
        return patch;
    }
}
