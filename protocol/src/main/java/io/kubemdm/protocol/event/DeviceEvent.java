package io.kubemdm.protocol.event;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.message.CommandAcknowledged;
import io.kubemdm.protocol.message.PolicyReported;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.Receipt;
import io.kubemdm.protocol.order.StorageEvidence;
import io.kubemdm.protocol.state.Compliance;
import io.kubemdm.protocol.state.DeviceState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A transition of one device. Everything the device's {@link DeviceState} holds follows from these alone, in order. The
 * CloudEvents type on {@code mdm.events} is {@code io.kubemdm.device.<name>.v1}, {@code <name>} as given below.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = DeviceEvent.Enrolled.class, name = "enrolled"),
    @JsonSubTypes.Type(value = DeviceEvent.Renewed.class, name = "renewed"),
    @JsonSubTypes.Type(value = DeviceEvent.Declared.class, name = "declared"),
    @JsonSubTypes.Type(value = DeviceEvent.Assigned.class, name = "assigned"),
    @JsonSubTypes.Type(value = DeviceEvent.Deprovision.class, name = "deprovision"),
    @JsonSubTypes.Type(value = DeviceEvent.Wipe.class, name = "wipe"),
    @JsonSubTypes.Type(value = DeviceEvent.Connected.class, name = "connected"),
    @JsonSubTypes.Type(value = DeviceEvent.Disconnected.class, name = "disconnected"),
    @JsonSubTypes.Type(value = DeviceEvent.Silenced.class, name = "silenced"),
    @JsonSubTypes.Type(value = DeviceEvent.Resumed.class, name = "resumed"),
    @JsonSubTypes.Type(value = DeviceEvent.PolicyChanged.class, name = "policychanged"),
    @JsonSubTypes.Type(value = DeviceEvent.Drifted.class, name = "drifted"),
    @JsonSubTypes.Type(value = DeviceEvent.ClockSkewed.class, name = "clockskewed"),
    @JsonSubTypes.Type(value = DeviceEvent.CommandIssued.class, name = "commandissued"),
    @JsonSubTypes.Type(value = DeviceEvent.CommandPushed.class, name = "commandpushed"),
    @JsonSubTypes.Type(value = DeviceEvent.CommandAnswered.class, name = "commandanswered"),
    @JsonSubTypes.Type(value = DeviceEvent.CommandEnded.class, name = "commandended"),
    @JsonSubTypes.Type(value = DeviceEvent.CommandRevoked.class, name = "commandrevoked"),
    @JsonSubTypes.Type(value = DeviceEvent.ReceiptRefused.class, name = "receiptrefused"),
    @JsonSubTypes.Type(value = DeviceEvent.Conflicted.class, name = "conflicted"),
    @JsonSubTypes.Type(value = DeviceEvent.ComplianceChanged.class, name = "compliancechanged"),
    @JsonSubTypes.Type(value = DeviceEvent.ActionFired.class, name = "actionfired"),
    @JsonSubTypes.Type(value = DeviceEvent.ActionsCleared.class, name = "actionscleared"),
    @JsonSubTypes.Type(value = DeviceEvent.AnomalyDetected.class, name = "anomalydetected"),
    @JsonSubTypes.Type(value = DeviceEvent.Snapshotted.class, name = "snapshotted")
})
public sealed interface DeviceEvent {

    /** The name in the CloudEvents type. */
    default String typeName() {
        return "io.kubemdm.device." + getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT) + ".v1";
    }

    /** First certificate of an enrolment; a higher epoch starts the device's life anew, declaration kept. */
    record Enrolled(
            String fingerprint,
            Instant notAfter,
            String spki,
            String platform,
            String ownership,
            Map<String, String> labels,
            String token,
            @Nullable String serialNumber,
            @Nullable String model,
            @Nullable String vendor)
            implements DeviceEvent {}

    /** A new certificate within the enrolment. */
    record Renewed(String fingerprint, Instant notAfter, String spki) implements DeviceEvent {}

    /** People want something else of the Device. */
    record Declared(String uid, long generation, JsonNode spec, Map<String, String> labels) implements DeviceEvent {}

    /** Another desired order stands. */
    record Assigned(long desiredSeq, List<PolicyRef> policies, int heartbeatSeconds) implements DeviceEvent {}

    /** Its user is no longer active, so that a wipe of it is asked for. */
    record Deprovision(String trigger, String source, String wipeRequest, CommandType type) implements DeviceEvent {}

    /** It is lost, so that a wipe of it is asked for. */
    record Wipe(String trigger, String source, String wipeRequest, CommandType type) implements DeviceEvent {}

    /** A session opened. */
    record Connected(
            long session, String region, String gateway, String agentVersion, String osVersion, int clockSkewSeconds)
            implements DeviceEvent {}

    /** The latest session ended. */
    record Disconnected(long session, String cause) implements DeviceEvent {}

    /** Nothing was heard for twice the interval. */
    record Silenced() implements DeviceEvent {}

    /** Heard again after silence, on the same session. */
    record Resumed() implements DeviceEvent {}

    /** A policy line reached another state on the device. */
    record PolicyChanged(
            PolicyRef policy,
            PolicyReported.State state,
            long desiredSeq,
            @Nullable String reason,
            @Nullable String message)
            implements DeviceEvent {}

    /** Drift was put back; recorded every time. */
    record Drifted(PolicyRef policy, List<String> settings) implements DeviceEvent {}

    /** The device's clock is off by another multiple of 30 s. */
    record ClockSkewed(int seconds) implements DeviceEvent {}

    /** A command was issued, or signed again with a higher counter. */
    record CommandIssued(String id, String wipeRequest, CommandType type, long seq, Instant notAfter)
            implements DeviceEvent {}

    /** A gateway handed the command over. */
    record CommandPushed(String id, long seq, String gateway) implements DeviceEvent {}

    /** The device persisted the command and acts, or refused it. */
    record CommandAnswered(String id, long seq, CommandAcknowledged.@Nullable Refusal refusal, long have)
            implements DeviceEvent {}

    /**
     * A receipt that verifies: the command is over.
     *
     * @param storage what became of each encrypted device
     * @param receipt the signed receipt itself, so that the log can hand out the proof; null in events of older engines
     */
    record CommandEnded(
            String id,
            long seq,
            Receipt.Outcome outcome,
            String receiptDigest,
            String keyId,
            List<String> erased,
            List<StorageEvidence> storage,
            @Nullable String receipt,
            @Nullable String failedStep,
            @Nullable String message)
            implements DeviceEvent {
        public CommandEnded {
            storage = storage == null ? List.of() : List.copyOf(storage);
        }
    }

    /** The operator took the command back. */
    record CommandRevoked(String id, String reason) implements DeviceEvent {}

    /** A receipt that does not verify; the command stays open. */
    record ReceiptRefused(String id, String reason) implements DeviceEvent {}

    /** Something only another holder of the same identity could have sent. */
    record Conflicted(String reason) implements DeviceEvent {}

    /** The device stands otherwise by its rules: how, as a whole. */
    record ComplianceChanged(Compliance compliance) implements DeviceEvent {}

    /**
     * A non-compliance action of a bundle fell due.
     *
     * @param action as the bundle names it, e.g. {@code Quarantine}
     * @param rules that have run out of grace, at most 16
     */
    record ActionFired(PolicyRef policy, String action, List<String> rules) implements DeviceEvent {}

    /** Actions that had fired stand no longer: the device keeps the rules again, or the policy says otherwise. */
    record ActionsCleared(PolicyRef policy, List<String> actions) implements DeviceEvent {}

    /**
     * A fact of the device has been far above what is usual for this device; once per episode.
     *
     * @param fact its name
     * @param value the latest
     * @param usual what it was on average in the days before
     * @param spread standard deviation of values from that
     * @param score how far the value is above it, in standard deviations, at least those that mean anything
     * @param values how many were seen before
     * @param since when the first of the values in a row was received
     */
    record AnomalyDetected(
            String fact, double value, double usual, double spread, double score, int values, Instant since)
            implements DeviceEvent {}

    /** The whole state again, so that a quiet device outlives the log's retention. */
    record Snapshotted(DeviceState state) implements DeviceEvent {}
}
