package io.kubemdm.gateway.bridge;

import static io.kubemdm.gateway.bridge.States.T0;
import static io.kubemdm.gateway.bridge.States.well;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.crds.device.DeviceStatus;
import io.kubemdm.crds.device.DeviceStatusBuilder;
import io.kubemdm.protocol.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StatusPatchTest {

    private static final DeviceStatus SHOWN =
            StatusProjection.project(well().build(), null, T0).status();

    @Test
    void nothing_is_written_when_nothing_differs() {
        assertThat(StatusPatch.between(SHOWN, SHOWN)).isNull();
    }

    @Test
    void a_deleted_status_is_written_whole() {
        assertThat(patch(null, SHOWN))
                .hasToString(Json.mapper().valueToTree(SHOWN).toString());
    }

    @Test
    void every_patch_says_which_revision_it_shows() {
        JsonNode patch = patch(SHOWN, SHOWN.with(status -> status.agentVersion("2.0")));

        assertThat(patch.toString()).isEqualTo("{\"agentVersion\":\"2.0\",\"enrollmentEpoch\":1,\"revision\":10}");
    }

    static Stream<Arguments> optionals() {
        return Stream.of(
                optional("observedGeneration", status -> status.observedGeneration(null)),
                optional("phase", status -> status.phase(null)),
                optional("connection", status -> status.connection(null)),
                optional("certificate", status -> status.certificate(null)),
                optional("agentVersion", status -> status.agentVersion(null)),
                optional("osVersion", status -> status.osVersion(null)),
                optional("policies", status -> status.policies(List.of())),
                optional("compliance", status -> status.compliance(null)),
                optional("clockSkewSeconds", status -> status.clockSkewSeconds(null)),
                optional("conditions", status -> status.conditions(List.of())));
    }

    private static Arguments optional(String field, Consumer<DeviceStatusBuilder> cleared) {
        return Arguments.of(field, cleared);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("optionals")
    void a_field_that_is_cleared_becomes_an_explicit_null(String field, Consumer<DeviceStatusBuilder> cleared) {
        JsonNode patch = patch(SHOWN, SHOWN.with(cleared));

        assertThat(patch.has(field)).isTrue();
        assertThat(patch.get(field).isNull()).isTrue();
    }

    @Test
    void a_field_cleared_inside_becomes_an_explicit_null_there() {
        DeviceStatus wanted = SHOWN.with(status -> status.connection(new DeviceStatus.Connection(
                SHOWN.connection().state(), null, SHOWN.connection().since())));

        JsonNode patch = patch(SHOWN, wanted);

        assertThat(patch.get("connection").toString()).isEqualTo("{\"region\":null}");
    }

    private static JsonNode patch(DeviceStatus shown, DeviceStatus wanted) {
        String patch = StatusPatch.between(shown, wanted);
        assertThat(patch).isNotNull();
        return Json.read(patch.getBytes(StandardCharsets.UTF_8), JsonNode.class).get("status");
    }
}
