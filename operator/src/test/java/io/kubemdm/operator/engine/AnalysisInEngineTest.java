package io.kubemdm.operator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.kubemdm.operator.engine.compliance.FactRules;
import io.kubemdm.protocol.analysis.AnalysisDemand;
import io.kubemdm.protocol.analysis.AnalysisSnapshot;
import io.kubemdm.protocol.analysis.DeviceSelector;
import io.kubemdm.protocol.bundle.AdmissionOrder;
import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.event.DeviceEvent;
import io.kubemdm.protocol.fact.FactCatalogue;
import io.kubemdm.protocol.message.DeviceDeclared;
import io.kubemdm.protocol.message.Heartbeat;
import io.kubemdm.protocol.message.MessageId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the engine measures of rollouts and devices, through its topology. */
class AnalysisInEngineTest {

    private static final String FACT = FactCatalogue.BATTERY_DRAIN;
    private static final PolicyRef BUNDLE = new PolicyRef("base", "2.0.0", "sha256:" + "b".repeat(64));
    private static final BundleContent NOTHING = FactRules.bundle("other", "PT0S");

    private final DrivenEngine engine = new DrivenEngine();
    private final Map<DeviceId, Long> spoken = new HashMap<>();
    private final List<DeviceId> devices = inOrder(4);

    @AfterEach
    void close() {
        engine.close();
    }

    /** Devices in the order of admission. */
    private static List<DeviceId> inOrder(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new DeviceId("corp", "d-" + i))
                .sorted((one, other) -> place(one).compareTo(place(other)))
                .toList();
    }

    private static String place(DeviceId device) {
        return AdmissionOrder.place(device.name(), BUNDLE.digest());
    }

    private void enrol(DeviceId device) {
        engine.enrol(device, NOTHING);
        engine.tell(
                device,
                MessageId.NONE,
                engine.now,
                new DeviceDeclared(
                        "u", 1, JsonNodeFactory.instance.objectNode().put("platform", "Linux"), Map.of("ring", "all")));
    }

    private void beat(DeviceId device, int drain, PolicyRef... inForce) {
        long n = spoken.merge(device, 1L, Long::sum);
        beat(device, n, drain, inForce);
    }

    private void beat(DeviceId device, long n, int drain, PolicyRef... inForce) {
        JsonNode battery = JsonNodeFactory.instance.objectNode().put("drainPermillePerHour", drain);
        engine.tell(
                device,
                new MessageId(1, n),
                engine.now,
                new Heartbeat(engine.now, 1, List.of(inForce), Map.of("battery", battery)));
    }

    private AnalysisDemand demand(String uid, int step) {
        return new AnalysisDemand(
                "corp",
                "base-2",
                uid,
                step,
                BUNDLE,
                false,
                Set.of("Linux"),
                new DeviceSelector(Map.of("ring", "all"), List.of()),
                null,
                place(devices.get(2)),
                List.of(FACT),
                1,
                engine.now);
    }

    private AnalysisSnapshot last() {
        engine.pass(Duration.ofSeconds(5));
        List<AnalysisSnapshot> snapshots = engine.snapshots();
        assertThat(snapshots).isNotEmpty();
        return snapshots.getLast();
    }

    private static List<Double> values(AnalysisSnapshot.Arm arm) {
        return Objects.requireNonNull(arm.facts().get(FACT)).value().means();
    }

    private static List<Double> changes(AnalysisSnapshot.Arm arm) {
        return Objects.requireNonNull(arm.facts().get(FACT)).change().means();
    }

    @Test
    void while_nobody_asks_nothing_is_said() {
        devices.forEach(this::enrol);
        devices.forEach(device -> beat(device, 80, BUNDLE));
        engine.pass(Duration.ofMinutes(1));

        assertThat(engine.snapshots()).isEmpty();
    }

    @Test
    void each_device_counts_once_in_the_arm_it_is_in() {
        devices.forEach(this::enrol);
        engine.ask(demand("u-1", 0));
        for (int i = 0; i < 20; i++) {
            beat(devices.get(0), i % 2 == 0 ? 90 : 110, BUNDLE);
        }
        beat(devices.get(1), 500); // admitted and not applied: in neither
        beat(devices.get(3), 80);
        AnalysisSnapshot snapshot = last();

        assertThat(values(snapshot.candidate())).containsExactly(100.0);
        assertThat(snapshot.candidate().kinds()).containsExactly(Map.entry("Linux", 1));
        assertThat(snapshot.control().devices()).isEqualTo(1);
        assertThat(snapshot.heard()).isEqualTo(21);
    }

    @Test
    void a_repeated_heartbeat_counts_once_when_it_left_an_event() {
        devices.forEach(this::enrol);
        engine.ask(demand("u-1", 0));
        // Its first heartbeat leaves an event: it is judged for the first time.
        beat(devices.get(3), 1, 80);
        beat(devices.get(3), 1, 80);

        assertThat(last().heard()).isEqualTo(1);
    }

    @Test
    void a_devices_own_past_is_what_its_change_is_measured_by_in_every_step() {
        devices.forEach(this::enrol);
        for (int i = 0; i < 10; i++) {
            engine.pass(Duration.ofMinutes(5));
            beat(devices.get(0), 60);
            beat(devices.get(3), 40);
        }
        engine.ask(demand("u-1", 0));
        for (int i = 0; i < 50; i++) {
            beat(devices.get(0), 90, BUNDLE);
            beat(devices.get(3), 40);
        }
        AnalysisSnapshot first = last();
        assertThat(changes(first.candidate())).containsExactly(30.0);
        assertThat(changes(first.control())).containsExactly(0.0);

        engine.ask(demand("u-1", 1));
        beat(devices.get(0), 90, BUNDLE);
        AnalysisSnapshot second = last();
        assertThat(second.step()).isEqualTo(1);
        assertThat(second.heard()).isEqualTo(1);
        assertThat(changes(second.candidate())).containsExactly(30.0);
        assertThat(second.control().devices()).isZero();
    }

    @Test
    void a_restart_forgets_and_counts_nothing_twice() {
        devices.forEach(this::enrol);
        engine.ask(demand("u-1", 0));
        beat(devices.get(0), 90, BUNDLE);
        assertThat(last().candidate().devices()).isEqualTo(1);
        engine.stop();
        engine.start();
        beat(devices.get(3), 40);
        AnalysisSnapshot snapshot = last();

        assertThat(snapshot.candidate().devices()).isZero();
        assertThat(snapshot.control().devices()).isEqualTo(1);
    }

    @Test
    void when_the_demand_is_over_nothing_more_is_said() {
        devices.forEach(this::enrol);
        engine.ask(demand("u-1", 0));
        beat(devices.get(0), 90, BUNDLE);
        last();
        engine.askNoMore(demand("u-1", 0).key());
        beat(devices.get(0), 90, BUNDLE);
        engine.pass(Duration.ofMinutes(1));

        assertThat(engine.snapshots()).isEmpty();
    }

    @Test
    void rubbish_is_no_demand() {
        engine.askRubbish("demand/corp/base-2", "{{{");
        engine.askRubbish("demand/corp/base-2", "{\"namespace\":\"corp\"}");
        engine.askRubbish("nonsense", "{}");
        devices.forEach(this::enrol);
        devices.forEach(device -> beat(device, 80, BUNDLE));
        engine.pass(Duration.ofMinutes(1));

        assertThat(engine.snapshots()).isEmpty();
    }

    @Test
    void an_anomaly_is_an_event_that_a_rebuild_keeps_byte_for_byte() {
        DeviceId device = devices.getFirst();
        enrol(device);
        for (int i = 0; i < 80; i++) {
            engine.now = engine.now.plus(Duration.ofHours(1));
            beat(device, 40 + i % 3);
        }
        engine.news();
        for (int i = 0; i < 20; i++) {
            engine.now = engine.now.plus(Duration.ofHours(1));
            beat(device, 400);
        }
        List<DeviceEvent.AnomalyDetected> found = new ArrayList<>();
        engine.told.forEach(record -> {
            if (record.event() instanceof DeviceEvent.AnomalyDetected anomaly) {
                found.add(anomaly);
            }
        });
        assertThat(found).singleElement().satisfies(anomaly -> {
            assertThat(anomaly.fact()).isEqualTo(FACT);
            assertThat(anomaly.value()).isEqualTo(400);
            assertThat(anomaly.usual()).isBetween(40.0, 45.0);
            assertThat(anomaly.values()).isEqualTo(82);
        });
        String before = engine.bytes(device);
        engine.stop();
        engine.start();

        assertThat(engine.bytes(device)).isEqualTo(before);
    }
}
