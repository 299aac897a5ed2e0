package io.kubemdm.protocol.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.json.MalformedJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnalysisRecordsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "null",
                "[]",
                "{\"means\":[1],\"weights\":[1,2]}",
                "{\"means\":[1],\"weights\":[0]}",
                "{\"means\":[1],\"weights\":[-1]}",
                "{\"means\":[1],\"weights\":[2000000000]}",
                "{\"means\":[\"NaN\"]}",
                "{\"means\":[1e999]}",
                "{\"means\":[null]}"
            })
    void what_is_no_sketch_is_refused(String json) {
        assertThatThrownBy(() -> Json.read(json.getBytes(StandardCharsets.UTF_8), Sketch.class))
                .isInstanceOf(MalformedJson.class);
    }

    @Test
    void a_sketch_has_a_limit() {
        String many = "1,".repeat(Sketch.MAX_CENTROIDS) + "1";
        assertThatThrownBy(
                        () -> Json.read(("{\"means\":[" + many + "]}").getBytes(StandardCharsets.UTF_8), Sketch.class))
                .isInstanceOf(MalformedJson.class);
    }

    @Test
    void a_sketch_without_weights_counts_each_value_once() {
        Sketch sketch = Json.read("{\"means\":[1,2.5]}".getBytes(StandardCharsets.UTF_8), Sketch.class);

        assertThat(sketch.devices()).isEqualTo(2);
        assertThat(Json.read(Json.write(sketch), Sketch.class)).isEqualTo(sketch);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"namespace\":\"a\"}", "7", "{\"facts\":[]}"})
    void what_is_no_demand_is_refused(String json) {
        assertThatThrownBy(() -> Json.read(json.getBytes(StandardCharsets.UTF_8), AnalysisDemand.class))
                .isInstanceOf(MalformedJson.class);
        assertThatThrownBy(() -> Json.read(json.getBytes(StandardCharsets.UTF_8), AnalysisSnapshot.class))
                .isInstanceOf(MalformedJson.class);
    }

    @Test
    void a_selector_selects_as_kubernetes_does() {
        Map<String, String> labels = Map.of("ring", "canary");
        assertThat(selects("ring", "In", "canary").matches(labels)).isTrue();
        assertThat(selects("ring", "In", "all").matches(labels)).isFalse();
        assertThat(selects("ring", "NotIn", "canary").matches(labels)).isFalse();
        assertThat(selects("site", "NotIn", "rome").matches(labels)).isTrue();
        assertThat(selects("ring", "Exists").matches(labels)).isTrue();
        assertThat(selects("site", "DoesNotExist").matches(labels)).isTrue();
        assertThat(selects("ring", "Newer").matches(labels)).isFalse();
        assertThat(new DeviceSelector(Map.of("ring", "all"), List.of()).matches(labels))
                .isFalse();
        assertThat(new DeviceSelector(Map.of(), List.of()).matches(labels)).isTrue();
    }

    private static DeviceSelector selects(String key, String operator, String... values) {
        return new DeviceSelector(Map.of(), List.of(new DeviceSelector.Requirement(key, operator, List.of(values))));
    }
}
