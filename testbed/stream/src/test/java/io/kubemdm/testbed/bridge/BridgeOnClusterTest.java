package io.kubemdm.testbed.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.kubemdm.bus.Principal;
import io.kubemdm.bus.Topic;
import io.kubemdm.crds.device.Device;
import io.kubemdm.crds.device.DeviceStatus;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.state.DeviceState;
import io.kubemdm.testbed.Checkout;
import io.kubemdm.testbed.broker.Broker;
import io.kubemdm.testbed.channel.GatewayProcess;
import io.kubemdm.testbed.channel.Records;
import io.kubemdm.testbed.controlplane.ControlPlane;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gateway's program in role bridge between a real broker and a real API server; the engine is the test. */
class BridgeOnClusterTest {

    private static final String TENANT = "acme";
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
    private static final AtomicInteger DEVICES = new AtomicInteger();

    @TempDir
    static Path dir;

    private static ControlPlane plane;
    private static Broker broker;
    private static Records records;
    private static GatewayProcess bridge;

    @BeforeAll
    static void start() {
        plane = ControlPlane.start(dir.resolve("kubernetes"));
        plane.kubectl().apply(crds());
        plane.client()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(TENANT)
                        .endMetadata()
                        .build())
                .create();
        broker = Broker.start(
                dir.resolve("kafka"),
                Arrays.stream(Principal.values()).map(Principal::user).collect(Collectors.toSet()),
                4);
        records = new Records(broker);
        bridge = bridge("bridge-0", Map.of()).awaitReady();
    }

    @AfterAll
    static void stop() {
        bridge.close();
        records.close();
        broker.close();
        plane.close();
    }

    @Test
    void a_state_becomes_a_status() {
        DeviceId device = created();

        publish(device, 1, 5, DeviceState.Reach.Online);

        DeviceStatus status = awaitRevision(device, 5);
        assertThat(status.enrollmentEpoch()).isEqualTo(1);
        assertThat(status.connection().state()).hasToString("Online");
        assertThat(status.conditions()).extracting("type").contains("Ready", "Connected", "PolicyApplied");
    }

    @Test
    void a_state_waits_for_its_device_to_be_created() {
        DeviceId device = next();
        publish(device, 1, 3, DeviceState.Reach.Online);
        DeviceId other = created();
        publish(other, 1, 3, DeviceState.Reach.Online);
        awaitRevision(other, 3);

        create(device);

        awaitRevision(device, 3);
    }

    @Test
    void statuses_that_were_deleted_come_back_the_same() {
        List<DeviceId> devices = new ArrayList<>();
        List<DeviceStatus> before = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            DeviceId device = created();
            devices.add(device);
            publish(device, 1, 7, DeviceState.Reach.Online);
        }
        devices.forEach(device -> before.add(awaitRevision(device, 7)));

        for (DeviceId device : devices) {
            resource(device).subresource("status").patch(merge(), "{\"status\":null}");
        }

        for (int i = 0; i < devices.size(); i++) {
            DeviceStatus expected = before.get(i);
            DeviceId device = devices.get(i);
            await().atMost(SOON).untilAsserted(() -> assertThat(status(device)).isEqualTo(expected));
        }
    }

    @Test
    void a_status_that_a_person_edited_comes_back() {
        DeviceId device = created();
        publish(device, 1, 2, DeviceState.Reach.Online);
        DeviceStatus before = awaitRevision(device, 2);

        resource(device)
                .subresource("status")
                .patch(merge(), "{\"status\":{\"phase\":\"Wiped\",\"agentVersion\":null}}");

        await().atMost(SOON).untilAsserted(() -> assertThat(status(device)).isEqualTo(before));
    }

    @Test
    void what_a_state_no_longer_says_goes_from_the_status() {
        DeviceId device = created();
        publish(device, 1, 2, DeviceState.Reach.Online);
        assertThat(awaitRevision(device, 2).connection()).isNotNull();

        publish(device, 2, 3, null);

        DeviceStatus after = awaitRevision(device, 3);
        assertThat(after.connection()).isNull();
        assertThat(after.agentVersion()).isNull();
        assertThat(after.clockSkewSeconds()).isNull();
    }

    @Test
    void a_state_seen_twice_and_an_edited_spec_write_nothing() {
        DeviceId device = created();
        publish(device, 1, 2, DeviceState.Reach.Online);
        awaitRevision(device, 2);
        String version = version(device);

        publish(device, 1, 2, DeviceState.Reach.Online);
        DeviceId marker = created();
        publish(marker, 1, 1, DeviceState.Reach.Online);
        awaitRevision(marker, 1);

        assertThat(version(device)).isEqualTo(version);
        resource(device).patch(merge(), "{\"spec\":{\"owner\":\"somebody\"}}");
        String edited = version(device);
        await().during(Duration.ofSeconds(1)).until(() -> version(device).equals(edited));
    }

    @Test
    void poison_becomes_a_dead_letter_and_the_partition_goes_on() {
        DeviceId device = created();
        records.put(Principal.ENGINE, Topic.STATE, device.toString(), "rubbish");
        records.put(Principal.ENGINE, Topic.STATE, Topic.ENGINE_HEAD_KEY, "{}");

        publish(device, 1, 4, DeviceState.Reach.Online);

        awaitRevision(device, 4);
        await().untilAsserted(() -> assertThat(records.deadLetters())
                .filteredOn(letter -> device.toString().equals(letter.key()))
                .singleElement()
                .satisfies(letter -> assertThat(letter.reader()).isEqualTo("kubemdm-bridge")));
        assertThat(records.deadLetters()).noneMatch(letter -> Topic.ENGINE_HEAD_KEY.equals(letter.key()));
    }

    /** A slow replica in a group of its own has the same partitions and, when it is stopped, a queue of old states. */
    @Test
    void a_paused_replica_cannot_write_the_past() {
        List<DeviceId> devices = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            devices.add(created());
        }
        Map<String, List<Long>> shown = new ConcurrentHashMap<>();
        Watch watch = plane.client().resources(Device.class).inNamespace(TENANT).watch(recording(shown));
        Map<String, String> slowly =
                Map.of("kubemdm.bridge.group", "kubemdm-bridge-slow", "kubemdm.bridge.max-writes-per-second", "1");
        try (GatewayProcess slow = bridge("bridge-slow", slowly).awaitReady()) {
            devices.forEach(device -> publish(device, 1, 10, DeviceState.Reach.Online));
            devices.forEach(device -> awaitRevision(device, 10));
            bridge.pause();
            try {
                devices.forEach(device -> publish(device, 1, 11, DeviceState.Reach.Stale));
                await().until(() ->
                        devices.stream().anyMatch(device -> status(device).revision() == 11));
                slow.pause();
            } finally {
                bridge.resume();
            }
            devices.forEach(device -> publish(device, 1, 20, DeviceState.Reach.Offline));
            devices.forEach(device -> awaitRevision(device, 20));

            slow.resume();

            await().during(Duration.ofSeconds(4)).atMost(Duration.ofSeconds(10)).until(() -> devices.stream()
                    .allMatch(device -> status(device).revision() == 20
                            && status(device).connection().state().name().equals("Offline")));
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
        DeviceId device = created();
        publish(device, 1, 1, DeviceState.Reach.Online);
        awaitRevision(device, 1);

        plane.kill9ApiServer();
        publish(device, 1, 2, DeviceState.Reach.Stale);
        publish(device, 1, 3, DeviceState.Reach.Offline);
        plane.restartApiServer();

        await().atMost(Duration.ofSeconds(60))
                .ignoreExceptionsInstanceOf(KubernetesClientException.class)
                .until(() -> status(device).revision() == 3);
    }

    private static GatewayProcess bridge(String replica, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(more);
        settings.put("kubemdm.roles", "bridge");
        return GatewayProcess.start(
                dir,
                replica,
                broker.accessFor(Principal.BRIDGE),
                settings,
                Map.of("KUBECONFIG", plane.kubeconfig().toString()));
    }

    private static Path crds() {
        return Checkout.ofWorkingDirectory().path("charts/kubemdm/files/crds");
    }

    private static DeviceId next() {
        return new DeviceId(TENANT, "d-" + DEVICES.incrementAndGet());
    }

    private static DeviceId created() {
        DeviceId device = next();
        create(device);
        return device;
    }

    private static void create(DeviceId device) {
        String yaml = """
                {"apiVersion":"kubemdm.io/v1alpha1","kind":"Device",
                 "metadata":{"namespace":"%s","name":"%s"},"spec":{"platform":"Linux"}}""".formatted(device.namespace(), device.name());
        plane.client().resource(Serialization.unmarshal(yaml, Device.class)).create();
    }

    private static void publish(DeviceId device, long epoch, long sequence, DeviceState.@Nullable Reach reach) {
        Instant changedAt = T0.plusSeconds(sequence);
        DeviceState state = new DeviceState(
                device,
                epoch,
                sequence,
                new DeviceState.Identity(
                        "sha256:" + "a".repeat(64),
                        T0.plusSeconds(86_400),
                        "c3BraQ==",
                        "Linux",
                        "Corporate",
                        Map.of(),
                        "token",
                        null,
                        null,
                        null,
                        T0),
                null,
                reach == null
                        ? null
                        : new DeviceState.Connection(reach, "local", "gateway-0", 1, "1.0", "Debian 12", changedAt),
                null,
                new TreeMap<>(),
                new TreeMap<>(),
                MessageId.NONE,
                0,
                null,
                null,
                changedAt);
        records.put(
                Principal.ENGINE,
                Topic.STATE,
                device.toString(),
                new String(Json.write(state), StandardCharsets.UTF_8));
    }

    private static DeviceStatus awaitRevision(DeviceId device, long revision) {
        await().atMost(SOON).until(() -> {
            DeviceStatus status = status(device);
            return status != null && Long.valueOf(revision).equals(status.revision());
        });
        return status(device);
    }

    private static @Nullable DeviceStatus status(DeviceId device) {
        return resource(device).get().getStatus();
    }

    private static String version(DeviceId device) {
        return resource(device).get().getMetadata().getResourceVersion();
    }

    private static Resource<Device> resource(DeviceId device) {
        return plane.client()
                .resources(Device.class)
                .inNamespace(device.namespace())
                .withName(device.name());
    }

    private static PatchContext merge() {
        return PatchContext.of(PatchType.JSON_MERGE);
    }
}
