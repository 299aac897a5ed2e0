package io.kubemdm.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.protocol.bundle.PolicyRef;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-28T14:12:01Z",
                "2026-11-28T14:12:01.5Z",
                "2026-11-28T14:12:01.123456789Z",
                "2024-02-29T23:59:59.999Z",
                "2026-11-28T14:12:01+02:00",
                "1969-12-31T23:59:59.000001Z",
                "9999-12-31T23:59:59Z",
                "+12026-11-28T14:12:01Z"
            })
    void a_time_is_what_the_jdk_says_it_is(String time) {
        assertThat(Json.read(("\"" + time + "\"").getBytes(StandardCharsets.UTF_8), Instant.class))
                .isEqualTo(DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(time, Instant::from));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"\"",
                "\"yesterday\"",
                "\"2026-11-28\"",
                "\"2026-11-28T14:12:01\"",
                "\"2026-02-30T14:12:01Z\"",
                "\"2026-11-28T25:12:01Z\"",
                "\"2026-11-28T14:12:01Zulu\"",
                "true",
                "{}"
            })
    void what_is_no_time_is_malformed(String json) {
        assertThatThrownBy(() -> Json.read(json.getBytes(StandardCharsets.UTF_8), Instant.class))
                .isInstanceOf(MalformedJson.class);
    }

    private static PolicyRef read(String json) {
        return Json.read(json.getBytes(StandardCharsets.UTF_8), PolicyRef.class);
    }

    private static BundleContent content(String json) {
        return Json.read(json.getBytes(StandardCharsets.UTF_8), BundleContent.class);
    }
}
