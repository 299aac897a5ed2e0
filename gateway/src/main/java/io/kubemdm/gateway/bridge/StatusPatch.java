package io.kubemdm.gateway.bridge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kubemdm.crds.device.DeviceStatus;
import io.kubemdm.protocol.json.Json;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON merge patch (RFC 7396) from one status to another. What is no longer said is written as an explicit null, since
 * a field that is merely left out would stay for ever.
 */
final class StatusPatch {

    private StatusPatch() {}

    /**
     * The patch of the whole object, null when there is nothing to write.
     *
     * @param shown what the object says now, null for nothing
     */
    static @Nullable String between(@Nullable DeviceStatus shown, DeviceStatus wanted) {
        ObjectNode before =
                shown == null ? Json.mapper().createObjectNode() : Json.mapper().valueToTree(shown);
        ObjectNode after = Json.mapper().valueToTree(wanted);
        ObjectNode difference = difference(before, after);
        if (difference.isEmpty()) {
            return null;
        }
        // By these the API server refuses whoever writes the past, so they are in every patch.
        difference.set("enrollmentEpoch", after.path("enrollmentEpoch"));
        difference.set("revision", after.path("revision"));
        return Json.mapper().createObjectNode().set("status", difference).toString();
    }

    private static ObjectNode difference(ObjectNode before, ObjectNode after) {
        ObjectNode difference = Json.mapper().createObjectNode();
        for (Iterator<String> names = before.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!after.has(name)) {
                difference.putNull(name);
            }
        }
        for (Map.Entry<String, JsonNode> field : after.properties()) {
            JsonNode old = before.get(field.getKey());
            if (field.getValue().equals(old)) {
                continue;
            }
            difference.set(
                    field.getKey(),
                    old instanceof ObjectNode oldObject && field.getValue() instanceof ObjectNode newObject
                            ? difference(oldObject, newObject)
                            : field.getValue());
        }
        return difference;
    }
}
