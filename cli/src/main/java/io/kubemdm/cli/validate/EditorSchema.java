package io.kubemdm.cli.validate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Makes a JSON Schema of a CRD's schema, as strict as the API server is with {@code fieldValidation=Strict}. */
final class EditorSchema {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private static final int MAX_NAME = 253;
    private static final String SUBDOMAIN = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";
    private static final String LABEL = "^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$";

    private EditorSchema() {}

    static ObjectNode of(String kind, String apiVersion, JsonNode structural) {
        ObjectNode schema = JSON.objectNode();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", kind);
        schema.setAll(strict(structural.deepCopy()));
        ObjectNode properties = schema.withObject("/properties");
        ObjectNode described = properties.deepCopy();
        properties.removeAll();
        properties.set("apiVersion", JSON.objectNode().put("const", apiVersion));
        properties.set("kind", JSON.objectNode().put("const", kind));
        properties.set("metadata", metadata());
        properties.setAll(described);
        schema.putArray("required")
                .add("apiVersion")
                .add("kind")
                .add("metadata")
                .add("spec");
        return schema;
    }

    private static ObjectNode strict(ObjectNode schema) {
        boolean set = "set".equals(schema.path("x-kubernetes-list-type").textValue());
        schema.remove(List.of("x-kubernetes-list-type", "x-kubernetes-list-map-keys", "x-kubernetes-validations"));
        if (set) {
            schema.put("uniqueItems", true);
        }
        if ("object".equals(schema.path("type").textValue()) && !schema.has("additionalProperties")) {
            schema.put("additionalProperties", false);
        }
        schema.path("properties").forEach(EditorSchema::strictBelow);
        strictBelow(schema.path("items"));
        strictBelow(schema.path("additionalProperties"));
        return schema;
    }

    private static void strictBelow(JsonNode schema) {
        if (schema instanceof ObjectNode object) {
            strict(object);
        }
    }

    /** Kubernetes' ObjectMeta: the fields it has, and what it asks of names and labels. */
    private static ObjectNode metadata() {
        ObjectNode properties = JSON.objectNode();
        properties.set(
                "name",
                text("Name of the object.")
                        .put("maxLength", MAX_NAME)
                        .put("minLength", 1)
                        .put("pattern", SUBDOMAIN));
        properties.set("generateName", text("How a name begins that the API server completes."));
        properties.set(
                "namespace",
                text("Where it is.").put("maxLength", 63).put("pattern", "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"));
        properties.set(
                "labels",
                map("What selectors select by.", text("").put("maxLength", 63).put("pattern", LABEL)));
        properties.set("annotations", map("Notes of people and programs.", text("")));
        for (String list : List.of("finalizers", "ownerReferences", "managedFields")) {
            properties.set(list, JSON.objectNode().put("type", "array"));
        }
        for (String text : List.of("uid", "resourceVersion", "selfLink", "deletionTimestamp")) {
            properties.set(text, text(""));
        }
        properties.set("generation", JSON.objectNode().put("type", "integer"));
        properties.set("deletionGracePeriodSeconds", JSON.objectNode().put("type", "integer"));
        // kubectl writes null where nothing was created yet.
        ObjectNode created = JSON.objectNode();
        created.putArray("type").add("string").add("null");
        properties.set("creationTimestamp", created);
        ObjectNode metadata = JSON.objectNode().put("type", "object").put("additionalProperties", false);
        metadata.set("properties", properties);
        return metadata;
    }

    private static ObjectNode text(String description) {
        ObjectNode text = JSON.objectNode().put("type", "string");
        return description.isEmpty() ? text : text.put("description", description);
    }

    private static ObjectNode map(String description, ObjectNode values) {
        ObjectNode map = JSON.objectNode().put("type", "object").put("description", description);
        map.set("additionalProperties", values);
        return map;
    }
}
