package io.kubemdm.operator.engine.compliance;

import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.event.DeviceEvent;
import io.kubemdm.protocol.state.Compliance;
import io.kubemdm.protocol.state.Compliance.Broken;
import io.kubemdm.protocol.state.Compliance.Line;
import io.kubemdm.protocol.state.ComplianceState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How one policy line stands: its rules, and what fires or is cleared as time passes over them. Hiding a fact stops no clock. */
public final class LineDecision {

    /** The assigned bundle has not been read yet. */
    public static final String BUNDLE_PENDING = "BundlePending";

    /** The bundle's rules do not compile; its author is told by {@code kubemdm validate}. */
    public static final String RULES_INVALID = "RulesInvalid";

    /** Assigned since the last heartbeat. */
    static final String NOT_JUDGED = "NotJudged";

    /** More rules are broken than a state can hold. */
    static final String TOO_MANY_RULES = "TooManyRules";

    private static final Set<String> TROUBLES = Set.of(BUNDLE_PENDING, RULES_INVALID, NOT_JUDGED, TOO_MANY_RULES);
    private static final Set<String> UNJUDGED = Set.of(BUNDLE_PENDING, NOT_JUDGED);
    private static final Terms BUILT_IN = new Terms(Duration.ZERO, "Medium", "Reapply", null);
    private static final int NAMES = 16;

    /** Whether a bundle's line acts. */
    public enum Enforcement {
        Enforce,
        /** Judged and shown; of its actions only {@code Notify} fires. */
        Warn,
        /** Judged and shown; nothing follows from it. */
        Shadow
    }

    /**
     * What a bundle says of one rule.
     *
     * @param grace how long a device may break it
     */
    public record Terms(
            Duration grace,
            String severity,
            String remediation,
            @Nullable String script) {}

    /** One non-compliance action, {@code after} the line ran out of grace. */
    public record Step(String action, Duration after) {}

    /** A token the bundle offers. */
    public record Offer(String audience, int maxTtlSeconds, ComplianceState requires) {}

    /**
     * What a bundle says besides its rules.
     *
     * @param terms by rule
     */
    public record Bundle(Enforcement enforcement, Map<String, Terms> terms, List<Step> actions, List<Offer> access) {}

    /** What became of a rule. */
    public enum Finding {
        Kept,
        Broken,
        Unknown,
        NotApplicable,
        Error
    }

    /** What became of a rule, and why. */
    public record Outcome(
            String rule, Finding finding, @Nullable String reason) {}

    /**
     * A line that should be in force.
     *
     * @param outcomes of its rules; null when they were not judged
     * @param trouble why they could not be judged; null when they were, or nobody tried
     */
    public record Judged(
            PolicyRef ref,
            @Nullable List<Outcome> outcomes,
            @Nullable String trouble) {

        static Judged not(PolicyRef ref) {
            return new Judged(ref, null, null);
        }
    }

    /** The line as it now stands, and what fired or was cleared. */
    record Result(Line line, List<DeviceEvent> events) {}

    private final @Nullable Line old;
    private final Function<String, @Nullable Bundle> bundles;
    private final boolean mayAct;
    private final Instant now;
    private final SortedMap<String, Broken> rules = new TreeMap<>();

    LineDecision(@Nullable Line old, Function<String, @Nullable Bundle> bundles, boolean mayAct, Instant now) {
        this.old = old;
        this.bundles = bundles;
        this.mayAct = mayAct;
        this.now = now;
    }

    Result decide(Judged judged, ComplianceDecision.Occasion occasion, int room) {
        return occasion instanceof ComplianceDecision.Occasion.Heard
                ? heard(judged, room)
                : notHeard(judged.ref(), occasion instanceof ComplianceDecision.Occasion.Silent);
    }

    private Result heard(Judged judged, int room) {
        List<Outcome> outcomes = judged.outcomes();
        String trouble = judged.trouble();
        if (outcomes == null) {
            if (old != null && old.ref().equals(judged.ref()) && !wasSilent()) {
                return new Result(old, List.of());
            }
            carry();
            rules.remove(Compliance.HEARTBEAT);
            return settle(judged.ref(), ComplianceState.NotApplicable, trouble == null ? NOT_JUDGED : trouble);
        }
        Bundle bundle = bundles.apply(judged.ref().digest());
        boolean applies = false;
        for (Outcome outcome : outcomes) {
            applies |= outcome.finding() != Finding.NotApplicable;
            Broken prior = old == null ? null : old.rules().get(outcome.rule());
            Terms terms = bundle == null ? BUILT_IN : bundle.terms().getOrDefault(outcome.rule(), BUILT_IN);
            Broken found = RuleDecision.judge(prior, outcome, terms, now);
            if (found != null) {
                rules.put(outcome.rule(), found);
            }
        }
        boolean tooMany = rules.size() > room;
        while (rules.size() > room) {
            rules.remove(newest());
        }
        return settle(
                judged.ref(),
                applies ? ComplianceState.Compliant : ComplianceState.NotApplicable,
                tooMany ? TOO_MANY_RULES : null);
    }

    /** The line by what was judged last; its version stays that one until the next heartbeat. */
    private Result notHeard(PolicyRef assigned, boolean silent) {
        if (old == null) {
            if (silent) {
                breakHeartbeat(assigned, ComplianceState.Unknown);
            }
            return settle(assigned, ComplianceState.NotApplicable, NOT_JUDGED);
        }
        carry();
        if (silent) {
            breakHeartbeat(old.ref(), old.state());
        }
        boolean byRules = !old.rules().isEmpty();
        return settle(
                old.ref(),
                byRules ? ComplianceState.NotApplicable : old.state(),
                TROUBLES.contains(String.valueOf(old.reason())) ? old.reason() : null);
    }

    private void carry() {
        if (old != null) {
            rules.putAll(old.rules());
        }
    }

    /** Silence counts where the policy quarantines: elsewhere nothing could follow from it. */
    private void breakHeartbeat(PolicyRef ref, ComplianceState state) {
        Bundle bundle = bundles.apply(ref.digest());
        if (bundle != null
                && bundle.enforcement() == Enforcement.Enforce
                && state != ComplianceState.NotApplicable
                && bundle.actions().stream().anyMatch(step -> step.action().equals(ComplianceDecision.QUARANTINE))) {
            rules.putIfAbsent(
                    Compliance.HEARTBEAT,
                    new Broken(ComplianceState.NonCompliant, now, null, "Stale", "High", "None", null));
        }
    }

    private String newest() {
        return rules.entrySet().stream()
                .max(Map.Entry.<String, Broken>comparingByValue(Comparator.comparing(Broken::since))
                        .thenComparing(Map.Entry.comparingByKey()))
                .orElseThrow()
                .getKey();
    }

    private boolean wasSilent() {
        return old != null && old.rules().containsKey(Compliance.HEARTBEAT);
    }

    /** Lets time pass over the rules, fires and clears, and sums up. */
    private Result settle(PolicyRef ref, ComplianceState base, @Nullable String trouble) {
        if (mayAct) {
            rules.replaceAll((name, rule) -> RuleDecision.expired(rule, now));
        }
        Bundle bundle = bundles.apply(ref.digest());
        Instant since = null;
        if (rules.entrySet().stream().anyMatch(LineDecision::countsFromFacts)) {
            since = old == null || old.nonCompliantSince() == null ? now : old.nonCompliantSince();
        }
        boolean shadow = bundle == null ? old != null && old.shadow() : bundle.enforcement() == Enforcement.Shadow;
        EscalationDecision.Result escalated = EscalationDecision.decide(
                new Line(ref, shadow, base, now, trouble, since, old == null ? List.of() : old.fired(), rules),
                bundle,
                wasSilent(),
                mayAct,
                now);
        ComplianceState state = ComplianceDecision.worst(Stream.concat(
                Stream.of(base, troubled(trouble)), rules.values().stream().map(Broken::state)));
        String reason = trouble != null ? trouble : reason(state);
        Instant stateSince =
                old != null && old.state() == state && Objects.equals(old.reason(), reason) ? old.since() : now;
        Line line = new Line(
                ref,
                shadow,
                state,
                stateSince,
                reason,
                since,
                escalated.fired(),
                Collections.unmodifiableSortedMap(rules));
        List<DeviceEvent> events = new ArrayList<>();
        if (!escalated.cleared().isEmpty()) {
            events.add(new DeviceEvent.ActionsCleared(ref, escalated.cleared()));
        }
        escalated.news().forEach(action -> events.add(new DeviceEvent.ActionFired(ref, action, outOfGrace(line))));
        return new Result(line, events);
    }

    private static boolean countsFromFacts(Map.Entry<String, Broken> rule) {
        return rule.getValue().state() == ComplianceState.NonCompliant
                && !rule.getKey().equals(Compliance.HEARTBEAT);
    }

    private static ComplianceState troubled(@Nullable String trouble) {
        if (trouble == null) {
            return ComplianceState.NotApplicable;
        }
        return UNJUDGED.contains(trouble) ? ComplianceState.Unknown : ComplianceState.Error;
    }

    private static @Nullable String reason(ComplianceState state) {
        return switch (state) {
            case Unknown -> "FactsMissing";
            case Error -> "RulesFailed";
            case NotApplicable, Compliant, InGracePeriod, NonCompliant -> null;
        };
    }

    /** Names of the rules that have run out of grace, the first {@value #NAMES}. */
    static List<String> outOfGrace(Line line) {
        return line.rules().entrySet().stream()
                .filter(rule -> rule.getValue().state() == ComplianceState.NonCompliant)
                .map(Map.Entry::getKey)
                .limit(NAMES)
                .toList();
    }
}
