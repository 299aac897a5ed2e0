package io.kubemdm.operator.analysis;

import io.kubemdm.crds.rollout.Analysis;
import io.kubemdm.crds.rollout.Comparison;
import io.kubemdm.operator.analysis.AnalysisDecision.Evidence;
import io.kubemdm.operator.analysis.AnalysisRecordDecision.Figures;
import io.kubemdm.operator.analysis.AnalysisRecordDecision.Mix;
import io.kubemdm.operator.analysis.FailCondition.Unusable;
import io.kubemdm.operator.analysis.Statistics.Difference;
import io.kubemdm.protocol.analysis.AnalysisSnapshot;
import io.kubemdm.protocol.analysis.AnalysisSnapshot.Arm;
import io.kubemdm.protocol.analysis.AnalysisSnapshot.Measured;
import io.kubemdm.protocol.analysis.Sketch;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One analysis over the snapshots of all partitions: how many devices there are, and what a look shows. */
final class Looking {

    private static final int MAX_MIX = 6;
    private static final String OTHERS = "others";

    private final Analysis analysis;
    private final List<AnalysisSnapshot> snapshots;
    private final ArmValues candidate;
    private final ArmValues control;

    Looking(Analysis analysis, Collection<AnalysisSnapshot> snapshots) {
        this.analysis = analysis;
        this.snapshots = List.copyOf(snapshots);
        this.candidate = values(AnalysisSnapshot::candidate, Measured::value);
        this.control = values(AnalysisSnapshot::control, Measured::value);
    }

    private ArmValues values(Function<AnalysisSnapshot, Arm> arm, Function<Measured, Sketch> which) {
        List<Sketch> sketches = new ArrayList<>();
        for (AnalysisSnapshot snapshot : snapshots) {
            Measured measured = arm.apply(snapshot)
                    .facts()
                    .get(String.valueOf(analysis.metric().fact()));
            if (measured != null) {
                sketches.add(which.apply(measured));
            }
        }
        return ArmValues.of(sketches);
    }

    int candidates() {
        return candidate.n();
    }

    @Nullable Long controls() {
        return againstControl() ? Long.valueOf(control.n()) : null;
    }

    long heard() {
        return snapshots.stream().mapToLong(AnalysisSnapshot::heard).sum();
    }

    private boolean againstControl() {
        return analysis.compare() == Comparison.VersusControl;
    }

    /** Looks at the level {@code level}. */
    Evidence look(double level) {
        try {
            FailCondition condition = FailCondition.compile(analysis.failWhen(), againstControl());
            return againstControl() ? compared(condition, level) : alone(condition, level);
        } catch (Unusable e) {
            return Evidence.none(String.valueOf(e.getMessage()));
        }
    }

    private Evidence compared(FailCondition condition, double level) throws Unusable {
        Figures candidates = candidate.figures();
        Figures controls = control.figures();
        boolean bad = condition.holds(candidates, controls);
        ArmValues changedCandidates = values(AnalysisSnapshot::candidate, Measured::change);
        ArmValues changedControls = values(AnalysisSnapshot::control, Measured::change);
        boolean byChange = enough(changedCandidates, candidate) && enough(changedControls, control);
        Difference difference = byChange
                ? Statistics.compare(changedCandidates, changedControls, condition.side())
                : Statistics.compare(candidate, control, condition.side());
        // Where failWhen may speak of either side, the ranks must differ to the side that the means do.
        boolean sameWay = (difference.higher() - 0.5) * (candidates.mean() - controls.mean()) > 0;
        return new Evidence(
                bad,
                sameWay && difference.p() <= level,
                text(candidates.mean()) + " against " + text(controls.mean()) + ", p " + text(difference.p()),
                candidates,
                controls,
                mix(),
                null);
    }

    /** Which values are compared is chosen by how many there are, never by what they are. */
    private boolean enough(ArmValues changed, ArmValues all) {
        return changed.n() >= analysis.minimumSample() && changed.n() * 2 >= all.n();
    }

    private Evidence alone(FailCondition condition, double level) throws Unusable {
        Figures figures = candidate.figures();
        Figures lower = Statistics.limit(candidate, level, false);
        Figures upper = Statistics.limit(candidate, level, true);
        boolean bad = condition.holds(figures, null);
        return new Evidence(
                bad,
                bad && condition.holds(lower, null) && condition.holds(upper, null),
                text(figures.mean()) + ", within " + text(lower.mean()) + " to " + text(upper.mean()),
                figures,
                null,
                mix(),
                null);
    }

    private List<Mix> mix() {
        Map<String, int[]> kinds = new TreeMap<>();
        for (AnalysisSnapshot snapshot : snapshots) {
            snapshot.candidate()
                    .kinds()
                    .forEach((kind, count) -> kinds.computeIfAbsent(kind, k -> new int[2])[0] += count);
            snapshot.control()
                    .kinds()
                    .forEach((kind, count) -> kinds.computeIfAbsent(kind, k -> new int[2])[1] += count);
        }
        List<Mix> all = new ArrayList<>();
        kinds.forEach((kind, counts) -> all.add(new Mix(kind, counts[0], counts[1])));
        all.sort(Comparator.comparingInt((Mix mix) -> -(mix.candidate() + mix.control())));
        if (all.size() <= MAX_MIX) {
            return all;
        }
        List<Mix> most = new ArrayList<>(all.subList(0, MAX_MIX - 1));
        List<Mix> rest = all.subList(MAX_MIX - 1, all.size());
        most.add(new Mix(
                OTHERS,
                rest.stream().mapToInt(Mix::candidate).sum(),
                rest.stream().mapToInt(Mix::control).sum()));
        return most;
    }

    /** A number for people, three significant digits or more. */
    static String text(double value) {
        return String.format(Locale.ROOT, Math.abs(value) >= 100 ? "%.0f" : "%.3g", value);
    }
}
