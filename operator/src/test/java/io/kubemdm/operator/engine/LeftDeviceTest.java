package io.kubemdm.operator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.kubemdm.operator.engine.compliance.FactRules;
import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.DeviceDeclared;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.order.StorageEvidence;
import io.kubemdm.protocol.state.Compliance;
import io.kubemdm.protocol.state.ComplianceState;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of the verdict on a device that has left management. */
class LeftDeviceTest {

    private static final BundleContent STRICT = FactRules.bundle("base", "PT0S", "Notify=0s", "Quarantine=0s");
    private static final BundleContent GRACE = FactRules.bundle("base", "PT10M", "Notify=0s", "Quarantine=5m");
    private static final DeviceId DEVICE = Reports.DEVICE;

    private final DrivenEngine engine = new DrivenEngine();

    @AfterEach
    void close() {
        engine.close();
    }

    private Compliance compliance() {
        return Objects.requireNonNull(engine.state(DEVICE).compliance());
    }

    private void begin(BundleContent bundle) {
        engine.publish(bundle);
        engine.enrol(DEVICE, bundle);
    }

    @Test
    void a_device_that_was_erased_keeps_no_rules_and_its_clocks_stand_still() {
        begin(GRACE);
        engine.beat(DEVICE, false);
        engine.tell(
                DEVICE,
                MessageId.NONE,
                engine.now,
                Reports.eraseRequested(1, "wipe-1", 3).body());
        String keys = "sha256:" + "a".repeat(64);
        engine.news();

        engine.tell(
                DEVICE,
                new MessageId(1, 100),
                engine.now,
                Reports.erased("wipe-1", 3, new StorageEvidence("/dev/sda2", keys, StorageEvidence.NO_SLOTS, true)));

        assertThat(engine.news()).containsExactly("CommandEnded", "ComplianceChanged");
        assertThat(compliance().state()).isEqualTo(ComplianceState.NotApplicable);
        engine.close(DEVICE, 1);
        engine.news();
        String before = engine.bytes(DEVICE);
        engine.stop();
        engine.start();
        assertThat(engine.bytes(DEVICE)).isEqualTo(before);
        engine.pass(ComplianceWatch.OFFLINE_PATIENCE.plusHours(1));
        assertThat(engine.news()).isEmpty();
    }

    @Test
    void a_device_that_people_declare_retired_is_released_from_what_its_rules_brought() {
        begin(STRICT);
        engine.beat(DEVICE, false);
        engine.news();

        engine.tell(
                DEVICE,
                MessageId.NONE,
                engine.now,
                new DeviceDeclared(
                        "uid-1", 2, JsonNodeFactory.instance.objectNode().put("lifecycle", "Retired"), Map.of()));

        assertThat(engine.news()).contains("ComplianceChanged", "ActionsCleared");
        assertThat(compliance().state()).isEqualTo(ComplianceState.NotApplicable);
        assertThat(compliance().quarantine()).isNull();
    }
}
