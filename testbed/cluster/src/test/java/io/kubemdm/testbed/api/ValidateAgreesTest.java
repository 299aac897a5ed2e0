package io.kubemdm.testbed.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.kubemdm.cli.Kubemdm;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.testbed.Checkout;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * What {@link BoundsTest} and {@link RulesTest} show of the API server holds of {@code kubemdm validate}, too: the same
 * objects, the same verdicts. It needs no server.
 */
class ValidateAgreesTest {

    static final List<String> KINDS = Samples.KINDS;

    /** How the API server refuses a time by its format. */
    private static final String NO_TIME = "must be of type date-time";

    @TempDir
    private Path temp;

    @ParameterizedTest
    @FieldSource("KINDS")
    void aBrokenBoundIsInvalidAndItsFieldNamed(String plural) throws IOException {
        ObjectNode object = complete(plural);
        JSONSchemaProps schema = definition(plural)
                .getSpec()
                .getVersions()
                .getFirst()
                .getSchema()
                .getOpenAPIV3Schema();
        List<Violations.Violation> broken = new ArrayList<>();
        for (String part : List.of("spec", "status")) {
            broken.addAll(new Violations(object, part, schema.getProperties().get(part)).found);
        }

        assertThat(validate(List.of(object)).getFirst().path("result").asText()).isEqualTo("Valid");
        List<JsonNode> findings =
                validate(broken.stream().map(Violations.Violation::object).toList());

        List<String> kept = new ArrayList<>();
        for (int i = 0; i < broken.size(); i++) {
            Violations.Violation violation = broken.get(i);
            boolean named = findings.get(i).path("problems").findValuesAsText("field").stream()
                    .anyMatch(
                            field -> field.replace("['", ".").replace("']", "").startsWith(violation.path()));
            if (!named) {
                kept.add(violation.path() + " " + violation.bound() + ": "
                        + findings.get(i).path("problems"));
            }
        }
        assertThat(kept).isEmpty();
        assertThat(broken).hasSizeGreaterThan(3);
    }

    @ParameterizedTest
    @FieldSource("KINDS")
    void aRuleIsBrokenByWhatTheApiServerRefuses(String plural) throws IOException {
        ObjectNode table = Samples.rules(plural);
        Set<String> messages = new HashSet<>(
                Json.mapper().<JsonNode>valueToTree(definition(plural)).findValuesAsText("message"));
        List<JsonNode> rows = new ArrayList<>();
        List<JsonNode> objects = new ArrayList<>();
        for (JsonNode row : table.get("cases")) {
            if (row.path("given").isObject() && !row.has("when") && !row.has("status") && !row.has("whenStatus")) {
                ObjectNode object = complete(plural);
                object.remove(List.of("spec", "status"));
                object.setAll((ObjectNode) table.get("base").deepCopy());
                rows.add(row);
                objects.add(Samples.merged(object, row.get("given")));
            }
        }

        List<JsonNode> findings = validate(objects);

        for (int i = 0; i < rows.size(); i++) {
            String refused = rows.get(i).path("refused").asText();
            // What an admission policy refuses only a cluster knows.
            boolean bySchema = !refused.isEmpty()
                    && (messages.contains(refused)
                            || refused.endsWith(" value")
                            || refused.contains(" in body should be ")
                            || refused.matches("spec[.\\w\\[\\]]+") // the field alone
                            || refused.equals(NO_TIME));
            assertThat(findings.get(i).path("result").asText())
                    .as(rows.get(i).path("name").asText() + findings.get(i).path("problems"))
                    .isEqualTo(bySchema ? "Invalid" : "Valid");
            if (!refused.isEmpty() && messages.contains(refused)) {
                assertThat(findings.get(i).path("problems").findValuesAsText("message"))
                        .contains(refused);
            }
        }
    }

    /** The sample, with a rule that compiles: the API server does not look into it. */
    private static ObjectNode complete(String plural) {
        ObjectNode object = Samples.complete(plural);
        Resources.name(object, "agrees");
        if (plural.equals("policybundles")) {
            ((ObjectNode) object.at("/spec/rules/0")).put("expression", "true");
        }
        return object;
    }

    private static CustomResourceDefinition definition(String plural) throws IOException {
        Path file = Checkout.ofWorkingDirectory().path("charts/kubemdm/files/crds/" + plural + ".kubemdm.io.yaml");
        return new KubernetesSerialization().unmarshal(Files.readString(file), CustomResourceDefinition.class);
    }

    private List<JsonNode> validate(List<? extends JsonNode> objects) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("validate", "-o", "json"));
        for (JsonNode object : objects) {
            Path file = Files.createTempFile(temp, "object", ".json");
            Files.write(file, Json.write(object));
            arguments.add(file.toString());
        }
        if (objects.isEmpty()) {
            return List.of();
        }
        StringWriter out = new StringWriter();
        Kubemdm.commandLine().setOut(new PrintWriter(out, true)).execute(arguments.toArray(String[]::new));
        List<JsonNode> findings = new ArrayList<>();
        Json.mapper().readTree(out.toString()).path("findings").forEach(findings::add);
        assertThat(findings).hasSameSizeAs(objects);
        return findings;
    }
}
