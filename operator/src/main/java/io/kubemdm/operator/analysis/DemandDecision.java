package io.kubemdm.operator.analysis;

import io.kubemdm.crds.Formats;
import io.kubemdm.crds.LabelSelector;
import io.kubemdm.crds.rollout.Analysis;
import io.kubemdm.crds.rollout.Comparison;
import io.kubemdm.crds.rollout.RolloutSpec;
import io.kubemdm.crds.rollout.Step;
import io.kubemdm.operator.rollout.ProgressDecision;
import io.kubemdm.protocol.analysis.AnalysisDemand;
import io.kubemdm.protocol.analysis.DeviceSelector;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of the engine for a rollout: from its first step until the last one with an analysis is over, always the
 * same facts, so that what was usual before the rollout is known in every step.
 */
final class DemandDecision {

    private static final long GREATEST_RHYTHM = 60;

    private DemandDecision() {}

    /** The analyses of facts that any of these steps asks for; what a query measures is no matter of the engine's. */
    private static List<Analysis> asked(RolloutSpec spec, List<Step> steps) {
        return spec.analysis().stream()
                .filter(analysis -> analysis.metric().fact() != null)
                .filter(analysis ->
                        steps.stream().anyMatch(step -> step.analysis().contains(analysis.name())))
                .toList();
    }

    /** How many looks in all share the chance of a false alarm: analyses of facts, once for each step that asks for them. */
    static int shares(RolloutSpec spec) {
        return Math.max(
                1,
                spec.steps().stream()
                        .mapToInt(step -> asked(spec, List.of(step)).size())
                        .sum());
    }

    /**
     * What is asked; null for nothing.
     *
     * @param controlAfter place after which devices are held back
     */
    static @Nullable AnalysisDemand demand(
            String namespace,
            String rollout,
            RolloutSpec spec,
            @Nullable ProgressDecision progress,
            @Nullable String controlAfter) {
        if (progress == null || progress.end() != null || progress.withdrawn() != null) {
            return null;
        }
        List<Step> left = spec.steps().stream().skip(progress.step().index()).toList();
        if (asked(spec, left).isEmpty()) {
            return null;
        }
        List<Analysis> asked = asked(spec, spec.steps());
        List<String> facts = asked.stream()
                .map(analysis -> analysis.metric().fact())
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        boolean compares = asked.stream().anyMatch(each -> each.compare() == Comparison.VersusControl);
        LabelSelector exclude = progress.reach().exclude();
        return new AnalysisDemand(
                namespace,
                rollout,
                progress.uid(),
                progress.step().index(),
                progress.bundle().ref(),
                progress.bundle().retire(),
                new HashSet<>(progress.bundle().platforms()),
                selector(progress.reach().selector()),
                exclude == null ? null : selector(exclude),
                compares ? controlAfter : null,
                facts,
                rhythm(asked),
                progress.step().openedAt());
    }

    /** Twice in the shortest interval. */
    private static int rhythm(List<Analysis> asked) {
        long shortest = asked.stream()
                .mapToLong(analysis -> Formats.duration(analysis.interval()).toSeconds())
                .min()
                .orElse(GREATEST_RHYTHM);
        return (int) Math.clamp(shortest / 2, 1, GREATEST_RHYTHM);
    }

    private static DeviceSelector selector(LabelSelector selector) {
        return new DeviceSelector(
                selector.matchLabels(),
                selector.matchExpressions().stream()
                        .map(each -> new DeviceSelector.Requirement(
                                each.key(), each.operator().name(), each.values()))
                        .toList());
    }
}
