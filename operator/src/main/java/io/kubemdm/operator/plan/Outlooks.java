package io.kubemdm.operator.plan;

import io.kubemdm.operator.plan.ComplianceForecast.Fired;
import io.kubemdm.operator.plan.ComplianceForecast.Outlook;
import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.protocol.message.Heartbeat;
import io.kubemdm.protocol.plan.RolloutPlan;
import io.kubemdm.protocol.plan.RolloutPlan.Count;
import io.kubemdm.protocol.state.ComplianceState;
import io.kubemdm.protocol.state.DeviceState;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How all candidates would stand by the bundle.
 *
 * @param candidates those that would have the bundle
 * @param byDevice by name, of those with facts; null when the rollout retires the line
 * @param notes what the reader should know
 */
record Outlooks(List<Candidate> candidates, @Nullable Map<String, Outlook> byDevice, List<String> notes) {

    static Outlooks of(
            List<Candidate> candidates, BundleContent content, boolean retire, Situation situation, Instant now) {
        List<Candidate> judged = candidates.stream().filter(Candidate::gets).toList();
        if (retire) {
            return new Outlooks(judged, null, List.of("The line is removed: no rule of it is judged any more."));
        }
        List<DeviceState> states = judged.stream()
                .map(each -> situation.state(each.name()))
                .filter(Objects::nonNull)
                .toList();
        Situation.Facts facts = situation.facts(states, now);
        ComplianceForecast forecast = new ComplianceForecast(content, now.truncatedTo(ChronoUnit.MILLIS));
        Map<String, Outlook> outlooks = new HashMap<>();
        for (DeviceState state : states) {
            Heartbeat last = facts.heartbeats().get(state.device().name());
            if (last != null) {
                outlooks.put(state.device().name(), forecast.of(state, last));
            }
        }
        return new Outlooks(judged, outlooks, notes(content, facts, judged.size() - outlooks.size(), now));
    }

    private static List<String> notes(BundleContent content, Situation.Facts facts, int unknown, Instant now) {
        List<String> notes = new ArrayList<>();
        if (unknown > 0) {
            notes.add("Facts are those of the last " + ChronoUnit.SECONDS.between(facts.since(), now) + " s; of "
                    + unknown + " devices there are none.");
        }
        if (!facts.whole()) {
            notes.add("There were more heartbeats than are read for a plan: facts may be older, or missing.");
        }
        if ("Shadow".equals(content.enforcement())) {
            notes.add("The bundle is a Shadow: its rules are counted, no device's state changes by them.");
        }
        return List.copyOf(notes);
    }

    boolean isNewlyNonCompliant(Candidate candidate) {
        Outlook outlook = byDevice == null ? null : byDevice.get(candidate.name());
        return outlook != null && outlook.newlyNonCompliant();
    }

    RolloutPlan.@Nullable Compliance compliance(int names) {
        if (byDevice == null) {
            return null;
        }
        List<Candidate> newly =
                candidates.stream().filter(this::isNewlyNonCompliant).toList();
        return new RolloutPlan.Compliance(
                byDevice.size(),
                candidates.size() - byDevice.size(),
                count(each -> each.line() == ComplianceState.Compliant),
                count(each -> each.line() == ComplianceState.Unknown || each.line() == ComplianceState.Error),
                newly.size(),
                count(each ->
                        each.before() == ComplianceState.NonCompliant && each.after() == ComplianceState.NonCompliant),
                counts(Outlook::broken),
                counts(Outlook::toSet),
                Candidate.names(newly, names));
    }

    private int count(java.util.function.Predicate<Outlook> which) {
        return byDevice == null
                ? 0
                : (int) byDevice.values().stream().filter(which).count();
    }

    private List<Count> counts(Function<Outlook, List<String>> what) {
        Map<String, Integer> counts = new TreeMap<>();
        if (byDevice != null) {
            byDevice.values().forEach(each -> what.apply(each).forEach(name -> counts.merge(name, 1, Integer::sum)));
        }
        return counts.entrySet().stream()
                .map(each -> new Count(each.getKey(), each.getValue()))
                .sorted(Comparator.comparingInt(Count::devices).reversed().thenComparing(Count::name))
                .toList();
    }

    /** An action that a bundle names twice is two. */
    private record Place(String action, int nth) {}

    private static final class Gathered {
        private long earliest = Long.MAX_VALUE;
        private final List<Candidate> devices = new ArrayList<>();
    }

    List<RolloutPlan.Action> actions(int names) {
        Map<Place, Gathered> gathered = new LinkedHashMap<>();
        for (Candidate candidate : candidates) {
            Outlook outlook = byDevice == null ? null : byDevice.get(candidate.name());
            Map<String, Integer> times = new HashMap<>();
            for (Fired fired : outlook == null ? List.<Fired>of() : outlook.fired()) {
                Place place = new Place(fired.action(), times.merge(fired.action(), 1, Integer::sum));
                Gathered to = gathered.computeIfAbsent(place, any -> new Gathered());
                to.devices.add(candidate);
                to.earliest = Math.min(to.earliest, fired.after().toSeconds());
            }
        }
        return gathered.entrySet().stream()
                .map(each -> new RolloutPlan.Action(
                        each.getKey().action(),
                        each.getValue().earliest,
                        each.getValue().devices.size(),
                        Candidate.names(each.getValue().devices, names)))
                .sorted(Comparator.comparingLong(RolloutPlan.Action::afterSeconds))
                .toList();
    }
}
