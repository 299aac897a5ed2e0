package io.kubemdm.operator.analysis;

import io.kubemdm.crds.rollout.AnalysisResult;
import io.kubemdm.crds.rollout.RolloutStatus.AnalysisRun;
import io.kubemdm.operator.analysis.AnalysisRecordDecision.Figures;
import io.kubemdm.operator.analysis.AnalysisRecordDecision.Run;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A record of analyses for people. */
final class AnalysisView {

    private static final int MAX_MESSAGE = 256;
    private static final int MAX_LAST = 64;

    private AnalysisView() {}

    static List<AnalysisRun> of(AnalysisRecordDecision record) {
        return new TreeMap<>(record.runs())
                .entrySet().stream()
                        .map(each -> run(each.getKey(), each.getValue()))
                        .toList();
    }

    private static AnalysisRun run(String name, Run run) {
        return new AnalysisRun(
                name,
                switch (run.outcome()) {
                    case PASS -> AnalysisResult.Pass;
                    case FAIL -> AnalysisResult.Fail;
                    case INCONCLUSIVE, UNAVAILABLE -> AnalysisResult.Inconclusive;
                    case RUNNING -> AnalysisResult.Running;
                },
                run.measured(),
                run.failed(),
                run.last() == null ? null : cut(run.last(), MAX_LAST),
                cut(run.message(), MAX_MESSAGE),
                figures(run.candidate()),
                figures(run.control()),
                run.mix().stream()
                        .map(mix -> new AnalysisRun.Mix(cut(mix.kind(), MAX_LAST), mix.candidate(), mix.control()))
                        .toList());
    }

    private static AnalysisRun.@Nullable Figures figures(@Nullable Figures figures) {
        return figures == null
                ? null
                : new AnalysisRun.Figures(
                        (int) figures.n(),
                        Looking.text(figures.mean()),
                        Looking.text(figures.median()),
                        Looking.text(figures.p90()));
    }

    private static String cut(String text, int limit) {
        return text.length() <= limit ? text : text.substring(0, limit - 1) + "…";
    }
}
