package io.kubemdm.operator.engine.compliance;

import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.event.DeviceEvent;
import io.kubemdm.protocol.state.Compliance;
import io.kubemdm.protocol.state.Compliance.Grant;
import io.kubemdm.protocol.state.Compliance.Line;
import io.kubemdm.protocol.state.Compliance.Quarantine;
import io.kubemdm.protocol.state.ComplianceState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How a device stands by its rules after something happened: a heartbeat, silence, the passing of time, another order. It
 * gives events only where something is different now.
 */
public final class ComplianceDecision {

    /** The most rules that are remembered as not kept, over all lines of a device. */
    public static final int MAX_RULES = 256;

    static final String QUARANTINE = "Quarantine";
    static final String DENY_ACCESS = "DenyAccess";

    private static final int REASON = 253;

    private ComplianceDecision() {}

    /** What happened. */
    public sealed interface Occasion {
        /** A heartbeat, judged by the lines that should be in force. */
        record Heard(List<LineDecision.Judged> lines) implements Occasion {}

        /** Time passed, or another order stands. */
        record Elapsed(List<PolicyRef> assigned) implements Occasion {}

        /** The device has fallen silent. */
        record Silent(List<PolicyRef> assigned) implements Occasion {}
    }

    /**
     * What there is to decide on.
     *
     * @param before null when never judged in this enrolment
     * @param bundles by digest, null where not loaded
     * @param mayAct whether grace may end and actions may fire: false while what is known may be out of date by our fault
     */
    public record Input(
            @Nullable Compliance before,
            Occasion occasion,
            Function<String, LineDecision.@Nullable Bundle> bundles,
            boolean mayAct) {}

    /** Decides; {@code now} is in whole milliseconds. */
    public static List<DeviceEvent> decide(Input in, Instant now) {
        Compliance before = in.before();
        Map<String, Line> former = before == null ? Map.of() : before.lines();
        SortedMap<String, Line> lines = new TreeMap<>();
        List<DeviceEvent> acts = new ArrayList<>();
        int room = MAX_RULES;
        for (LineDecision.Judged judged : judged(in.occasion())) {
            String policy = judged.ref().policy();
            LineDecision.Result result = new LineDecision(former.get(policy), in.bundles(), in.mayAct(), now)
                    .decide(judged, in.occasion(), room);
            room = Math.max(0, room - result.line().rules().size());
            lines.put(policy, result.line());
            acts.addAll(result.events());
        }
        former.forEach((policy, line) -> {
            if (!lines.containsKey(policy) && !line.fired().isEmpty()) {
                acts.add(new DeviceEvent.ActionsCleared(line.ref(), line.fired()));
            }
        });
        if (before == null && !worthTelling(in.occasion(), lines.values())) {
            return List.of();
        }
        Compliance after = whole(before, Collections.unmodifiableSortedMap(lines), in.bundles(), now);
        if (after.equals(before)) {
            return List.of();
        }
        List<DeviceEvent> events = new ArrayList<>();
        events.add(new DeviceEvent.ComplianceChanged(after));
        events.addAll(acts);
        return List.copyOf(events);
    }

    /** Of a device that was never judged, an order says nothing yet, and silence only where it has a consequence. */
    private static boolean worthTelling(Occasion occasion, Collection<Line> lines) {
        return switch (occasion) {
            case Occasion.Heard heard -> !lines.isEmpty();
            case Occasion.Elapsed elapsed -> false;
            case Occasion.Silent silent ->
                lines.stream().anyMatch(line -> line.rules().containsKey(Compliance.HEARTBEAT));
        };
    }

    private static Collection<LineDecision.Judged> judged(Occasion occasion) {
        Stream<LineDecision.Judged> all =
                switch (occasion) {
                    case Occasion.Heard heard -> heard.lines().stream();
                    case Occasion.Elapsed elapsed -> elapsed.assigned().stream().map(LineDecision.Judged::not);
                    case Occasion.Silent silent -> silent.assigned().stream().map(LineDecision.Judged::not);
                };
        SortedMap<String, LineDecision.Judged> byLine = new TreeMap<>();
        all.forEach(each -> byLine.put(each.ref().policy(), each));
        return byLine.values();
    }

    /** When the passing of time alone may change something again; null for never. */
    public static @Nullable Instant next(
            Compliance compliance, Function<String, LineDecision.@Nullable Bundle> bundles) {
        return compliance.lines().values().stream()
                .flatMap(line -> EscalationDecision.deadlines(
                        line, bundles.apply(line.ref().digest())))
                .min(Comparator.naturalOrder())
                .orElse(null);
    }

    /** The worst of several states, {@code NotApplicable} of none. */
    static ComplianceState worst(Stream<ComplianceState> states) {
        return states.max(Comparator.naturalOrder()).orElse(ComplianceState.NotApplicable);
    }

    private static Compliance whole(
            @Nullable Compliance before,
            SortedMap<String, Line> lines,
            Function<String, LineDecision.@Nullable Bundle> bundles,
            Instant now) {
        List<Line> acting =
                lines.values().stream().filter(line -> !line.shadow()).toList();
        ComplianceState state = worst(acting.stream().map(Line::state));
        return new Compliance(
                state,
                before != null && before.state() == state ? before.since() : now,
                acting.stream()
                        .flatMap(line -> line.rules().values().stream())
                        .map(Compliance.Broken::graceExpiresAt)
                        .filter(Objects::nonNull)
                        .min(Comparator.naturalOrder())
                        .orElse(null),
                lines,
                acting.stream().anyMatch(line -> line.fired().contains(DENY_ACCESS)),
                quarantine(before, acting, now),
                access(acting, bundles, before));
    }

    private static @Nullable Quarantine quarantine(@Nullable Compliance before, List<Line> acting, Instant now) {
        Line cause = acting.stream()
                .filter(line -> line.fired().contains(QUARANTINE))
                .findFirst()
                .orElse(null);
        if (cause == null) {
            return null;
        }
        if (before != null && before.quarantine() != null) {
            return before.quarantine();
        }
        String reason = cause.ref().policy() + ": " + String.join(", ", LineDecision.outOfGrace(cause));
        return new Quarantine(reason.length() <= REASON ? reason : reason.substring(0, REASON - 1) + "…", now);
    }

    /** Of two offers for one audience the stricter stands. A line whose rules apply to nothing offers nothing. */
    private static SortedMap<String, Grant> access(
            List<Line> acting, Function<String, LineDecision.@Nullable Bundle> bundles, @Nullable Compliance before) {
        SortedMap<String, Grant> access = new TreeMap<>();
        for (Line line : acting) {
            if (line.state() != ComplianceState.NotApplicable) {
                offers(line, bundles.apply(line.ref().digest()), before)
                        .forEach((audience, grant) -> access.merge(audience, grant, ComplianceDecision::stricter));
            }
        }
        return Collections.unmodifiableSortedMap(access);
    }

    private static Map<String, Grant> offers(
            Line line, LineDecision.@Nullable Bundle bundle, @Nullable Compliance before) {
        Map<String, Grant> offers = new HashMap<>();
        if (bundle != null) {
            bundle.access()
                    .forEach(offer -> offers.put(
                            offer.audience(),
                            new Grant(
                                    line.ref().policy(),
                                    line.ref().digest(),
                                    offer.maxTtlSeconds(),
                                    offer.requires())));
        } else if (before != null) {
            before.access().forEach((audience, grant) -> {
                if (grant.digest().equals(line.ref().digest())) {
                    offers.put(audience, grant);
                }
            });
        }
        return offers;
    }

    private static Grant stricter(Grant one, Grant other) {
        return Comparator.comparing(Grant::requires)
                                .thenComparingInt(Grant::maxTtlSeconds)
                                .thenComparing(Grant::policy)
                                .compare(one, other)
                        <= 0
                ? one
                : other;
    }
}
