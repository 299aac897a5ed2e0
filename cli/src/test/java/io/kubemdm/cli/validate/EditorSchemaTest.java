package io.kubemdm.cli.validate;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.crds.Api;
import io.kubemdm.protocol.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Keeps the schemas for editors equal to the CRDs; {@code -Dkubemdm.generate=true} writes them first. */
class EditorSchemaTest {

    private static final Path FOLDER = Path.of("..", "docs", "schemas");
    private static final Path CRDS = Path.of("..", "charts", "kubemdm", "files", "crds");

    @Test
    void theDocumentedSchemasEqualTheCrds() throws IOException {
        Map<String, String> generated = new TreeMap<>();
        for (String kind : KindSchema.PLURALS.keySet()) {
            generated.put(
                    kind.toLowerCase(Locale.ROOT) + ".json",
                    Json.mapper()
                                    .writerWithDefaultPrettyPrinter()
                                    .writeValueAsString(schema(kind).json()) + "\n");
        }
        if (Boolean.getBoolean("kubemdm.generate")) {
            Files.createDirectories(FOLDER);
            for (Map.Entry<String, String> file : generated.entrySet()) {
                Files.writeString(FOLDER.resolve(file.getKey()), file.getValue());
            }
        }

        Map<String, String> committed = new TreeMap<>();
        try (Stream<Path> files = Files.list(FOLDER)) {
            for (Path file : files.toList()) {
                committed.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        assertThat(committed).isEqualTo(generated);
    }

    @Test
    void everyKindOfTheChartIsKnown() throws IOException {
        try (Stream<Path> files = Files.list(CRDS)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(KindSchema.PLURALS.values().stream()
                            .map(plural -> plural + "." + Api.GROUP + ".yaml")
                            .toList());
        }
    }

    @Test
    void everyRuleOfTheCrdsCompiles() {
        for (String kind : KindSchema.PLURALS.keySet()) {
            List<JsonNode> rules = schema(kind).structural().findValues("rule");
            for (JsonNode rule : rules) {
                if (rule.isTextual() && !rule.asText().contains("oldSelf")) {
                    assertThat(SchemaRules.compile(rule.asText())).isNotNull();
                }
            }
        }
        assertThat(schema("PolicyBundle").structural().findValues("rule")).hasSizeGreaterThan(5);
    }

    private static KindSchema schema(String kind) {
        return requireNonNull(KindSchema.of(kind, Api.VERSION));
    }
}
