package io.kubemdm.gateway.bridge;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.crds.device.ConnectionState;
import io.kubemdm.crds.device.DevicePhase;
import io.kubemdm.crds.device.DeviceStatus;
import io.kubemdm.protocol.state.DeviceState;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a Device's status says of a state. Pure; two replicas with the same state and the same status before it write the
 * same, and after a status was deleted the same one comes back, because every moment in it is taken from the state.
 */
final class StatusProjection {

    /**
     * A status to be shown.
     *
     * @param urgent to be written before others: somebody is waiting for it, or should be worried by it
     * @param reviseAt when it has to be looked at again although no event says so; null for never
     */
    record Projection(
            DeviceStatus status, boolean urgent, @Nullable Instant reviseAt) {}

    /** What a person said of quarantine, as far as it holds. */
    record Quarantine(String reason, @Nullable Instant until) {}

    private StatusProjection() {}

    /**
     * Projects.
     *
     * @param shown the status now on the Device, whose transition times are kept where nothing changed; null for none
     */
    static Projection project(DeviceState state, @Nullable DeviceStatus shown, Instant now) {
        DeviceState.Declaration declared = state.declared();
        Quarantine quarantine = quarantine(declared, now);
        DevicePhase phase = phase(state, quarantine != null || ComplianceView.quarantine(state) != null);
        List<DeviceStatus.AppliedPolicy> policies = PolicyLines.of(state);
        StatusConditions conditions = new StatusConditions(state, phase, quarantine, shown);
        DeviceState.Connection connection = state.connection();
        DeviceState.Identity identity = state.identity();
        DeviceStatus status = new DeviceStatus(
                declared == null ? null : declared.generation(),
                phase,
                state.epoch(),
                state.sequence(),
                connection == null
                        ? null
                        : new DeviceStatus.Connection(
                                reach(connection.reach()), connection.region(), time(connection.since())),
                identity == null
                        ? null
                        : new DeviceStatus.Certificate(identity.fingerprint(), time(identity.notAfter())),
                connection == null ? null : connection.agentVersion(),
                connection == null ? null : connection.osVersion(),
                policies,
                ComplianceView.of(state),
                connection == null ? null : state.clockSkewSeconds(),
                conditions.all());
        return new Projection(status, isUrgent(phase), quarantine == null ? null : quarantine.until());
    }

    /** {@link Projection#urgent} alone. */
    static boolean isUrgent(DeviceState state, Instant now) {
        boolean quarantined = quarantine(state.declared(), now) != null || ComplianceView.quarantine(state) != null;
        return isUrgent(phase(state, quarantined));
    }

    private static boolean isUrgent(DevicePhase phase) {
        return phase == DevicePhase.Wiping || phase == DevicePhase.Quarantined || phase == DevicePhase.Conflict;
    }

    /** Times as people read them; parts of a second are noise. */
    static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static DevicePhase phase(DeviceState state, boolean quarantined) {
        if (state.conflict() != null) {
            return DevicePhase.Conflict;
        }
        if (state.commands().values().stream()
                .anyMatch(each -> each.endedManagement() && each.type().erasesStorage())) {
            return DevicePhase.Wiped;
        }
        if (state.hasLeft()) {
            return DevicePhase.Retired;
        }
        if (state.commands().values().stream()
                .anyMatch(each -> each.ended() == null && each.type().isWipe())) {
            return DevicePhase.Wiping;
        }
        return quarantined ? DevicePhase.Quarantined : DevicePhase.Enrolled;
    }

    private static @Nullable Quarantine quarantine(DeviceState.@Nullable Declaration declared, Instant now) {
        JsonNode said = declared == null ? null : declared.spec().get("quarantine");
        if (said == null || !said.isObject()) {
            return null;
        }
        Instant until = instant(said.path("until").asText(""));
        return until != null && !until.isAfter(now)
                ? null
                : new Quarantine(said.path("reason").asText(""), until);
    }

    private static @Nullable Instant instant(String text) {
        try {
            return text.isEmpty() ? null : Instant.parse(text);
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    private static ConnectionState reach(DeviceState.Reach reach) {
        return switch (reach) {
            case Online -> ConnectionState.Online;
            case Stale -> ConnectionState.Stale;
            case Offline -> ConnectionState.Offline;
        };
    }
}
