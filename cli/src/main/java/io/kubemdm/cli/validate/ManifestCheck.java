package io.kubemdm.cli.validate;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kubemdm.cli.validate.Finding.Result;
import io.kubemdm.crds.Api;
import io.kubemdm.crds.policybundle.PolicyBundleSpec;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.json.MalformedJson;
import io.kubemdm.rules.RuleError;
import io.kubemdm.rules.RuleErrors;
import io.kubemdm.rules.RuleSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Checks files of manifests; one is enough for many files, since each schema is read once. */
final class ManifestCheck {

    private final Map<String, @Nullable KindSchema> schemas = new HashMap<>();
    private final SchemaRules rules = new SchemaRules();

    /** What came of a file: one finding a document, or one about all of it. */
    List<Finding> check(String file) {
        return check(file, object -> {});
    }

    /** The same; valid objects of ours are handed over with their defaults. */
    List<Finding> check(String file, Consumer<ObjectNode> valid) {
        try {
            List<YamlDocument> documents = YamlDocuments.read(SourceFile.read(file));
            if (documents.isEmpty()) {
                return List.of(Finding.ofFile(file, Result.NotChecked, 0, "has no document: write one"));
            }
            return documents.stream()
                    .map(document -> check(file, document, valid))
                    .toList();
        } catch (UnreadableYaml e) {
            return List.of(Finding.ofFile(file, Result.Invalid, e.line(), String.valueOf(e.getMessage())));
        } catch (IOException e) {
            return List.of(Finding.ofFile(file, Result.NotChecked, 0, String.valueOf(e.getMessage())));
        }
    }

    private Finding check(String file, YamlDocument document, Consumer<ObjectNode> valid) {
        String apiVersion = document.value().path("apiVersion").asText("");
        String kind = document.value().path("kind").asText("");
        String name = document.value().at("/metadata/name").textValue();
        List<Problem> problems = new ArrayList<>();
        Long cost = null;
        if (!(document.value() instanceof ObjectNode object)) {
            problems.add(
                    document.problem(JsonPointer.empty(), "is no object: write apiVersion, kind, metadata and spec"));
        } else if (apiVersion.isEmpty() || kind.isEmpty()) {
            String missing = apiVersion.isEmpty() ? "apiVersion" : "kind";
            problems.add(document.problem(JsonPointer.empty().appendProperty(missing), "is required: add it"));
        } else if (!apiVersion.startsWith(Api.GROUP + "/")) {
            return finding(file, document, kind, name, Result.PassedOver, null, List.of());
        } else {
            String version = apiVersion.substring(Api.GROUP.length() + 1);
            KindSchema schema = schemas.computeIfAbsent(kind + "/" + version, key -> KindSchema.of(kind, version));
            if (schema == null) {
                problems.add(document.problem(
                        JsonPointer.empty().appendProperty("kind"),
                        "there is no " + kind + " of " + apiVersion + ": use " + Api.GROUP + "/" + Api.VERSION
                                + " and one of " + String.join(", ", KindSchema.PLURALS.keySet())));
            } else {
                problems.addAll(byDefinition(schema, document, object));
                if (problems.isEmpty() && kind.equals("PolicyBundle")) {
                    cost = rules(document, problems);
                }
                if (problems.isEmpty()) {
                    valid.accept(object);
                }
            }
        }
        return finding(file, document, kind, name, problems.isEmpty() ? Result.Valid : Result.Invalid, cost, problems);
    }

    private List<Problem> byDefinition(KindSchema schema, YamlDocument document, ObjectNode object) {
        schema.setDefaults(object);
        List<Problem> problems = new ArrayList<>(schema.problems(document));
        JsonNode metadata = object.path("metadata");
        if (metadata.isObject() && !metadata.has("name") && !metadata.has("generateName")) {
            problems.add(document.problem(JsonPointer.compile("/metadata/name"), "is required: add it"));
        }
        // As the API server does: rules are for values of the right form.
        return problems.isEmpty() ? rules.problems(schema.structural(), document) : problems;
    }

    private static @Nullable Long rules(YamlDocument document, List<Problem> problems) {
        try {
            return RuleSet.compile(Json.convert(document.value().path("spec"), PolicyBundleSpec.class))
                    .cost();
        } catch (RuleErrors e) {
            for (RuleError error : e.errors()) {
                String path = error.field().replace("[", "/").replace("]", "").replace('.', '/');
                JsonPointer at = JsonPointer.compile(path.isEmpty() ? "/spec" : "/spec/" + path);
                String place = error.line() > 0 ? "line " + error.line() + ", column " + error.column() + ": " : "";
                problems.add(document.problem(at, place + error.message()));
            }
        } catch (MalformedJson e) {
            problems.add(document.problem(JsonPointer.compile("/spec"), String.valueOf(e.getMessage())));
        }
        return null;
    }

    private static Finding finding(
            String file,
            YamlDocument document,
            String kind,
            @Nullable String name,
            Result result,
            @Nullable Long cost,
            List<Problem> problems) {
        return new Finding(
                file,
                document.number(),
                document.line(JsonPointer.empty()),
                kind.isEmpty() ? null : kind,
                name,
                result,
                cost,
                problems);
    }
}
