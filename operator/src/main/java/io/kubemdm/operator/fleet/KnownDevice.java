package io.kubemdm.operator.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.message.PolicyReported;
import io.kubemdm.protocol.state.Compliance;
import io.kubemdm.protocol.state.ComplianceState;
import io.kubemdm.protocol.state.DeviceState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The part of a {@link DeviceState} that deciding needs, small enough to be kept for every device.
 *
 * @param epoch the enrolment, 0 while only declared
 * @param enrolment null until enrolled
 * @param declaration null until a Device object was read
 * @param assignedSeq counter of the desired order the engine knows of, 0 for none in this epoch
 * @param onlineSince when it became what {@code online} says, null while it never connected
 * @param assignedAt when that order was issued, null for none
 * @param assigned what that order names
 * @param verdicts how it stands by each bundle, by digest; shadows included
 * @param policies as the device last reported, one per line
 * @param judged what follows from its compliance, null when nothing does
 */
public record KnownDevice(
        DeviceId device,
        long epoch,
        long sequence,
        @Nullable Enrolment enrolment,
        @Nullable Declaration declaration,
        boolean online,
        @Nullable Instant onlineSince,
        long assignedSeq,
        @Nullable Instant assignedAt,
        List<Assigned> assigned,
        List<Line> policies,
        Map<String, Verdict> verdicts,
        List<DeviceState.Command> commands,
        @Nullable Judged judged) {

    public KnownDevice {
        assigned = List.copyOf(assigned);
        policies = List.copyOf(policies);
        verdicts = Map.copyOf(verdicts);
        commands = List.copyOf(commands);
    }

    /** What an enrolment said of the device. */
    public record Enrolment(
            String platform,
            String ownership,
            Map<String, String> labels,
            @Nullable String serialNumber,
            @Nullable String model,
            @Nullable String vendor,
            Instant enrolledAt) {

        public Enrolment {
            labels = Map.copyOf(labels);
        }
    }

    /** The declaration the engine has; the spec as JSON text, since trees are large. */
    @SuppressWarnings("ArrayRecordComponent") // equals is written out
    public record Declaration(String uid, long generation, byte[] spec, Map<String, String> labels) {

        public Declaration {
            labels = Map.copyOf(labels);
        }

        /** The spec as a tree. */
        public JsonNode specTree() {
            return Json.read(spec, JsonNode.class);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Declaration that
                    && uid.equals(that.uid)
                    && generation == that.generation
                    && Arrays.equals(spec, that.spec)
                    && labels.equals(that.labels);
        }

        @Override
        public int hashCode() {
            return Objects.hash(uid, generation, labels);
        }
    }

    /**
     * What follows from a device's compliance.
     *
     * @param fired the lines in force of which actions have fired, by policy
     * @param quarantine why policies confine it, null when none does
     */
    public record Judged(SortedMap<String, Compliance.Line> fired, Compliance.@Nullable Quarantine quarantine) {

        private static @Nullable Judged of(@Nullable Compliance compliance) {
            if (compliance == null) {
                return null;
            }
            SortedMap<String, Compliance.Line> fired = new TreeMap<>();
            compliance.lines().forEach((policy, line) -> {
                if (!line.shadow()
                        && line.nonCompliantSince() != null
                        && !line.fired().isEmpty()) {
                    fired.put(policy, line);
                }
            });
            return fired.isEmpty() && compliance.quarantine() == null
                    ? null
                    : new Judged(Collections.unmodifiableSortedMap(fired), compliance.quarantine());
        }
    }

    /**
     * A policy that the device is told to have.
     *
     * @param since when an order named it first
     * @param appliedAt when the device first had it since, null until then
     */
    public record Assigned(
            PolicyRef ref, Instant since, @Nullable Instant appliedAt) {}

    /**
     * How a device stands by a bundle.
     *
     * @param nonCompliantSince null while it is not NonCompliant
     */
    public record Verdict(ComplianceState state, @Nullable Instant nonCompliantSince) {}

    /**
     * What the device last said of one policy line.
     *
     * @param since when it first said so
     * @param inForce the version that is in force by all it has said, null for none
     */
    public record Line(
            PolicyRef ref,
            PolicyReported.State state,
            Instant since,
            @Nullable String reason,
            @Nullable String message,
            @Nullable PolicyRef inForce) {}

    /** The part of {@code state} that matters here. */
    public static KnownDevice of(DeviceState state) {
        List<Line> lines = new ArrayList<>(state.policies().size());
        state.policies()
                .values()
                .forEach(p -> lines.add(new Line(p.ref(), p.state(), p.since(), p.reason(), p.message(), p.inForce())));
        DeviceState.Connection connection = state.connection();
        return new KnownDevice(
                state.device(),
                state.epoch(),
                state.sequence(),
                enrolment(state.identity()),
                declaration(state.declared()),
                connection != null && connection.reach() == DeviceState.Reach.Online,
                connection == null ? null : connection.since(),
                state.assigned() == null ? 0 : state.assigned().desiredSeq(),
                state.assigned() == null ? null : state.assigned().at(),
                assigned(state),
                lines,
                verdicts(state.compliance()),
                List.copyOf(state.commands().values()),
                Judged.of(state.compliance()));
    }

    private static List<Assigned> assigned(DeviceState state) {
        if (state.assigned() == null) {
            return List.of();
        }
        return state.assigned().policies().stream()
                .map(ref -> {
                    DeviceState.Tenure tenure = state.assigned().tenures().get(ref.policy());
                    return tenure == null
                            ? new Assigned(ref, state.changedAt(), null)
                            : new Assigned(ref, tenure.assignedAt(), tenure.appliedAt());
                })
                .toList();
    }

    private static Map<String, Verdict> verdicts(@Nullable Compliance compliance) {
        Map<String, Verdict> verdicts = new HashMap<>();
        if (compliance != null) {
            compliance
                    .lines()
                    .values()
                    .forEach(line -> verdicts.put(
                            line.ref().digest(),
                            new Verdict(
                                    line.state(),
                                    line.shadow() || line.state() != ComplianceState.NonCompliant
                                            ? null
                                            : line.nonCompliantSince())));
        }
        return verdicts;
    }

    private static @Nullable Enrolment enrolment(DeviceState.@Nullable Identity identity) {
        return identity == null
                ? null
                : new Enrolment(
                        identity.platform(),
                        identity.ownership(),
                        identity.labels(),
                        identity.serialNumber(),
                        identity.model(),
                        identity.vendor(),
                        identity.enrolledAt());
    }

    private static @Nullable Declaration declaration(DeviceState.@Nullable Declaration declared) {
        return declared == null
                ? null
                : new Declaration(
                        declared.uid(), declared.generation(), Json.write(declared.spec()), declared.labels());
    }

    /** What the device is told to have of a line, null for nothing. */
    public @Nullable Assigned assigned(String policy) {
        for (Assigned each : assigned) {
            if (each.ref().policy().equals(policy)) {
                return each;
            }
        }
        return null;
    }

    /** What the device last said of a line, null when it never spoke of it. */
    public @Nullable Line line(String policy) {
        for (Line line : policies) {
            if (line.ref().policy().equals(policy)) {
                return line;
            }
        }
        return null;
    }

    /** Whether the device refused a bundle because its own approvers have not signed, or not for this device. */
    public boolean wantsSignatures(PolicyRef bundle) {
        Line line = line(bundle.policy());
        return line != null
                && line.ref().equals(bundle)
                && line.state() == PolicyReported.State.Rejected
                && PolicyReported.WANTS_SIGNATURES.contains(String.valueOf(line.reason()));
    }

    /** Whether the device refused any bundle for that. */
    public boolean wantsSignatures() {
        return policies.stream().anyMatch(line -> wantsSignatures(line.ref()));
    }

    /** The command of an id, null when the engine does not know it. */
    public DeviceState.@Nullable Command command(String id) {
        for (DeviceState.Command command : commands) {
            if (command.id().equals(id)) {
                return command;
            }
        }
        return null;
    }

    /** Whether the device has signed that it is no longer managed. */
    public boolean retired() {
        return commands.stream().anyMatch(DeviceState.Command::endedManagement);
    }
}
