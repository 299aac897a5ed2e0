package io.kubemdm.cli.validate;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOptions;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import io.kubemdm.protocol.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The rules between fields that a CRD has ({@code x-kubernetes-validations}), but for those about what an object was
 * before, and the keys of its lists. Of Kubernetes' own CEL functions those are here that our CRDs use.
 */
final class SchemaRules {

    private static final CelOptions OPTIONS = CelOptions.current().build();

    private static final CelCompiler COMPILER = CelCompilerFactory.standardCelCompilerBuilder()
            .setOptions(OPTIONS)
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .addLibraries(CelExtensions.strings())
            .addVar("self", SimpleType.DYN)
            .addFunctionDeclarations(
                    CelFunctionDecl.newFunctionDeclaration(
                            "findAll",
                            CelOverloadDecl.newMemberOverload(
                                    "string_find_all",
                                    ListType.create(SimpleType.STRING),
                                    SimpleType.STRING,
                                    SimpleType.STRING)),
                    CelFunctionDecl.newFunctionDeclaration(
                            "sum",
                            CelOverloadDecl.newMemberOverload(
                                    "list_sum", SimpleType.INT, ListType.create(SimpleType.DYN))),
                    CelFunctionDecl.newFunctionDeclaration(
                            "isSorted",
                            CelOverloadDecl.newMemberOverload(
                                    "list_is_sorted", SimpleType.BOOL, ListType.create(SimpleType.DYN))))
            .build();

    private static final CelRuntime RUNTIME = CelRuntimeFactory.standardCelRuntimeBuilder()
            .setOptions(OPTIONS)
            .addLibraries(CelExtensions.strings())
            .addFunctionBindings(
                    CelFunctionBinding.from("string_find_all", String.class, String.class, SchemaRules::findAll),
                    CelFunctionBinding.from("list_sum", List.class, SchemaRules::sum),
                    CelFunctionBinding.from("list_is_sorted", List.class, SchemaRules::isSorted))
            .build();

    private final Map<String, CelRuntime.Program> programs = new HashMap<>();

    /** What a document breaks whose fields are all as its schema says. */
    List<Problem> problems(JsonNode structural, YamlDocument document) {
        List<Problem> problems = new ArrayList<>();
        check(structural, document.value(), JsonPointer.empty(), document, problems);
        return problems;
    }

    private void check(JsonNode schema, JsonNode value, JsonPointer at, YamlDocument document, List<Problem> problems) {
        for (JsonNode each : schema.path("x-kubernetes-validations")) {
            String rule = each.path("rule").asText();
            if (!rule.contains("oldSelf") && !holds(rule, value)) {
                problems.add(document.problem(at, each.path("message").asText()));
            }
        }
        if (schema.has("x-kubernetes-list-map-keys")) {
            duplicates(schema.path("x-kubernetes-list-map-keys"), value, at, document, problems);
        }
        Schemas.children(schema, value)
                .forEach(child -> check(child.schema(), child.value(), at.append(child.at()), document, problems));
    }

    private static void duplicates(
            JsonNode keys, JsonNode list, JsonPointer at, YamlDocument document, List<Problem> problems) {
        Set<List<JsonNode>> seen = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            List<JsonNode> identity = new ArrayList<>();
            List<String> names = new ArrayList<>();
            for (JsonNode key : keys) {
                names.add(key.asText());
                identity.add(list.get(i).path(key.asText()));
            }
            if (!seen.add(identity)) {
                problems.add(document.problem(
                        at.appendIndex(i),
                        "has the " + String.join(" and ", names) + " of an earlier element: choose another"));
            }
        }
    }

    private boolean holds(String rule, JsonNode value) {
        CelRuntime.Program program = programs.computeIfAbsent(rule, SchemaRules::compile);
        try {
            Object self = Json.mapper()
                    .readerFor(Object.class)
                    .with(DeserializationFeature.USE_LONG_FOR_INTS)
                    .readValue(value);
            return Boolean.TRUE.equals(program.eval(Map.of("self", self)));
        } catch (CelEvaluationException | IOException e) {
            // As the API server does: what cannot be judged does not keep the rule.
            return false;
        }
    }

    /** Compiles a rule of a CRD. */
    static CelRuntime.Program compile(String rule) {
        try {
            return RUNTIME.createProgram(COMPILER.compile(rule).getAst());
        } catch (CelValidationException | CelEvaluationException e) {
            throw new IllegalStateException("rule of a CRD: " + rule, e);
        }
    }

    private static List<String> findAll(String text, String pattern) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .toList();
    }

    private static Object sum(List<?> numbers) {
        long sum = 0;
        for (Object number : numbers) {
            sum = Math.addExact(sum, ((Number) number).longValue());
        }
        return sum;
    }

    private static Object isSorted(List<?> numbers) {
        for (int i = 1; i < numbers.size(); i++) {
            if (((Number) numbers.get(i - 1)).longValue() > ((Number) numbers.get(i)).longValue()) {
                return false;
            }
        }
        return true;
    }
}
