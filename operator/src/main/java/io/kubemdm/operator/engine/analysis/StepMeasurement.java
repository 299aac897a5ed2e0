package io.kubemdm.operator.engine.analysis;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.operator.engine.analysis.ArmDecision.Arm;
import io.kubemdm.protocol.analysis.AnalysisDemand;
import io.kubemdm.protocol.analysis.AnalysisSnapshot;
import io.kubemdm.protocol.analysis.Sketch;
import io.kubemdm.protocol.message.Heartbeat;
import io.kubemdm.protocol.state.DeviceState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What one partition measures for one rollout. On the partition's thread only. */
final class StepMeasurement {

    private static final int MAX_KIND = 64;
    private static final String OTHERS = "others";

    /**
     * One device of an arm.
     *
     * @param before its own baselines when it came into the arm, NaN where there is none
     */
    @SuppressWarnings("ArrayRecordComponent") // written in place, never compared
    private record Member(Arm arm, String kind, double[] before, double[] sums, int[] counts) {}

    private final Map<String, Member> members = new HashMap<>();
    private AnalysisDemand demand;
    private long heard;
    private long published;
    private @Nullable Instant publishedAt;

    StepMeasurement(AnalysisDemand demand) {
        this.demand = demand;
    }

    AnalysisDemand demand() {
        return demand;
    }

    /** Another demand of the same rollout: a new step measures anew, by the baselines from before the rollout. */
    void follow(AnalysisDemand next) {
        if (!next.facts().equals(demand.facts())) {
            members.clear();
        }
        if (next.step() != demand.step() || !next.facts().equals(demand.facts())) {
            members.values().forEach(member -> {
                java.util.Arrays.fill(member.sums(), 0);
                java.util.Arrays.fill(member.counts(), 0);
            });
            heard = 0;
            published = 0;
        }
        demand = next;
    }

    void heard(DeviceState state, Heartbeat heartbeat, Instant received, Baselines baselines) {
        String device = state.device().toString();
        Arm arm = ArmDecision.of(demand, state, heartbeat);
        if (arm == null || received.isBefore(demand.since())) {
            if (arm == null) {
                members.remove(device);
            }
            return;
        }
        Member member = members.get(device);
        if (member == null || member.arm() != arm) {
            member = join(arm, state, baselines);
            members.put(device, member);
        }
        add(member, heartbeat.facts());
        heard++;
    }

    private Member join(Arm arm, DeviceState state, Baselines baselines) {
        int facts = demand.facts().size();
        double[] before = new double[facts];
        for (int i = 0; i < facts; i++) {
            before[i] =
                    baselines.usual(state.device().toString(), demand.facts().get(i));
        }
        return new Member(arm, kind(state), before, new double[facts], new int[facts]);
    }

    private void add(Member member, Map<String, JsonNode> facts) {
        for (int i = 0; i < member.sums().length; i++) {
            Double value = Numbers.of(facts, demand.facts().get(i));
            if (value != null) {
                member.sums()[i] += value;
                member.counts()[i]++;
            }
        }
    }

    private static String kind(DeviceState state) {
        DeviceState.Identity identity = Objects.requireNonNull(state.identity());
        String kind = identity.model() == null ? identity.platform() : identity.platform() + " " + identity.model();
        return kind.length() <= MAX_KIND ? kind : kind.substring(0, MAX_KIND);
    }

    /** What there is to tell; null when that is not due or nothing new. */
    @Nullable AnalysisSnapshot due(int partition, Instant now) {
        boolean early = publishedAt != null && now.isBefore(publishedAt.plusSeconds(demand.everySeconds()));
        if (early || heard == published) {
            return null;
        }
        publishedAt = now;
        published = heard;
        return new AnalysisSnapshot(
                demand.namespace(),
                demand.rollout(),
                demand.uid(),
                demand.step(),
                partition,
                now,
                heard,
                arm(Arm.CANDIDATE),
                arm(Arm.CONTROL));
    }

    private AnalysisSnapshot.Arm arm(Arm arm) {
        List<Member> of = members.values().stream()
                .filter(member -> member.arm() == arm && spoke(member))
                .toList();
        Map<String, Integer> kinds = new HashMap<>();
        for (Member member : of) {
            boolean known = kinds.size() < AnalysisSnapshot.MAX_KINDS - 1 || kinds.containsKey(member.kind());
            kinds.merge(known ? member.kind() : OTHERS, 1, Integer::sum);
        }
        Map<String, AnalysisSnapshot.Measured> facts = new HashMap<>();
        for (int i = 0; i < demand.facts().size(); i++) {
            facts.put(demand.facts().get(i), measured(of, i));
        }
        return of.isEmpty() ? AnalysisSnapshot.Arm.EMPTY : new AnalysisSnapshot.Arm(of.size(), kinds, facts);
    }

    /** Whether anything of it was measured in this step. */
    private static boolean spoke(Member member) {
        for (int count : member.counts()) {
            if (count > 0) {
                return true;
            }
        }
        return false;
    }

    private static AnalysisSnapshot.Measured measured(List<Member> of, int fact) {
        List<Double> values = new ArrayList<>();
        List<Double> changes = new ArrayList<>();
        for (Member member : of) {
            if (member.counts()[fact] > 0) {
                double mean = member.sums()[fact] / member.counts()[fact];
                values.add(mean);
                if (Double.isFinite(member.before()[fact])) {
                    changes.add(mean - member.before()[fact]);
                }
            }
        }
        Sketch value = Sketching.of(values);
        return new AnalysisSnapshot.Measured(value, Sketching.of(changes));
    }
}
