package io.kubemdm.gateway.bridge;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.message.PolicyReported;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.Receipt;
import io.kubemdm.protocol.state.Compliance;
import io.kubemdm.protocol.state.ComplianceState;
import io.kubemdm.protocol.state.DeviceState;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** States in the making. */
final class States {

    static final DeviceId DEVICE = DeviceId.parse("acme/d-1");
    static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");

    private long epoch = 1;
    private long sequence = 1;
    private DeviceState.@Nullable Identity identity = new DeviceState.Identity(
            "sha256:" + "a".repeat(64),
            T0.plusSeconds(86400),
            "c3BraQ==",
            "Linux",
            "Corporate",
            Map.of(),
            "token",
            null,
            null,
            null,
            T0);
    private DeviceState.@Nullable Declaration declared;
    private DeviceState.@Nullable Connection connection;
    private DeviceState.@Nullable Assignment assigned;
    private final SortedMap<String, DeviceState.Policy> policies = new TreeMap<>();
    private final SortedMap<String, DeviceState.Command> commands = new TreeMap<>();
    private int skew;
    private @Nullable String conflict;
    private @Nullable Compliance compliance;
    private Instant changedAt = T0;

    static States enrolled() {
        return new States();
    }

    /** As it is in every respect: connected, one policy applied, declared. */
    static States well() {
        return enrolled()
                .at(10)
                .declared(3, "{}")
                .reach(DeviceState.Reach.Online, 60)
                .assigned(ref("base", "1.0.0", 'b'))
                .reported(ref("base", "1.0.0", 'b'), PolicyReported.State.Applied, 90);
    }

    static PolicyRef ref(String line, String version, char digest) {
        return new PolicyRef(line, version, "sha256:" + String.valueOf(digest).repeat(64));
    }

    States at(long newSequence) {
        sequence = newSequence;
        changedAt = T0.plusSeconds(newSequence * 10);
        return this;
    }

    States epoch(long newEpoch) {
        epoch = newEpoch;
        return this;
    }

    States unknown() {
        identity = null;
        epoch = 0;
        return this;
    }

    States declared(long generation, String spec) {
        declared = new DeviceState.Declaration(
                "uid", generation, Json.read(spec.getBytes(StandardCharsets.UTF_8), JsonNode.class), Map.of());
        return this;
    }

    States reach(DeviceState.Reach reach, int since) {
        connection =
                new DeviceState.Connection(reach, "local", "gateway-0", 1, "1.0", "Debian 12", T0.plusSeconds(since));
        return this;
    }

    States assigned(PolicyRef... refs) {
        assigned = new DeviceState.Assignment(1, List.of(refs), 300);
        return this;
    }

    States reported(PolicyRef ref, PolicyReported.State state, int since) {
        return reported(ref, state, since, null);
    }

    States reported(PolicyRef ref, PolicyReported.State state, int since, @Nullable String reason) {
        policies.put(
                ref.policy(),
                new DeviceState.Policy(ref, state, 1, reason, reason == null ? null : "why", T0.plusSeconds(since)));
        return this;
    }

    States command(CommandType type, Receipt.@Nullable Outcome outcome) {
        commands.put(
                "c-1",
                new DeviceState.Command(
                        "c-1",
                        "wipe",
                        type,
                        1,
                        T0.plusSeconds(9999),
                        T0,
                        null,
                        null,
                        null,
                        0,
                        outcome == null
                                ? null
                                : new DeviceState.Ended(outcome, null, null, List.of(), null, null, T0)));
        return this;
    }

    States skew(int seconds) {
        skew = seconds;
        return this;
    }

    /** One line, judged so; it is quarantined for {@code quarantine} unless that is null. */
    States judged(
            ComplianceState to,
            boolean shadow,
            @Nullable String reason,
            @Nullable String quarantine,
            String... broken) {
        SortedMap<String, Compliance.Broken> rules = new TreeMap<>();
        for (String rule : broken) {
            rules.put(rule, new Compliance.Broken(to, T0.plusSeconds(70), null, "too short", "High", "None", null));
        }
        PolicyRef base = ref("base", "1.0.0", 'b');
        compliance = new Compliance(
                shadow ? ComplianceState.NotApplicable : to,
                T0.plusSeconds(70),
                to == ComplianceState.InGracePeriod ? T0.plusSeconds(700) : null,
                new TreeMap<>(Map.of(
                        "base",
                        new Compliance.Line(base, shadow, to, T0.plusSeconds(70), reason, null, List.of(), rules))),
                false,
                quarantine == null ? null : new Compliance.Quarantine(quarantine, T0.plusSeconds(80)),
                new TreeMap<>());
        return this;
    }

    States conflict(String why) {
        conflict = why;
        return this;
    }

    DeviceState build() {
        return new DeviceState(
                DEVICE,
                epoch,
                sequence,
                identity,
                declared,
                connection,
                assigned,
                new TreeMap<>(policies),
                new TreeMap<>(commands),
                MessageId.NONE,
                skew,
                conflict,
                compliance,
                changedAt);
    }
}
