package io.kubemdm.operator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.BooleanNode;
import io.kubemdm.operator.engine.compliance.FactRules;
import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.Heartbeat;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.state.Compliance;
import io.kubemdm.protocol.state.ComplianceState;
import io.kubemdm.protocol.state.DeviceState.Reach;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The clock of compliance as the engine keeps it: restarts, repeats, silence, and faults that are ours. */
class ComplianceOverTimeTest {

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
        engine.news();
    }

    private void beats(int times, boolean encrypted) {
        for (int i = 0; i < times; i++) {
            engine.pass(DrivenEngine.INTERVAL);
            engine.beat(DEVICE, encrypted);
        }
    }

    @Test
    void a_heartbeat_that_says_the_same_leaves_nothing() {
        begin(STRICT);
        engine.beat(DEVICE, true);
        assertThat(engine.news()).containsExactly("ComplianceChanged");
        assertThat(compliance().state()).isEqualTo(ComplianceState.Compliant);
        beats(10, true);
        assertThat(engine.news()).isEmpty();

        engine.beat(DEVICE, false);
        assertThat(engine.news()).containsExactly("ComplianceChanged", "Notify", "Quarantine");
        beats(10, false);
        assertThat(engine.news()).isEmpty();
    }

    @Test
    void a_line_that_the_device_has_not_applied_is_judged_by_facts_all_the_same() {
        begin(STRICT);
        assertThat(engine.state(DEVICE).compliance()).isNull();
        engine.beat(DEVICE, false);

        assertThat(engine.state(DEVICE).policies()).isEmpty();
        assertThat(compliance().state()).isEqualTo(ComplianceState.NonCompliant);
    }

    @Test
    void a_bundle_not_loaded_is_pending_until_the_first_heartbeat_after_it_came() {
        engine.enrol(DEVICE, STRICT);
        engine.beat(DEVICE, true);
        assertThat(compliance().lines().get("base").reason()).isEqualTo("BundlePending");
        assertThat(compliance().state()).isEqualTo(ComplianceState.Unknown);

        engine.publish(STRICT);
        engine.beat(DEVICE, true);
        assertThat(compliance().state()).isEqualTo(ComplianceState.Compliant);
    }

    @Test
    void the_last_line_withdrawn_lifts_what_it_brought() {
        begin(STRICT);
        engine.beat(DEVICE, false);
        engine.news();
        engine.assign(DEVICE, 2);

        assertThat(engine.news()).containsExactly("Assigned", "ComplianceChanged", "ActionsCleared");
        assertThat(compliance().state()).isEqualTo(ComplianceState.NotApplicable);
    }

    @Test
    void grace_and_actions_survive_a_rebuild_byte_for_byte_and_fire_once() {
        begin(GRACE);
        engine.beat(DEVICE, false);
        beats(9, false);
        assertThat(compliance().state()).isEqualTo(ComplianceState.InGracePeriod);
        restart(Duration.ZERO);
        beats(2, false);
        assertThat(engine.news()).containsExactly("ComplianceChanged", "ComplianceChanged", "Notify");
        restart(Duration.ZERO);
        beats(10, false);
        assertThat(engine.news()).containsExactly("ComplianceChanged", "Quarantine");
        restart(Duration.ZERO);
        beats(10, false);

        assertThat(engine.news()).isEmpty();
    }

    private void restart(Duration stopped) {
        String before = engine.bytes(DEVICE);
        engine.stop();
        engine.now = engine.now.plus(stopped);
        engine.start();
        assertThat(engine.bytes(DEVICE)).isEqualTo(before);
    }

    @Test
    void heartbeats_that_come_again_change_nothing() {
        begin(STRICT);
        engine.beat(DEVICE, true);
        engine.beat(DEVICE, false);
        String after = engine.bytes(DEVICE);
        engine.news();
        engine.tell(
                DEVICE,
                new MessageId(1, 1),
                engine.now,
                new Heartbeat(engine.now, 1, List.of(), Map.of("encrypted", BooleanNode.TRUE)));

        assertThat(engine.news()).isEmpty();
        assertThat(engine.bytes(DEVICE)).isEqualTo(after);
    }

    @Test
    void a_silent_device_is_quarantined_and_released_by_its_first_heartbeat() {
        begin(STRICT);
        engine.beat(DEVICE, true);
        engine.news();
        engine.pass(Duration.ofMinutes(3));
        assertThat(engine.news()).containsExactly("Silenced", "ComplianceChanged", "Quarantine");
        assertThat(compliance().quarantine()).isNotNull();

        engine.beat(DEVICE, true);
        assertThat(engine.news()).containsExactly("Resumed", "ComplianceChanged", "ActionsCleared");
        assertThat(compliance().quarantine()).isNull();
        assertThat(Objects.requireNonNull(engine.state(DEVICE).connection()).reach())
                .isEqualTo(Reach.Online);
    }

    @Test
    void the_clock_runs_on_for_a_device_that_was_silenced() {
        begin(FactRules.bundle("base", "PT10M", "Notify=0s"));
        engine.beat(DEVICE, false);
        engine.news();
        engine.pass(Duration.ofMinutes(9));
        assertThat(engine.news()).containsExactly("Silenced");
        engine.pass(Duration.ofMinutes(2));

        assertThat(engine.news()).containsExactly("ComplianceChanged", "Notify");
        assertThat(compliance().state()).isEqualTo(ComplianceState.NonCompliant);
    }

    @Test
    void the_clock_runs_on_for_a_device_that_left_once_it_is_sure_that_it_did() {
        begin(FactRules.bundle("base", "PT10M", "Notify=0s"));
        engine.beat(DEVICE, false);
        engine.close(DEVICE, 1);
        engine.news();
        engine.pass(Duration.ofMinutes(59));
        assertThat(engine.news()).isEmpty();
        restart(Duration.ZERO);
        engine.pass(Duration.ofMinutes(1));
        assertThat(engine.news()).isEmpty();
        engine.pass(Duration.ofMinutes(2));

        assertThat(engine.news()).containsExactly("ComplianceChanged", "Notify");
    }

    private List<DeviceId> fleet(BundleContent bundle, int count) {
        engine.publish(bundle);
        List<DeviceId> fleet = IntStream.range(0, count)
                .mapToObj(i -> new DeviceId("corp", "d-" + i))
                .toList();
        fleet.forEach(device -> engine.enrol(device, bundle));
        return fleet;
    }

    /** Every second one is broken and in grace. */
    private void beatAll(List<DeviceId> fleet, Instant received) {
        for (int i = 0; i < fleet.size(); i++) {
            engine.beat(fleet.get(i), i % 2 == 0, received);
        }
    }

    private Map<Boolean, Long> quarantined(List<DeviceId> fleet) {
        return fleet.stream()
                .collect(Collectors.partitioningBy(
                        device -> Objects.requireNonNull(engine.state(device).compliance())
                                        .quarantine()
                                != null,
                        Collectors.counting()));
    }

    @Test
    void the_broker_down_for_a_quarter_of_an_hour_quarantines_none_of_a_thousand() {
        List<DeviceId> fleet = fleet(GRACE, 1_000);
        beatAll(fleet, engine.now);
        engine.news();
        Instant down = engine.now;

        engine.onTime = false;
        engine.pass(Duration.ofMinutes(15));
        // What the agents said meanwhile, some of it while they were still broken; now all are well again.
        beatAll(fleet, down.plusSeconds(60));
        fleet.forEach(device -> engine.beat(device, true, engine.now.minusSeconds(20)));
        engine.onTime = true;
        engine.pass(Duration.ofSeconds(30));
        fleet.forEach(device -> engine.beat(device, true));
        engine.pass(Duration.ofSeconds(60));

        assertThat(engine.news()).hasSize(500).containsOnly("ComplianceChanged");
        assertThat(quarantined(fleet).get(true)).isZero();
        assertThat(engine.massSilences()).isLessThanOrEqualTo(1);
    }

    @Test
    void an_engine_stopped_for_a_quarter_of_an_hour_and_caught_up_quarantines_nobody() {
        List<DeviceId> fleet = fleet(GRACE, 100);
        beatAll(fleet, engine.now);
        engine.news();
        Instant stopped = engine.now;
        engine.stop();
        engine.now = engine.now.plus(Duration.ofMinutes(15));
        engine.start();
        engine.onTime = false;
        for (int minute = 1; minute < 15; minute++) {
            beatAll(fleet, stopped.plus(Duration.ofMinutes(minute)));
        }
        engine.pass(Duration.ofSeconds(5));
        engine.onTime = true;
        fleet.forEach(device -> engine.beat(device, true));
        engine.pass(Duration.ofSeconds(60));

        assertThat(engine.news()).hasSize(50).containsOnly("ComplianceChanged");
        assertThat(quarantined(fleet).get(true)).isZero();
        assertThat(engine.massSilences()).isLessThanOrEqualTo(1);
    }

    @Test
    void half_a_namespace_cut_off_raises_one_alert_and_no_action() {
        List<DeviceId> fleet = fleet(GRACE, 100);
        for (int minute = 0; minute < 5; minute++) {
            beatAll(fleet, engine.now);
            engine.pass(DrivenEngine.INTERVAL);
        }
        beatAll(fleet, engine.now);
        engine.news();
        List<DeviceId> reached = fleet.subList(50, 100);
        for (int minute = 0; minute < 20; minute++) {
            engine.pass(DrivenEngine.INTERVAL);
            reached.forEach(device -> engine.beat(device, true));
        }

        assertThat(engine.news()).hasSize(25).containsOnly("ComplianceChanged");
        assertThat(engine.massSilences()).isEqualTo(1);
        fleet.forEach(device -> engine.beat(device, true));
        engine.pass(DrivenEngine.INTERVAL);
        assertThat(engine.news()).hasSize(25).containsOnly("ComplianceChanged");
        assertThat(quarantined(fleet).get(true)).isZero();
        assertThat(engine.massSilences()).isEqualTo(1);
    }
}
