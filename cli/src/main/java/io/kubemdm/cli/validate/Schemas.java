package io.kubemdm.cli.validate;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;

/** Going through a value and its schema together. */
final class Schemas {

    /** A part of a value with its schema. */
    record Child(JsonPointer at, JsonNode schema, JsonNode value) {}

    private Schemas() {}

    /** The parts of a value that its schema describes, with where they are in it. */
    static List<Child> children(JsonNode schema, JsonNode value) {
        List<Child> children = new ArrayList<>();
        if (value.isObject()) {
            value.properties().forEach(entry -> {
                JsonNode child = property(schema, entry.getKey());
                if (child.isObject()) {
                    children.add(
                            new Child(JsonPointer.empty().appendProperty(entry.getKey()), child, entry.getValue()));
                }
            });
        }
        if (value.isArray() && schema.path("items").isObject()) {
            for (int i = 0; i < value.size(); i++) {
                children.add(new Child(JsonPointer.empty().appendIndex(i), schema.path("items"), value.get(i)));
            }
        }
        return children;
    }

    /** The schema of a part of a value; missing when there is none. */
    static JsonNode at(JsonNode schema, JsonNode value, JsonPointer part) {
        JsonNode found = schema;
        JsonNode at = value;
        for (JsonPointer rest = part; !rest.matches(); rest = rest.tail()) {
            found = at.isArray() ? found.path("items") : property(found, rest.getMatchingProperty());
            at = at.isArray() ? at.path(rest.getMatchingIndex()) : at.path(rest.getMatchingProperty());
        }
        return found;
    }

    private static JsonNode property(JsonNode schema, String name) {
        JsonNode declared = schema.path("properties").path(name);
        if (!declared.isMissingNode()) {
            return declared;
        }
        JsonNode others = schema.path("additionalProperties");
        return others.isObject() ? others : MissingNode.getInstance();
    }
}
