package io.kubemdm.cli.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.kubemdm.crds.device.Device;
import io.kubemdm.crds.wiperequest.WipeRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeviceRowTest {

    @Test
    void aDeviceWithoutStatusIsListedWithDashes() {
        DeviceRow row = DeviceRow.of(List.of(device("")), List.of()).getFirst();
        assertThat(row).isEqualTo(new DeviceRow("acme", "d-1", "-", "-", "-", "-", List.of(), List.of(), "-"));
        assertThat(row.policiesText()).isEqualTo("-");
    }

    @Test
    void policiesNameTheirStateOnlyWhereItIsNotApplied() {
        DeviceRow row = DeviceRow.of(List.of(device("""
                status:
                  phase: Enrolled
                  connection: {state: Online}
                  policies:
                  - {policy: baseline, version: 1.0.0, state: Applied}
                  - {policy: kiosk, version: 2.0.0, state: Failed}
                """)), List.of()).getFirst();
        assertThat(row.policiesText()).isEqualTo("baseline@1.0.0, kiosk@2.0.0 Failed");
        assertThat(row.connected()).isEqualTo("Online");
    }

    @Test
    void theLatestWipeOfTheDeviceIsShown() {
        List<WipeRequest> wipes = List.of(
                wipe("2026-01-02T00:00:00Z", "SelectiveWipe", "Queued"),
                wipe("2026-01-01T00:00:00Z", "Lock", "Completed"));
        assertThat(DeviceRow.of(List.of(device("")), wipes).getFirst().wipe()).isEqualTo("SelectiveWipe Queued");
    }

    private static Device device(String status) {
        return Serialization.unmarshal("""
                apiVersion: kubemdm.io/v1alpha1
                kind: Device
                metadata: {name: d-1, namespace: acme}
                spec: {platform: Linux}
                """ + status, Device.class);
    }

    private static WipeRequest wipe(String created, String type, String phase) {
        return Serialization.unmarshal("""
                apiVersion: kubemdm.io/v1alpha1
                kind: WipeRequest
                metadata: {name: w, namespace: acme, creationTimestamp: "%s"}
                spec: {deviceRef: {name: d-1}, type: %s, reason: Lost}
                status: {phase: %s}
                """.formatted(created, type, phase), WipeRequest.class);
    }
}
