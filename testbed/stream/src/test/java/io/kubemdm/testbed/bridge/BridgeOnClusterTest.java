package io.kubemdm.testbed.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.kubemdm.bus.Principal;
import io.kubemdm.bus.Topic;
import io.kubemdm.crds.device.Device;
import io.kubemdm.crds.device.DeviceStatus;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.state.DeviceState;
import io.kubemdm.testbed.channel.GatewayProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gateway's program in role bridge between a real broker and a real API server; the engine is the test. */
class BridgeOnClusterTest {

    @TempDir
    static Path dir;

    private static BridgeStage stage;
    private static GatewayProcess bridge;

    @BeforeAll
    static void start() {
        stage = new BridgeStage(dir);
        bridge = stage.bridge("bridge-0", Map.of()).awaitReady();
    }

    @AfterAll
    static void stop() {
        bridge.close();
        stage.close();
    }

    @Test
    void a_state_becomes_a_status() {
        DeviceId device = stage.created();

        stage.publish(device, 1, 5, DeviceState.Reach.Online);

        DeviceStatus status = stage.awaitRevision(device, 5);
        assertThat(status.enrollmentEpoch()).isEqualTo(1);
        assertThat(status.connection().state()).hasToString("Online");
        assertThat(status.conditions()).extracting("type").contains("Ready", "Connected", "PolicyApplied");
    }

    @Test
    void a_state_waits_for_its_device_to_be_created() {
        DeviceId device = stage.next();
        stage.publish(device, 1, 3, DeviceState.Reach.Online);
        DeviceId other = stage.created();
        stage.publish(other, 1, 3, DeviceState.Reach.Online);
        stage.awaitRevision(other, 3);

        stage.create(device);

        stage.awaitRevision(device, 3);
    }

    @Test
    void statuses_that_were_deleted_come_back_the_same() {
        List<DeviceId> devices = new ArrayList<>();
        List<DeviceStatus> before = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            DeviceId device = stage.created();
            devices.add(device);
            stage.publish(device, 1, 7, DeviceState.Reach.Online);
        }
        devices.forEach(device -> before.add(stage.awaitRevision(device, 7)));

        for (DeviceId device : devices) {
            stage.resource(device).subresource("status").patch(BridgeStage.merge(), "{\"status\":null}");
        }

        for (int i = 0; i < devices.size(); i++) {
            DeviceStatus expected = before.get(i);
            DeviceId device = devices.get(i);
            await().atMost(BridgeStage.SOON)
                    .untilAsserted(() -> assertThat(stage.status(device)).isEqualTo(expected));
        }
    }

    @Test
    void a_status_that_a_person_edited_comes_back() {
        DeviceId device = stage.created();
        stage.publish(device, 1, 2, DeviceState.Reach.Online);
        DeviceStatus before = stage.awaitRevision(device, 2);

        stage.resource(device)
                .subresource("status")
                .patch(BridgeStage.merge(), "{\"status\":{\"phase\":\"Wiped\",\"agentVersion\":null}}");

        await().atMost(BridgeStage.SOON)
                .untilAsserted(() -> assertThat(stage.status(device)).isEqualTo(before));
    }

    @Test
    void what_a_state_no_longer_says_goes_from_the_status() {
        DeviceId device = stage.created();
        stage.publish(device, 1, 2, DeviceState.Reach.Online);
        assertThat(stage.awaitRevision(device, 2).connection()).isNotNull();

        stage.publish(device, 2, 3, null);

        DeviceStatus after = stage.awaitRevision(device, 3);
        assertThat(after.connection()).isNull();
        assertThat(after.agentVersion()).isNull();
        assertThat(after.clockSkewSeconds()).isNull();
    }

    @Test
    void a_state_seen_twice_and_an_edited_spec_write_nothing() {
        DeviceId device = stage.created();
        stage.publish(device, 1, 2, DeviceState.Reach.Online);
        stage.awaitRevision(device, 2);
        String version = stage.version(device);

        stage.publish(device, 1, 2, DeviceState.Reach.Online);
        DeviceId marker = stage.created();
        stage.publish(marker, 1, 1, DeviceState.Reach.Online);
        stage.awaitRevision(marker, 1);

        assertThat(stage.version(device)).isEqualTo(version);
        stage.resource(device).patch(BridgeStage.merge(), "{\"spec\":{\"owner\":\"somebody\"}}");
        String edited = stage.version(device);
        await().during(Duration.ofSeconds(1)).until(() -> stage.version(device).equals(edited));
    }

    @Test
    void poison_becomes_a_dead_letter_and_the_partition_goes_on() {
        DeviceId device = stage.created();
        stage.records().put(Principal.ENGINE, Topic.STATE, device.toString(), "rubbish");
        stage.records().put(Principal.ENGINE, Topic.STATE, Topic.ENGINE_HEAD_KEY, "{}");

        stage.publish(device, 1, 4, DeviceState.Reach.Online);

        stage.awaitRevision(device, 4);
        await().untilAsserted(() -> assertThat(stage.records().deadLetters())
                .filteredOn(letter -> device.toString().equals(letter.key()))
                .singleElement()
                .satisfies(letter -> assertThat(letter.reader()).isEqualTo("kubemdm-bridge")));
        assertThat(stage.records().deadLetters()).noneMatch(letter -> Topic.ENGINE_HEAD_KEY.equals(letter.key()));
    }

    /** A slow replica in a group of its own has the same partitions and, when it is stopped, a queue of old states. */
    @Test
    void a_paused_replica_cannot_write_the_past() {
        List<DeviceId> devices = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            devices.add(stage.created());
        }
        Map<String, List<Long>> shown = new ConcurrentHashMap<>();
        Watch watch = stage.plane()
                .client()
                .resources(Device.class)
                .inNamespace(BridgeStage.TENANT)
                .watch(recording(shown));
        Map<String, String> slowly =
                Map.of("kubemdm.bridge.group", "kubemdm-bridge-slow", "kubemdm.bridge.max-writes-per-second", "1");
        try (GatewayProcess slow = stage.bridge("bridge-slow", slowly).awaitReady()) {
            devices.forEach(device -> stage.publish(device, 1, 10, DeviceState.Reach.Online));
            devices.forEach(device -> stage.awaitRevision(device, 10));
            bridge.pause();
            try {
                devices.forEach(device -> stage.publish(device, 1, 11, DeviceState.Reach.Stale));
                await().until(() ->
                        devices.stream().anyMatch(device -> stage.status(device).revision() == 11));
                slow.pause();
            } finally {
                bridge.resume();
            }
            devices.forEach(device -> stage.publish(device, 1, 20, DeviceState.Reach.Offline));
            devices.forEach(device -> stage.awaitRevision(device, 20));

            slow.resume();

            await().during(Duration.ofSeconds(4)).atMost(Duration.ofSeconds(10)).until(() -> devices.stream()
                    .allMatch(device -> stage.status(device).revision() == 20
                            && stage.status(device).connection().state().name().equals("Offline")));
        } finally {
            watch.close();
        }
        assertThat(shown).containsKeys(devices.stream().map(DeviceId::name).toArray(String[]::new));
        assertThat(shown.values()).allSatisfy(revisions -> assertThat(revisions).isSorted());
    }

    private static Watcher<Device> recording(Map<String, List<Long>> shown) {
        return new Watcher<>() {
            @Override
            public void eventReceived(Action action, Device device) {
                if (device.getStatus() != null && device.getStatus().revision() != null) {
                    shown.computeIfAbsent(device.getMetadata().getName(), name -> new CopyOnWriteArrayList<>())
                            .add(device.getStatus().revision());
                }
            }

            @Override
            public void onClose(WatcherException cause) {}
        };
    }

    @Test
    void states_that_come_while_the_api_server_is_away_are_shown_when_it_is_back() {
        DeviceId device = stage.created();
        stage.publish(device, 1, 1, DeviceState.Reach.Online);
        stage.awaitRevision(device, 1);

        stage.plane().kill9ApiServer();
        stage.publish(device, 1, 2, DeviceState.Reach.Stale);
        stage.publish(device, 1, 3, DeviceState.Reach.Offline);
        stage.plane().restartApiServer();

        await().atMost(Duration.ofSeconds(60))
                .ignoreExceptionsInstanceOf(KubernetesClientException.class)
                .until(() -> stage.status(device).revision() == 3);
    }
}
