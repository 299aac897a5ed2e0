package io.kubemdm.crds;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.kubemdm.crds.device.ComplianceState;
import io.kubemdm.crds.device.ConnectionState;
import io.kubemdm.crds.device.Device;
import io.kubemdm.crds.device.DevicePhase;
import io.kubemdm.crds.device.DeviceSpec;
import io.kubemdm.crds.device.DeviceSpecBuilder;
import io.kubemdm.crds.device.DeviceStatus;
import io.kubemdm.crds.device.DeviceStatusBuilder;
import io.kubemdm.crds.device.PolicyState;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A hundred thousand Devices must fit into etcd and into the informers' memory. */
class DeviceSizeTest {
    private static final String TIME = "2026-11-25T04:00:00Z";

    @Test
    void anOrdinaryDeviceIsBelow3KiB() {
        assertThat(size(2, 0)).isLessThan(3 * 1024);
    }

    @Test
    void aDeviceWithAsManyPoliciesAndBrokenRulesAsItMayHaveIsBelow6KiB() {
        assertThat(size(16, 16)).isLessThan(6 * 1024);
    }

    private static int size(int policies, int failingRules) {
        Device device = new Device();
        device.setMetadata(new ObjectMetaBuilder()
                .withName("d-abcdefghijklmnopqrstuvwxyz")
                .withNamespace("acme-production")
                .withUid("01234567-89ab-cdef-0123-456789abcdef")
                .withResourceVersion("123456789")
                .withGeneration(12L)
                .withCreationTimestamp(TIME)
                .withLabels(Map.of("site", "berlin-mitte", "ring", "production", "department", "engineering"))
                .build());
        device.setSpec(DeviceSpecBuilder.builder()
                .platform(Platform.Linux)
                .owner("01234567-89ab-cdef-0123-456789abcdef")
                .hardware(new DeviceSpec.Hardware("PF3ABCDE", "ThinkPad T14 Gen 5", "Lenovo"))
                .homeRegion("eu-central")
                .build());
        device.setStatus(DeviceStatusBuilder.builder()
                .observedGeneration(12L)
                .phase(DevicePhase.Enrolled)
                .enrollmentEpoch(2L)
                .revision(123456L)
                .connection(new DeviceStatus.Connection(ConnectionState.Online, "eu-central", TIME))
                .certificate(new DeviceStatus.Certificate("sha256:" + "a".repeat(64), TIME))
                .agentVersion("0.1.0")
                .osVersion("Debian GNU/Linux 13 (trixie)")
                .policies(IntStream.range(0, policies)
                        .mapToObj(i -> new DeviceStatus.AppliedPolicy(
                                "corp-baseline-" + i, "1.10." + i, "sha256:" + "b".repeat(64), PolicyState.Applied))
                        .toList())
                .compliance(new DeviceStatus.Compliance(
                        ComplianceState.Compliant,
                        TIME,
                        TIME,
                        IntStream.range(0, failingRules)
                                .mapToObj(i -> "corp-baseline-" + i + "/disk-is-encrypted")
                                .toList()))
                .conditions(conditions())
                .build());
        return Crds.YAML.asJson(device).getBytes(StandardCharsets.UTF_8).length;
    }

    private static List<Condition> conditions() {
        return Stream.of("Ready", "Connected", "PolicyApplied", "Compliant", "Quarantined", "IdentityConflict")
                .map(type -> ConditionBuilder.builder()
                        .type(type)
                        .status(Condition.Status.True)
                        .observedGeneration(12L)
                        .lastTransitionTime(TIME)
                        .reason("AllPoliciesApplied")
                        .message("Every policy that is assigned to the device has been applied.")
                        .build())
                .toList();
    }
}
