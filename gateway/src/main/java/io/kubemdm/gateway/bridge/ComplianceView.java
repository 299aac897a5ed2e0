package io.kubemdm.gateway.bridge;

import io.kubemdm.crds.device.ComplianceState;
import io.kubemdm.crds.device.DeviceStatus;
import io.kubemdm.protocol.state.Compliance;
import io.kubemdm.protocol.state.Compliance.Line;
import io.kubemdm.protocol.state.DeviceState;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a Device's status says of its compliance; a shadow's rules are nobody's business there. */
final class ComplianceView {

    /** As many as the schema allows, and their length. */
    private static final int RULES = 16;

    private static final int RULE = 128;

    private ComplianceView() {}

    /** As judged; what was never judged is {@code Unknown}, and without a policy there is nothing to judge. */
    static DeviceStatus.Compliance of(DeviceState state) {
        Compliance judged = state.compliance();
        if (judged == null) {
            return new DeviceStatus.Compliance(
                    PolicyLines.hasAny(state) ? ComplianceState.Unknown : ComplianceState.NotApplicable,
                    null,
                    null,
                    List.of());
        }
        return new DeviceStatus.Compliance(
                ComplianceState.valueOf(judged.state().name()),
                StatusProjection.time(judged.since()),
                judged.graceExpiresAt() == null ? null : StatusProjection.time(judged.graceExpiresAt()),
                failing(judged).map(ComplianceView::cut).limit(RULES).toList());
    }

    /** The automatic quarantine, null without one. */
    static Compliance.@Nullable Quarantine quarantine(DeviceState state) {
        return state.compliance() == null ? null : state.compliance().quarantine();
    }

    /** Why the state is as it is: what cannot be judged, else the state's own name. */
    static String reason(Compliance compliance) {
        return switch (compliance.state()) {
            case Unknown, Error ->
                acting(compliance)
                        .filter(line -> line.state() == compliance.state() && line.reason() != null)
                        .map(line -> String.valueOf(line.reason()))
                        .findFirst()
                        .orElse(compliance.state().name());
            case NotApplicable, Compliant, InGracePeriod, NonCompliant ->
                compliance.state().name();
        };
    }

    /** What is not kept or not known, for people. */
    static @Nullable String message(Compliance compliance) {
        List<String> rules = acting(compliance)
                .flatMap(line -> line.rules().entrySet().stream()
                        .map(rule -> line.ref().policy() + "/" + rule.getKey()
                                + (rule.getValue().reason() == null
                                        ? ""
                                        : " (" + rule.getValue().reason() + ")")))
                .toList();
        List<String> pending = acting(compliance)
                .filter(line -> line.reason() != null && line.rules().isEmpty())
                .map(line -> line.ref().policy() + " (" + line.reason() + ")")
                .toList();
        String all = String.join(
                ", ", Stream.concat(rules.stream(), pending.stream()).toList());
        return switch (compliance.state()) {
            case Compliant -> "Every rule is kept.";
            case NotApplicable -> "No rule applies.";
            case Unknown -> "Not judged: " + all + ".";
            case InGracePeriod, NonCompliant, Error -> "Not kept: " + all + ".";
        };
    }

    private static Stream<String> failing(Compliance compliance) {
        return acting(compliance).flatMap(line -> line.rules().entrySet().stream()
                .filter(rule -> rule.getValue().state() != io.kubemdm.protocol.state.ComplianceState.Unknown)
                .map(Map.Entry::getKey)
                .map(rule -> line.ref().policy() + "/" + rule));
    }

    private static Stream<Line> acting(Compliance compliance) {
        return compliance.lines().values().stream().filter(line -> !line.shadow());
    }

    private static String cut(String text) {
        return text.length() <= RULE ? text : text.substring(0, RULE - 1) + "…";
    }
}
