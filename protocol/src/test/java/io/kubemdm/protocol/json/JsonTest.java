package io.kubemdm.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.protocol.bundle.PolicyRef;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    @Test
    void the_digest_does_not_depend_on_how_the_json_was_written() {
        BundleContent one =
                content("{\"policy\":\"p\",\"version\":\"1.0.0\",\"settings\":{\"b\":1.0,\"a\":\"\\u00e9\"}}");
        BundleContent other = content("{ \"settings\":{\"a\":\"é\",\"b\":1},\"version\":\"1.0.0\",\"policy\":\"p\"}");

        assertThat(one.digest()).isEqualTo(other.digest());
    }

    @Test
    void an_unknown_property_is_tolerated() {
        assertThat(read("{\"policy\":\"p\",\"version\":\"1\",\"digest\":\"d\",\"new\":1}"))
                .isEqualTo(new PolicyRef("p", "1", "d"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "{\"policy\":\"p\"}",
                "{\"policy\":\"p\",\"policy\":\"q\",\"version\":\"1\",\"digest\":\"d\"}",
                "{\"policy\":\"p\",\"version\":\"1\",\"digest\":\"d\"} x"
            })
    void incomplete_doubled_or_trailing_input_is_malformed(String json) {
        assertThatThrownBy(() -> read(json)).isInstanceOf(MalformedJson.class);
    }

    private static PolicyRef read(String json) {
        return Json.read(json.getBytes(StandardCharsets.UTF_8), PolicyRef.class);
    }

    private static BundleContent content(String json) {
        return Json.read(json.getBytes(StandardCharsets.UTF_8), BundleContent.class);
    }
}
