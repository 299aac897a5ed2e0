package io.kubemdm.gateway.bridge;

import io.kubemdm.crds.Condition;
import io.kubemdm.crds.device.DevicePhase;
import io.kubemdm.crds.device.DeviceStatus;
import io.kubemdm.crds.device.PolicyState;
import io.kubemdm.protocol.message.PolicyReported;
import io.kubemdm.protocol.state.Compliance;
import io.kubemdm.protocol.state.DeviceState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The conditions of a Device. {@code lastTransitionTime} is kept while the value stays; otherwise it is the moment the
 * state knows of, never the moment of writing.
 */
final class StatusConditions {

    private static final int MAX_MESSAGE = 512;

    private record Finding(
            Condition.Status value, String reason, @Nullable String message, Instant since) {}

    private final DeviceState state;
    private final DevicePhase phase;
    private final StatusProjection.@Nullable Quarantine quarantine;
    private final @Nullable DeviceStatus shown;
    private final Instant begin;

    StatusConditions(
            DeviceState state,
            DevicePhase phase,
            StatusProjection.@Nullable Quarantine quarantine,
            @Nullable DeviceStatus shown) {
        this.state = state;
        this.phase = phase;
        this.quarantine = quarantine;
        this.shown = shown;
        DeviceState.Identity identity = state.identity();
        this.begin = identity == null ? state.changedAt() : identity.enrolledAt();
    }

    /** All of them, in the order people read them. */
    List<Condition> all() {
        Finding connected = connected();
        Finding applied = policyApplied();
        Finding quarantined = quarantined();
        List<Condition> all = new ArrayList<>();
        all.add(condition("Ready", ready(connected, applied, quarantined)));
        all.add(condition("Connected", connected));
        all.add(condition("PolicyApplied", applied));
        all.add(condition("Compliant", compliant()));
        all.add(condition("Quarantined", quarantined));
        String conflict = state.conflict();
        if (conflict != null) {
            all.add(condition(
                    "IdentityConflict", new Finding(Condition.Status.True, "TwoHolders", conflict, state.changedAt())));
        }
        return all;
    }

    private Finding ready(Finding connected, Finding applied, Finding quarantined) {
        if (phase == DevicePhase.Enrolled && connected.value() == Condition.Status.True) {
            return applied.value() == Condition.Status.False
                    ? new Finding(Condition.Status.False, applied.reason(), applied.message(), applied.since())
                    : new Finding(
                            Condition.Status.True,
                            "AllWell",
                            "The device is connected and has what it should have.",
                            Stream.of(connected.since(), applied.since(), quarantined.since())
                                    .max(Comparator.naturalOrder())
                                    .orElse(begin));
        }
        return phase == DevicePhase.Enrolled
                ? new Finding(
                        connected.value() == Condition.Status.Unknown
                                ? Condition.Status.Unknown
                                : Condition.Status.False,
                        connected.reason(),
                        connected.message(),
                        connected.since())
                : new Finding(
                        Condition.Status.False,
                        phase.name(),
                        "The device is in phase " + phase + ".",
                        state.changedAt());
    }

    private Finding connected() {
        DeviceState.Connection connection = state.connection();
        if (connection == null) {
            return new Finding(
                    Condition.Status.Unknown,
                    "NeverConnected",
                    "The device has not connected since it enrolled.",
                    begin);
        }
        return switch (connection.reach()) {
            case Online -> new Finding(Condition.Status.True, "Online", "The device is heard.", connection.since());
            case Stale ->
                new Finding(
                        Condition.Status.False,
                        "Stale",
                        "The device has said nothing for twice its interval.",
                        connection.since());
            case Offline ->
                new Finding(Condition.Status.False, "Offline", "The device has no session.", connection.since());
        };
    }

    private Finding policyApplied() {
        List<DeviceStatus.AppliedPolicy> lines = PolicyLines.of(state);
        if (lines.isEmpty()) {
            return new Finding(Condition.Status.Unknown, "NothingAssigned", "No policy is assigned.", begin);
        }
        Instant since = state.policies().values().stream()
                .map(DeviceState.Policy::since)
                .max(Comparator.naturalOrder())
                .orElse(state.changedAt());
        for (PolicyState trouble : List.of(PolicyState.Failed, PolicyState.RolledBack)) {
            List<DeviceStatus.AppliedPolicy> concerned =
                    lines.stream().filter(line -> line.state() == trouble).toList();
            if (!concerned.isEmpty()) {
                return new Finding(
                        Condition.Status.False, reason(concerned.getFirst(), trouble), sentence(concerned), since);
            }
        }
        List<DeviceStatus.AppliedPolicy> pending = lines.stream()
                .filter(line -> line.state() == PolicyState.Pending)
                .toList();
        if (!pending.isEmpty()) {
            return new Finding(
                    Condition.Status.False, "Pending", "Waiting for: " + names(pending) + ".", state.changedAt());
        }
        List<DeviceStatus.AppliedPolicy> tied =
                lines.stream().filter(this::conflicts).toList();
        return tied.isEmpty()
                ? new Finding(Condition.Status.True, "Applied", "Every assigned policy is applied.", since)
                : new Finding(
                        Condition.Status.True,
                        PolicyReported.CONFLICTING,
                        "Applied, but in conflict: " + names(tied) + "." + said(tied.getFirst()),
                        since);
    }

    private boolean conflicts(DeviceStatus.AppliedPolicy line) {
        DeviceState.Policy reported = state.policies().get(line.policy());
        return reported != null && PolicyReported.CONFLICTING.equals(reported.reason());
    }

    /** The device's own reason says more than our summary. */
    private String reason(DeviceStatus.AppliedPolicy line, PolicyState otherwise) {
        DeviceState.Policy reported = state.policies().get(line.policy());
        String said = reported == null ? null : reported.reason();
        if (said != null && said.matches("[A-Z][A-Za-z0-9]{0,63}")) {
            return said;
        }
        return reported != null && reported.state() == PolicyReported.State.Rejected ? "Rejected" : otherwise.name();
    }

    private String sentence(List<DeviceStatus.AppliedPolicy> concerned) {
        return "Not applied: " + names(concerned) + "." + said(concerned.getFirst());
    }

    /** The device's own words. */
    private String said(DeviceStatus.AppliedPolicy line) {
        DeviceState.Policy reported = state.policies().get(line.policy());
        return reported == null || reported.message() == null ? "" : " " + reported.message();
    }

    private static String names(List<DeviceStatus.AppliedPolicy> lines) {
        return String.join(
                ", ",
                lines.stream().map(line -> line.policy() + " " + line.version()).toList());
    }

    private Finding compliant() {
        Compliance judged = state.compliance();
        if (judged != null) {
            return new Finding(
                    switch (judged.state()) {
                        case Compliant -> Condition.Status.True;
                        case Unknown, NotApplicable -> Condition.Status.Unknown;
                        case InGracePeriod, NonCompliant, Error -> Condition.Status.False;
                    },
                    ComplianceView.reason(judged),
                    ComplianceView.message(judged),
                    judged.since());
        }
        return PolicyLines.hasAny(state)
                ? new Finding(Condition.Status.Unknown, "NotJudged", "No rule has been judged.", begin)
                : new Finding(Condition.Status.Unknown, "NotApplicable", "No policy is assigned.", begin);
    }

    private Finding quarantined() {
        Compliance.Quarantine automatic = ComplianceView.quarantine(state);
        if (automatic != null) {
            return quarantine == null
                    ? new Finding(Condition.Status.True, "NonCompliant", automatic.reason(), automatic.since())
                    : new Finding(
                            Condition.Status.True,
                            "DeclaredAndNonCompliant",
                            quarantine.reason() + "; " + automatic.reason(),
                            automatic.since());
        }
        return quarantine == null
                ? new Finding(Condition.Status.False, "NotQuarantined", null, begin)
                : new Finding(
                        Condition.Status.True,
                        "Declared",
                        quarantine.reason().isEmpty() ? null : quarantine.reason(),
                        state.changedAt());
    }

    private Condition condition(String type, Finding finding) {
        DeviceState.Declaration declared = state.declared();
        String message = finding.message();
        return new Condition(
                type,
                finding.value(),
                declared == null ? null : declared.generation(),
                since(type, finding),
                finding.reason(),
                message == null || message.length() <= MAX_MESSAGE
                        ? message
                        : message.substring(0, MAX_MESSAGE - 1) + "…");
    }

    private String since(String type, Finding finding) {
        if (shown != null) {
            for (Condition before : shown.conditions()) {
                if (before.type().equals(type) && before.status() == finding.value()) {
                    return before.lastTransitionTime();
                }
            }
        }
        return StatusProjection.time(finding.since());
    }
}
