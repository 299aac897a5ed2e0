package io.kubemdm.testbed.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The tables in {@code resources/api/rules}: what the real API server takes and what it refuses, with its words.
 *
 * <p>A case begins with the table's base, changed by {@code given} and then {@code status}; {@code when} or
 * {@code whenStatus} is the change that is tried, or else the creation itself.
 */
@ExtendWith(InstalledExtension.class)
class RulesTest {

    @TestFactory
    Stream<DynamicContainer> everyCaseOfTheTables(Installed installed) {
        return Samples.KINDS.stream().map(plural -> {
            ObjectNode table = Samples.rules(plural);
            JsonNode cases = table.get("cases");
            return dynamicContainer(
                    plural,
                    Stream.iterate(0, i -> i < cases.size(), i -> i + 1)
                            .map(i -> dynamicTest(cases.get(i).get("name").asText(), () -> {
                                ObjectNode object = Samples.complete(plural);
                                object.remove(List.of("spec", "status"));
                                Resources.name(object, "case-" + i);
                                object.setAll((ObjectNode) table.get("base").deepCopy());
                                check(cases.get(i), act(installed.resources(), plural, object, cases.get(i)));
                            })));
        });
    }

    private static Resources.Answer act(Resources resources, String plural, JsonNode base, JsonNode row) {
        JsonNode given = Samples.merged(base, row.path("given").isObject() ? row.get("given") : base);
        Resources.Answer answer = resources.create(plural, given, false);
        if (row.has("status")) {
            assertThat(answer.message()).isEmpty();
            answer = resources.replaceStatus(plural, withStatus(answer.object(), row.get("status")), false);
        }
        if (row.has("when")) {
            assertThat(answer.message()).isEmpty();
            answer = resources.replace(plural, Samples.merged(answer.object(), row.get("when")), false);
        }
        if (row.has("whenStatus")) {
            assertThat(answer.message()).isEmpty();
            answer = resources.replaceStatus(plural, withStatus(answer.object(), row.get("whenStatus")), false);
        }
        return answer;
    }

    private static JsonNode withStatus(JsonNode object, JsonNode status) {
        ObjectNode result = object.deepCopy();
        result.set("status", Samples.merged(object.path("status"), status));
        return result;
    }

    private static void check(JsonNode row, Resources.Answer answer) {
        if (row.has("refused")) {
            assertThat(answer.message()).contains(row.get("refused").asText());
            assertThat(answer.code()).isEqualTo(422);
        } else {
            assertThat(answer.message()).isEmpty();
        }
    }

    @Test
    void noRuleOfTheDefinitionsIsUntried(Installed installed) {
        Set<String> tried = new TreeSet<>();
        Samples.KINDS.forEach(plural -> StreamSupport.stream(
                        Samples.rules(plural).get("cases").spliterator(), false)
                .forEach(row -> tried.add(row.path("refused").asText())));
        Set<String> rules = new TreeSet<>();
        for (CustomResourceDefinition definition : installed.definitions()) {
            collect(definition.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema(), rules);
        }

        assertThat(rules).isNotEmpty();
        assertThat(tried).containsAll(rules);
    }

    private static void collect(JSONSchemaProps schema, Set<String> messages) {
        if (schema.getXKubernetesValidations() != null) {
            schema.getXKubernetesValidations().stream()
                    .map(ValidationRule::getMessage)
                    .forEach(messages::add);
        }
        if (schema.getProperties() != null) {
            schema.getProperties().values().forEach(child -> collect(child, messages));
        }
        if (schema.getItems() != null) {
            collect(schema.getItems().getSchema(), messages);
        }
    }
}
