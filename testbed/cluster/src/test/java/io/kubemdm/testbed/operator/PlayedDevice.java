package io.kubemdm.testbed.operator;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.message.PolicyReported;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.Receipt;
import io.kubemdm.protocol.state.Compliance;
import io.kubemdm.protocol.state.DeviceState;
import io.kubemdm.protocol.state.DeviceState.Command;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** States as the engine would publish them for one device, said step by step. */
final class PlayedDevice {

    private static final Instant ENROLLED = Instant.parse("2026-01-01T00:00:00Z");

    private final DeviceId id;
    private final Map<String, String> labels;
    private final TreeMap<String, DeviceState.Policy> policies = new TreeMap<>();
    private final TreeMap<String, Command> commands = new TreeMap<>();
    private String ownership = "Corporate";
    private long epoch = 1;
    private long sequence = 1;
    private DeviceState.@Nullable Declaration declared;
    private @Nullable Compliance compliance;

    PlayedDevice(DeviceId id, Map<String, String> labels) {
        this.id = id;
        this.labels = labels;
    }

    DeviceId id() {
        return id;
    }

    DeviceState state() {
        return new DeviceState(
                id,
                epoch,
                sequence++,
                new DeviceState.Identity(
                        "sha256:" + "0".repeat(64),
                        ENROLLED.plus(30, ChronoUnit.DAYS),
                        "c3BraQ==",
                        "Linux",
                        ownership,
                        labels,
                        "token",
                        "SN-" + id.name(),
                        null,
                        null,
                        ENROLLED),
                declared,
                new DeviceState.Connection(
                        DeviceState.Reach.Online, "test", "gateway-0", 1, "0.1.0", "Debian 12", ENROLLED),
                null,
                policies,
                commands,
                MessageId.NONE,
                0,
                null,
                compliance,
                Instant.now());
    }

    PlayedDevice judged(@Nullable Compliance next) {
        compliance = next;
        return this;
    }

    PlayedDevice declared(String uid, long generation, String specJson, Map<String, String> declaredLabels) {
        declared = new DeviceState.Declaration(
                uid,
                generation,
                io.kubemdm.protocol.json.Json.read(
                        specJson.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                        com.fasterxml.jackson.databind.JsonNode.class),
                declaredLabels);
        return this;
    }

    PlayedDevice reports(PolicyRef ref, PolicyReported.State state) {
        policies.put(ref.policy(), new DeviceState.Policy(ref, state, 1, null, null, ENROLLED));
        return this;
    }

    PlayedDevice ofPerson() {
        ownership = "Personal";
        return this;
    }

    PlayedDevice enrolsAgain() {
        epoch++;
        policies.clear();
        commands.clear();
        return this;
    }

    PlayedDevice took(String command, String request, CommandType type, long seq, Instant notAfter) {
        commands.put(
                command,
                new Command(
                        command,
                        request,
                        type,
                        seq,
                        notAfter,
                        Instant.now(),
                        Instant.now(),
                        Instant.now(),
                        null,
                        0,
                        null));
        return this;
    }

    PlayedDevice signed(String command, Receipt.Outcome outcome) {
        DeviceState.Ended end =
                new DeviceState.Ended(outcome, "sha256:" + "1".repeat(64), "key", List.of(), null, null, Instant.now());
        commands.computeIfPresent(command, (id, taken) -> taken.ended(end));
        return this;
    }

    static com.fasterxml.jackson.databind.JsonNode nothing() {
        return JsonNodeFactory.instance.objectNode();
    }
}
