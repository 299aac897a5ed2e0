package io.kubemdm.operator.plan;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.operator.cel.CelRules;
import io.kubemdm.operator.engine.compliance.Assessment;
import io.kubemdm.operator.engine.compliance.BundleRules;
import io.kubemdm.operator.engine.compliance.LineDecision.Finding;
import io.kubemdm.operator.engine.compliance.LineDecision.Outcome;
import io.kubemdm.operator.engine.compliance.LineDecision.Terms;
import io.kubemdm.operator.engine.compliance.RuleBook;
import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.event.DeviceEvent;
import io.kubemdm.protocol.message.Heartbeat;
import io.kubemdm.protocol.state.Compliance;
import io.kubemdm.protocol.state.ComplianceState;
import io.kubemdm.protocol.state.DeviceState;
import io.kubemdm.rules.Claim;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How devices would stand by a bundle if their facts stayed as they last said: the engine's own judgement, told the bundle and
 * led through the time in which grace ends and actions fall due. What an enforcing bundle sets by itself is taken as set.
 */
final class ComplianceForecast {

    /** Further than this nobody plans. */
    private static final Duration HORIZON = Duration.ofDays(400);

    /** Grace of each rule and every action are one moment at most. */
    private static final int MAX_MOMENTS = 512;

    private final PolicyRef ref;
    private final Instant now;
    private final boolean sets;
    private final BundleRules rules;
    private final Assessment assessment;

    /**
     * What would become of a device.
     *
     * @param before how it stands now, by all its lines
     * @param after how it would stand, by all its lines, once grace has ended
     * @param line how it would stand by the bundle, once grace has ended
     * @param broken rules it would break
     * @param toSet settings that are not so now and that it would set
     */
    record Outlook(
            ComplianceState before,
            ComplianceState after,
            ComplianceState line,
            List<String> broken,
            List<String> toSet,
            List<Fired> fired) {

        boolean newlyNonCompliant() {
            return before != ComplianceState.NonCompliant && after == ComplianceState.NonCompliant;
        }
    }

    /** An action, and how long after the bundle is in force. */
    record Fired(String action, Duration after) {}

    /**
     * A bundle made ready.
     *
     * @throws IllegalArgumentException when its rules do not compile
     */
    ComplianceForecast(BundleContent content, Instant now) {
        this.ref = content.ref();
        this.now = now;
        this.sets = content.enforces();
        this.rules = CelRules.compile(content);
        RuleBook book = new RuleBook(same -> sets ? new OnceSet(rules) : rules);
        book.put(ref.digest(), content.canonical());
        this.assessment = new Assessment(book);
    }

    /** Rules of settings are named by the setting's path, those of people have no dot in their name. */
    private static boolean isOfSetting(String rule) {
        return rule.indexOf('.') >= 0;
    }

    /** The rules once the device has set what the bundle sets. */
    private record OnceSet(BundleRules rules) implements BundleRules {

        @Override
        public Map<String, Terms> terms() {
            return rules.terms();
        }

        @Override
        public Map<String, Claim> claims() {
            return rules.claims();
        }

        @Override
        public List<Outcome> judge(Map<String, JsonNode> facts, String platform, Set<String> overruled) {
            return rules.judge(facts, platform, overruled).stream()
                    .map(each -> isOfSetting(each.rule()) && each.finding() == Finding.Broken
                            ? new Outcome(each.rule(), Finding.Kept, null)
                            : each)
                    .toList();
        }
    }

    /** Foretells for one device. */
    Outlook of(DeviceState state, Heartbeat last) {
        ComplianceState before = state.compliance() == null
                ? ComplianceState.NotApplicable
                : state.compliance().state();
        DeviceState told = told(state);
        List<Fired> fired = new ArrayList<>();
        told = after(told, assessment.heard(told, last, true, now), Duration.ZERO, fired);
        for (int moments = 0; moments < MAX_MOMENTS; moments++) {
            Instant next = assessment.next(told);
            if (next == null || next.isAfter(now.plus(HORIZON))) {
                break;
            }
            Instant at = next.isBefore(now) ? now : next;
            List<DeviceEvent> events = assessment.elapsed(told, true, at);
            if (events.isEmpty()) {
                break;
            }
            told = after(told, events, Duration.between(now, at), fired);
        }
        Compliance.Line line =
                told.compliance() == null ? null : told.compliance().lines().get(ref.policy());
        return new Outlook(
                before,
                together(state, line),
                line == null ? ComplianceState.NotApplicable : line.state(),
                broken(line),
                toSet(state, last),
                fired);
    }

    private static List<String> broken(Compliance.@Nullable Line line) {
        return line == null
                ? List.of()
                : line.rules().entrySet().stream()
                        .filter(rule -> rule.getValue().state() == ComplianceState.NonCompliant
                                || rule.getValue().state() == ComplianceState.InGracePeriod)
                        .map(Map.Entry::getKey)
                        .toList();
    }

    private List<String> toSet(DeviceState state, Heartbeat last) {
        return !sets
                ? List.of()
                : rules.judge(last.facts(), platform(state), Set.of()).stream()
                        .filter(each -> isOfSetting(each.rule()) && each.finding() == Finding.Broken)
                        .map(Outcome::rule)
                        .toList();
    }

    private static String platform(DeviceState state) {
        return state.identity() == null ? "" : state.identity().platform();
    }

    /** The worst of what the other lines say now and what this one would say. */
    private ComplianceState together(DeviceState state, Compliance.@Nullable Line line) {
        Stream<Compliance.Line> others = state.compliance() == null
                ? Stream.of()
                : state.compliance().lines().entrySet().stream()
                        .filter(each -> !each.getKey().equals(ref.policy()))
                        .map(Map.Entry::getValue);
        return Stream.concat(others, Stream.ofNullable(line))
                .filter(each -> !each.shadow())
                .map(Compliance.Line::state)
                .max(Comparator.naturalOrder())
                .orElse(ComplianceState.NotApplicable);
    }

    /** The device told to have the bundle, with what is remembered of the line. */
    private DeviceState told(DeviceState state) {
        Compliance compliance = state.compliance();
        Compliance.Line line = compliance == null ? null : compliance.lines().get(ref.policy());
        Compliance ofLine = compliance == null || line == null
                ? null
                : new Compliance(
                        line.state(),
                        line.since(),
                        null,
                        Collections.unmodifiableSortedMap(new TreeMap<>(Map.of(ref.policy(), line))),
                        false,
                        null,
                        Collections.emptySortedMap());
        return with(state, ofLine);
    }

    private DeviceState after(DeviceState told, List<DeviceEvent> events, Duration at, List<Fired> fired) {
        Compliance next = told.compliance();
        for (DeviceEvent event : events) {
            if (event instanceof DeviceEvent.ComplianceChanged changed) {
                next = changed.compliance();
            } else if (event instanceof DeviceEvent.ActionFired action) {
                fired.add(new Fired(action.action(), at));
            }
        }
        return with(told, next);
    }

    private DeviceState with(DeviceState state, @Nullable Compliance compliance) {
        return new DeviceState(
                state.device(),
                state.epoch(),
                state.sequence(),
                state.identity(),
                state.declared(),
                state.connection(),
                new DeviceState.Assignment(
                        state.assigned() == null
                                ? 0
                                : Objects.requireNonNull(state.assigned()).desiredSeq(),
                        List.of(ref),
                        state.assigned() == null
                                ? 0
                                : Objects.requireNonNull(state.assigned()).heartbeatSeconds()),
                state.policies(),
                state.commands(),
                state.processed(),
                state.clockSkewSeconds(),
                state.conflict(),
                compliance,
                state.changedAt());
    }
}
