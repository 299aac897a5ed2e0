package io.kubemdm.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.protocol.json.Json;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MergePatchTest {

    @ParameterizedTest(name = "{0} -> {1}: {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                          | {}                          | {}",
                "{}                          | {\"a\":1}                   | {\"a\":1}",
                "{\"a\":1}                   | {\"a\":1}                   | {}",
                "{\"a\":1,\"b\":2}           | {\"a\":1}                   | {\"b\":null}",
                "{\"a\":{\"b\":1,\"c\":2}}   | {\"a\":{\"b\":1}}           | {\"a\":{\"c\":null}}",
                "{\"a\":{\"b\":1}}           | {\"a\":{\"b\":1}}           | {}",
                "{\"a\":[1,2]}               | {\"a\":[1]}                 | {\"a\":[1]}",
                "{\"a\":{\"b\":1}}           | {\"a\":2}                   | {\"a\":2}",
            })
    void itSaysExactlyWhatChangesAndClearsWhatIsGone(String from, String to, String patch) {
        assertThat(MergePatch.between(tree(from), tree(to))).isEqualTo(tree(patch));
    }

    private static JsonNode tree(String json) {
        return Json.read(json.getBytes(StandardCharsets.UTF_8), JsonNode.class);
    }
}
