package io.kubemdm.testbed.bridge;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
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
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A real broker and a real API server with one tenant, between which bridges run; the engine is the test. */
final class BridgeStage implements AutoCloseable {

    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
    static final Duration SOON = Duration.ofSeconds(20);

    static final String TENANT = "acme";

    private final Path dir;
    private final ControlPlane plane;
    private final Broker broker;
    private final Records records;
    private final AtomicInteger devices = new AtomicInteger();

    BridgeStage(Path dir) {
        this.dir = dir;
        plane = ControlPlane.start(dir.resolve("kubernetes"));
        plane.kubectl().apply(Checkout.ofWorkingDirectory().path("charts/kubemdm/files/crds"));
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
    }

    ControlPlane plane() {
        return plane;
    }

    Records records() {
        return records;
    }

    /** Starts a replica; the caller awaits and closes it. */
    GatewayProcess bridge(String replica, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(more);
        settings.put("kubemdm.roles", "bridge");
        return GatewayProcess.start(
                dir,
                replica,
                broker.accessFor(Principal.BRIDGE),
                settings,
                Map.of("KUBECONFIG", plane.kubeconfig().toString()));
    }

    /** A device that nobody has created yet. */
    DeviceId next() {
        return new DeviceId(TENANT, "d-" + devices.incrementAndGet());
    }

    /** A new device. */
    DeviceId created() {
        DeviceId device = next();
        create(device);
        return device;
    }

    void create(DeviceId device) {
        String yaml = """
                {"apiVersion":"kubemdm.io/v1alpha1","kind":"Device",
                 "metadata":{"namespace":"%s","name":"%s"},"spec":{"platform":"Linux"}}""".formatted(device.namespace(), device.name());
        plane.client().resource(Serialization.unmarshal(yaml, Device.class)).create();
    }

    /** What the engine says of a device. */
    void publish(DeviceId device, long epoch, long sequence, DeviceState.@Nullable Reach reach) {
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

    /** The status once it shows a state. */
    DeviceStatus awaitRevision(DeviceId device, long revision) {
        await().atMost(SOON).until(() -> {
            DeviceStatus status = status(device);
            return status != null && Long.valueOf(revision).equals(status.revision());
        });
        return status(device);
    }

    @Nullable DeviceStatus status(DeviceId device) {
        return resource(device).get().getStatus();
    }

    String version(DeviceId device) {
        return resource(device).get().getMetadata().getResourceVersion();
    }

    Resource<Device> resource(DeviceId device) {
        return plane.client()
                .resources(Device.class)
                .inNamespace(device.namespace())
                .withName(device.name());
    }

    static PatchContext merge() {
        return PatchContext.of(PatchType.JSON_MERGE);
    }

    @Override
    public void close() {
        records.close();
        broker.close();
        plane.close();
    }
}
