package io.kubemdm.testbed.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * From a schema and an object that uses all of it, makes one object per bound that breaks just this bound.
 *
 * <p>Fields the object does not use are collected in {@link #unused}: a bound nobody tries is no bound.
 */
final class Violations {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** One broken bound: where, how, and the whole object with it. */
    record Violation(String path, String bound, JsonNode object) {}

    private final ObjectNode object;
    final List<Violation> found = new ArrayList<>();
    final List<String> unused = new ArrayList<>();

    Violations(ObjectNode object, String field, JSONSchemaProps schema) {
        this.object = object;
        visit(field, schema, object.get(field), value -> object.set(field, value));
    }

    private void visit(String path, JSONSchemaProps schema, JsonNode value, Consumer<JsonNode> put) {
        switch (schema.getType()) {
            case "string" -> string(path, schema, value, put);
            case "integer" -> integer(path, schema, value, put);
            case "boolean" -> violate(path, "type", JSON.textNode("yes"), value, put);
            case "array" -> array(path, schema, (ArrayNode) value, put);
            default -> object(path, schema, (ObjectNode) value, put);
        }
    }

    private void violate(String path, String bound, JsonNode broken, JsonNode original, Consumer<JsonNode> put) {
        put.accept(broken);
        found.add(new Violation(path, bound, object.deepCopy()));
        put.accept(original);
    }

    private void string(String path, JSONSchemaProps schema, JsonNode value, Consumer<JsonNode> put) {
        if (schema.getMaxLength() != null) {
            String tooLong = "x".repeat(Math.toIntExact(schema.getMaxLength() + 1));
            violate(path, "maxLength", JSON.textNode(tooLong), value, put);
        }
        if (schema.getMinLength() != null && schema.getMinLength() > 0) {
            violate(path, "minLength", JSON.textNode(""), value, put);
        }
        if (schema.getPattern() != null) {
            violate(path, "pattern", JSON.textNode("¡\n"), value, put);
        }
        if (schema.getEnum() != null && !schema.getEnum().isEmpty()) {
            violate(path, "enum", JSON.textNode("Bogus"), value, put);
        }
    }

    private void integer(String path, JSONSchemaProps schema, JsonNode value, Consumer<JsonNode> put) {
        long most = schema.getMaximum().longValue();
        long least = schema.getMinimum().longValue();
        violate(path, "maximum", JSON.numberNode(most + 1), value, put);
        violate(path, "minimum", JSON.numberNode(least - 1), value, put);
    }

    private void array(String path, JSONSchemaProps schema, ArrayNode value, Consumer<JsonNode> put) {
        ArrayNode tooMany = JSON.arrayNode();
        for (long i = 0; i <= schema.getMaxItems(); i++) {
            tooMany.add(value.get(0).deepCopy());
        }
        violate(path, "maxItems", tooMany, value, put);
        if (schema.getMinItems() != null && schema.getMinItems() > 0) {
            violate(path, "minItems", JSON.arrayNode(), value, put);
        }
        JSONSchemaProps items = schema.getItems().getSchema();
        int before = unused.size();
        List<String> missing = null;
        for (int i = 0; i < value.size(); i++) {
            int index = i;
            visit(path + "[" + i + "]", items, value.get(i), changed -> value.set(index, changed));
            List<String> here = withoutIndex(unused.subList(before, unused.size()));
            unused.subList(before, unused.size()).clear();
            if (missing == null) {
                missing = here;
            } else {
                missing.retainAll(here);
            }
        }
        // Alternatives may be spread over the items: only what none of them uses is unused.
        unused.addAll(missing == null ? List.of() : missing);
    }

    private static List<String> withoutIndex(List<String> paths) {
        return new ArrayList<>(
                paths.stream().map(path -> path.replaceAll("\\[\\d+]", "[]")).toList());
    }

    private void object(String path, JSONSchemaProps schema, ObjectNode value, Consumer<JsonNode> put) {
        if (schema.getAdditionalProperties() != null) {
            ObjectNode tooMany = JSON.objectNode();
            JsonNode first = value.elements().next();
            for (long i = 0; i <= schema.getMaxProperties(); i++) {
                tooMany.set("net.key" + i, first);
            }
            violate(path, "maxProperties", tooMany, value, put);
            String key = value.fieldNames().next();
            visit(
                    path + "." + key,
                    schema.getAdditionalProperties().getSchema(),
                    first,
                    changed -> value.set(key, changed));
            return;
        }
        for (String required : schema.getRequired() == null ? List.<String>of() : schema.getRequired()) {
            ObjectNode without = value.deepCopy();
            without.remove(required);
            violate(path + "." + required, "required", without, value, put);
        }
        schema.getProperties().forEach((name, child) -> {
            if (value.has(name)) {
                visit(path + "." + name, child, value.get(name), changed -> value.set(name, changed));
            } else {
                unused.add(path + "." + name);
            }
        });
    }
}
