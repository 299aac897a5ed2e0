package io.kubemdm.protocol.state;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.CommandAcknowledged;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.message.PolicyReported;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.Receipt;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of a device for good: the fold of its events, published on {@code mdm.state}.
 *
 * @param epoch the enrolment; 0 while only declared
 * @param sequence of the last event, becomes {@code Device.status.revision}
 * @param identity null until enrolled
 * @param declared null until the operator has read a Device object
 * @param connection null until first connected in this epoch
 * @param assigned null until a desired order was issued in this epoch
 * @param policies by policy line
 * @param commands by id: the open one and the last {@value #MAX_ENDED_COMMANDS} ended
 * @param processed the last agent message that left an event
 * @param clockSkewSeconds device minus server, in steps of 30
 * @param conflict why two holders of this identity are suspected
 * @param compliance null until first judged in this epoch
 * @param changedAt time of the last event
 */
public record DeviceState(
        DeviceId device,
        long epoch,
        long sequence,
        @Nullable Identity identity,
        @Nullable Declaration declared,
        @Nullable Connection connection,
        @Nullable Assignment assigned,
        SortedMap<String, Policy> policies,
        SortedMap<String, Command> commands,
        MessageId processed,
        int clockSkewSeconds,
        @Nullable String conflict,
        @Nullable Compliance compliance,
        Instant changedAt) {

    /** How many ended commands a state remembers. */
    public static final int MAX_ENDED_COMMANDS = 8;

    /** Whether it has left management: by a command it carried out, or because people declared it {@code Retired}. */
    public boolean hasLeft() {
        return commands.values().stream().anyMatch(Command::endedManagement)
                || (declared != null
                        && "Retired".equals(declared.spec().path("lifecycle").asText()));
    }

    /** Who the device is, from its enrolment. */
    public record Identity(
            String fingerprint,
            Instant notAfter,
            String spki,
            String platform,
            String ownership,
            Map<String, String> labels,
            String token,
            @Nullable String serialNumber,
            @Nullable String model,
            @Nullable String vendor,
            Instant enrolledAt) {}

    /** What people want of it. */
    public record Declaration(String uid, long generation, JsonNode spec, Map<String, String> labels) {}

    /** How it is reached. */
    public record Connection(
            Reach reach,
            String region,
            String gateway,
            long session,
            String agentVersion,
            String osVersion,
            Instant since) {}

    /** Whether the device is there. */
    public enum Reach {
        Online,
        /** Connected as far as the gateway knows, but silent for twice its interval. */
        Stale,
        Offline
    }

    /**
     * The desired order that should be in force.
     *
     * @param tenures since when each of the policies is assigned, by line
     * @param at when it was issued, null of states from before this was kept
     */
    public record Assignment(
            long desiredSeq,
            List<PolicyRef> policies,
            int heartbeatSeconds,
            SortedMap<String, Tenure> tenures,
            @Nullable Instant at) {

        public Assignment {
            tenures = tenures == null ? Collections.emptySortedMap() : tenures;
        }

        /** An order of which no more is known. */
        public Assignment(long desiredSeq, List<PolicyRef> policies, int heartbeatSeconds) {
            this(desiredSeq, policies, heartbeatSeconds, Collections.emptySortedMap(), null);
        }
    }

    /**
     * How long a version has been assigned without a break.
     *
     * @param assignedAt when an order named it first
     * @param appliedAt when the device first said since that it is in force, null until it does
     */
    public record Tenure(Instant assignedAt, @Nullable Instant appliedAt) {}

    /**
     * One policy line as the device last reported it.
     *
     * @param inForce the version of the line that is in force by all it has said, null for none; another than {@code ref}
     *     while it refuses that one, or could not set it
     */
    public record Policy(
            PolicyRef ref,
            PolicyReported.State state,
            long desiredSeq,
            @Nullable String reason,
            @Nullable String message,
            Instant since,
            @Nullable PolicyRef inForce) {

        public Policy {
            inForce = state == PolicyReported.State.Applied ? ref : inForce;
        }

        /** A line of which nothing was in force before. */
        public Policy(
                PolicyRef ref,
                PolicyReported.State state,
                long desiredSeq,
                @Nullable String reason,
                @Nullable String message,
                Instant since) {
            this(ref, state, desiredSeq, reason, message, since, null);
        }
    }

    /**
     * One command's life. Times are null until it happened.
     *
     * @param wipeRequest name of the WipeRequest; of a {@code Remediate} the policy line that asks for it
     */
    public record Command(
            String id,
            String wipeRequest,
            CommandType type,
            long seq,
            Instant notAfter,
            Instant issuedAt,
            @Nullable Instant deliveredAt,
            @Nullable Instant acknowledgedAt,
            CommandAcknowledged.@Nullable Refusal refusal,
            long have,
            @Nullable Ended ended) {

        /** The same, handed over. */
        public Command delivered(Instant at) {
            return new Command(
                    id, wipeRequest, type, seq, notAfter, issuedAt, at, acknowledgedAt, refusal, have, ended);
        }

        /**
         * The same, answered by the device.
         *
         * @param at when it was acknowledged, null while it was not
         * @param no why it was refused, null when it was not
         * @param counter the device's own
         */
        public Command answered(@Nullable Instant at, CommandAcknowledged.@Nullable Refusal no, long counter) {
            return new Command(id, wipeRequest, type, seq, notAfter, issuedAt, deliveredAt, at, no, counter, ended);
        }

        /** Whether the device has signed that this ended its management. */
        public boolean endedManagement() {
            return type.endsManagement() && ended != null && ended.outcome() == Receipt.Outcome.Completed;
        }

        /** The same at its end. */
        public Command ended(Ended how) {
            return new Command(
                    id, wipeRequest, type, seq, notAfter, issuedAt, deliveredAt, acknowledgedAt, refusal, have, how);
        }
    }

    /**
     * How a command ended.
     *
     * @param outcome null when it was withdrawn
     */
    public record Ended(
            Receipt.@Nullable Outcome outcome,
            @Nullable String receiptDigest,
            @Nullable String keyId,
            List<String> erased,
            @Nullable String failedStep,
            @Nullable String message,
            Instant at) {}
}
