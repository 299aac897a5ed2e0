package io.kubemdm.protocol.fact;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.protocol.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The catalogue, and its page in the documentation; {@code -Dkubemdm.generate=true} writes that first. */
class FactCatalogueTest {

    private static final Path PAGE = Path.of("..", "docs", "facts.md");

    @Test
    void theDocumentedFactsEqualTheCatalogue() throws IOException {
        if (Boolean.getBoolean("kubemdm.generate")) {
            Files.writeString(PAGE, page());
        }

        assertThat(PAGE).content().isEqualTo(page());
    }

    @Test
    void factsAreInOrderAndNamedOnce() {
        List<String> names = FactCatalogue.facts().stream().map(Fact::name).toList();

        assertThat(names).doesNotHaveDuplicates().isSorted();
    }

    @Test
    void aFactIsFoundByItsDottedName() throws JsonProcessingException {
        Map<String, JsonNode> reported =
                reported("{\"os\": {\"version\": \"12\"}, \"hostname\": \"h\", \"cpu\": null}");

        assertThat(FactCatalogue.value(reported, "os.version")).hasToString("\"12\"");
        assertThat(FactCatalogue.value(reported, "hostname")).hasToString("\"h\"");
        assertThat(FactCatalogue.value(reported, "os.bits")).isNull();
        assertThat(FactCatalogue.value(reported, "cpu.cores")).isNull();
        assertThat(FactCatalogue.value(reported, "hostname.more")).isNull();
    }

    @Test
    void whatDoesNotFitIsNamed() throws JsonProcessingException {
        assertThat(FactCatalogue.misfits(reported("{\"os\": {\"version\": 12, \"bits\": 64}, \"colour\": \"red\","
                        + " \"sysctl\": {\"a.b\": 1}, \"unmeasured\": {\"cpu\": \"why\"}}")))
                .containsExactlyInAnyOrder(
                        "os.version is NUMBER, the catalogue says string",
                        "colour is not in the catalogue",
                        "sysctl is OBJECT, the catalogue says map<string, string>");
    }

    private static String page() {
        StringBuilder page =
                new StringBuilder("""
                <!-- Generated from FactCatalogue in protocol; to write it anew: make generate -->
                # Facts

                What a device measures and tells with each heartbeat, and what the rules of a PolicyBundle may name. A fact is
                a dotted path into the heartbeat's JSON. One that cannot be measured is left out and named in `unmeasured` with
                the reason; a setting this device cannot do is named in `notApplicable`. A text of more than %d characters, a
                list of more than %d elements or a map of more than %d entries counts as not measured.

                | fact | type | unit or form | on | costs | how it is measured |
                |---|---|---|---|---|---|
                """.formatted(FactType.MAX_CHARACTERS, FactType.MAX_ELEMENTS, FactType.MAX_ENTRIES));
        for (Fact fact : FactCatalogue.facts()) {
            page.append("| `%s` | `%s` | %s | %s | %s | %s |%n"
                    .formatted(
                            fact.name(),
                            fact.type().text(),
                            fact.unit(),
                            fact.platforms().isEmpty() ? "–" : String.join(", ", fact.platforms()),
                            fact.platforms().isEmpty() ? "–" : fact.cost().text(),
                            fact.how()));
        }
        return page.toString();
    }

    private static Map<String, JsonNode> reported(String json) throws JsonProcessingException {
        return Json.mapper().readValue(json, new TypeReference<>() {});
    }
}
