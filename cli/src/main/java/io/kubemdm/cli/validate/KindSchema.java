package io.kubemdm.cli.validate;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.re2j.Pattern;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.kubemdm.crds.Api;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the API server checks of one kind by its CRD, which lies on the class path as the chart has it. */
final class KindSchema {

    /** The kinds there are, by name, with their CRDs' plural. */
    static final Map<String, String> PLURALS = plurals();

    private static final SchemaValidatorsConfig CONFIG = SchemaValidatorsConfig.builder()
            .pathType(PathType.JSON_POINTER)
            .locale(Locale.ROOT)
            .formatAssertionsEnabled(true)
            // The API server's expressions: in Java's own, $ also matches before a last line feed.
            .regularExpressionFactory(expression -> {
                Pattern pattern = Pattern.compile(expression);
                return text -> pattern.matcher(text).find();
            })
            .build();

    private final JsonNode structural;
    private final JsonSchema schema;
    private final ObjectNode json;

    private KindSchema(String kind, JsonNode version) {
        structural = version.at("/schema/openAPIV3Schema");
        json = EditorSchema.of(kind, Api.GROUP + "/" + version.path("name").textValue(), structural);
        schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(json, CONFIG);
    }

    private static Map<String, String> plurals() {
        Map<String, String> plurals = new LinkedHashMap<>();
        for (String kind : List.of(
                "ChangeApproval",
                "Device",
                "EnrollmentToken",
                "PolicyBundle",
                "Rollout",
                "WipeApproval",
                "WipeRequest")) {
            plurals.put(kind, kind.toLowerCase(Locale.ROOT) + "s");
        }
        return plurals;
    }

    /** The schema of a kind and version; null when there is none. */
    static @Nullable KindSchema of(String kind, String version) {
        String plural = PLURALS.get(kind);
        if (plural == null) {
            return null;
        }
        for (JsonNode each : crd(plural).at("/spec/versions")) {
            if (version.equals(each.path("name").textValue())) {
                return new KindSchema(kind, each);
            }
        }
        return null;
    }

    private static JsonNode crd(String plural) {
        String name = "/crds/" + plural + "." + Api.GROUP + ".yaml";
        try (InputStream in = KindSchema.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not on the class path");
            }
            return YamlDocuments.read(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .getFirst()
                    .value();
        } catch (IOException | UnreadableYaml e) {
            throw new IllegalStateException("cannot read " + name, e);
        }
    }

    /** As JSON Schema 2020-12, which editors take. */
    ObjectNode json() {
        return json;
    }

    /** The schema as the CRD has it. */
    JsonNode structural() {
        return structural;
    }

    /** Puts in what the API server puts in where nothing is written, before it checks. */
    void setDefaults(ObjectNode object) {
        setDefaults(structural, object);
    }

    private static void setDefaults(JsonNode schema, JsonNode value) {
        if (value instanceof ObjectNode object) {
            schema.path("properties").properties().forEach(property -> {
                JsonNode standard = property.getValue().get("default");
                JsonNode written = object.path(property.getKey());
                if (standard != null && (written.isMissingNode() || written.isNull())) {
                    object.set(property.getKey(), standard.deepCopy());
                }
            });
        }
        Schemas.children(schema, value).forEach(child -> setDefaults(child.schema(), child.value()));
    }

    /** What does not fit, by the document's lines. */
    List<Problem> problems(YamlDocument document) {
        List<Problem> problems = new ArrayList<>();
        for (ValidationMessage message : schema.validate(document.value())) {
            JsonPointer at = JsonPointer.compile(message.getInstanceLocation().toString());
            JsonNode part = Schemas.at(json, document.value(), at);
            problems.add(
                    switch (message.getType()) {
                        case "additionalProperties" ->
                            document.problem(at.appendProperty(message.getProperty()), unknown(part));
                        case "required" ->
                            document.problem(
                                    at.appendProperty(message.getProperty()),
                                    "is required: add it."
                                            + purpose(part.path("properties").path(message.getProperty())));
                        default -> document.problem(at, message.getError() + "." + purpose(part));
                    });
        }
        return problems;
    }

    private static String unknown(JsonNode part) {
        TreeSet<String> known = new TreeSet<>();
        part.path("properties").fieldNames().forEachRemaining(known::add);
        return "is not a field: remove it, or use one of " + String.join(", ", known);
    }

    private static String purpose(JsonNode part) {
        String description = part.path("description").asText("");
        return description.isEmpty() ? "" : " It is: " + description;
    }
}
