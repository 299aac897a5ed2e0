package io.kubemdm.crds;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.CustomResource;
import io.kubemdm.crds.device.ComplianceState;
import io.kubemdm.crds.device.Device;
import io.kubemdm.crds.device.DevicePhase;
import io.kubemdm.crds.device.DeviceSpec;
import io.kubemdm.crds.device.DeviceSpecBuilder;
import io.kubemdm.crds.device.Lifecycle;
import io.kubemdm.crds.rollout.Rollout;
import io.kubemdm.crds.rollout.Step;
import io.kubemdm.crds.wiperequest.WipePhase;
import io.kubemdm.crds.wiperequest.WipeRequest;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a newer version wrote must not stop an older process, and what we write is what was read. */
class ToleranceTest {

    static Stream<Class<? extends HasMetadata>> kinds() {
        return Crds.KINDS.stream();
    }

    @Test
    void unknownFieldsAndValuesAreReadAsUnrecognised() {
        Device device = Crds.YAML.unmarshal("""
                apiVersion: kubemdm.io/v1alpha1
                kind: Device
                metadata: {name: d-1, namespace: acme}
                spec: {platform: Fuchsia, lifecycle: Stolen, hologram: {size: 3}}
                status:
                  phase: Levitating
                  compliance: {state: Perfect, mood: good}
                  conditions: [{type: Ready, status: Maybe, reason: Because, lastTransitionTime: "2026-01-01T00:00:00Z", x: 1}]
                """, Device.class);

        assertThat(device.getSpec().platform()).isEqualTo(Platform.Unrecognised);
        assertThat(device.getSpec().lifecycle()).isEqualTo(Lifecycle.Unrecognised);
        assertThat(device.getStatus().phase()).isEqualTo(DevicePhase.Unrecognised);
        assertThat(device.getStatus().compliance().state()).isEqualTo(ComplianceState.Unknown);
        assertThat(device.getStatus().conditions().getFirst().status()).isEqualTo(Condition.Status.Unknown);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void anObjectWithoutSpecOrStatusIsRead(Class<? extends HasMetadata> kind) {
        CustomResource<?, ?> object = read(kind, "");

        assertThat(object.getSpec()).isNull();
        assertThat(object.getStatus()).isNull();
    }

    private static CustomResource<?, ?> read(Class<? extends HasMetadata> kind, String rest) {
        return (CustomResource<?, ?>) Crds.YAML.unmarshal(
                "apiVersion: kubemdm.io/v1alpha1\nkind: " + kind.getSimpleName() + "\nmetadata: {name: x}\n" + rest,
                kind);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void anEmptySpecIsReadWithTheDefaultsOfTheSchema(Class<? extends HasMetadata> kind) {
        CustomResource<?, ?> object = read(kind, "spec: {}\nstatus: {}\n");
        Map<?, ?> spec = Crds.YAML.convertValue(object.getSpec(), Map.class);

        Crds.schema(kind).getProperties().get("spec").getProperties().forEach((name, schema) -> {
            if (schema.getDefault() != null) {
                Object expected = Crds.YAML.convertValue(schema.getDefault(), Object.class);
                assertThat(defaulted(name, spec)).as(name).isEqualTo(defaulted(name, Map.of(name, expected)));
            }
        });
    }

    /** Steps have defaults of their own, so only what the schema's default says of them is compared. */
    private static Object defaulted(String name, Map<?, ?> spec) {
        if (name.equals("steps")) {
            return Crds.YAML.convertValue(Map.of("spec", spec), Rollout.class).getSpec().steps().stream()
                    .map(Step::percent)
                    .toList();
        }
        return spec.get(name);
    }

    @Test
    void aSpecIsWrittenAsItWasRead() {
        DeviceSpec spec = DeviceSpecBuilder.builder()
                .platform(Platform.Linux)
                .hardware(new DeviceSpec.Hardware("S1", null, "Acme"))
                .build();

        String yaml = Crds.YAML.asYaml(spec);

        assertThat(Crds.YAML.unmarshal(yaml, DeviceSpec.class)).isEqualTo(spec);
        assertThat(yaml).doesNotContain("null", "maintenanceWindows");
    }

    @Test
    void everyTerminalPhaseOfAWipeIsNamedInItsRule() {
        String rule = Crds.schema(WipeRequest.class)
                .getProperties()
                .get("status")
                .getXKubernetesValidations()
                .getFirst()
                .getRule();

        assertThat(Stream.of(WipePhase.values()).filter(WipePhase::terminal))
                .allSatisfy(phase -> assertThat(rule).contains("'" + phase + "'"))
                .hasSize(rule.split("'").length / 2);
    }
}
