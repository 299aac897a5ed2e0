package io.kubemdm.operator.analysis;

import io.kubemdm.crds.Formats;
import io.kubemdm.crds.rollout.Analysis;
import io.kubemdm.operator.analysis.AnalysisDecision.Evidence;
import io.kubemdm.operator.analysis.AnalysisRecordDecision.Run;
import io.kubemdm.operator.analysis.FailCondition.Unusable;
import io.kubemdm.operator.prometheus.Answer;
import io.kubemdm.operator.prometheus.Prometheus;
import io.kubemdm.operator.prometheus.PrometheusSettings;
import io.kubemdm.operator.rollout.HoldDecision.Outcome;
import io.kubemdm.operator.rollout.ProgressDecision;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks at analyses that a query measures: when everybody of the step is admitted, once in an interval, by the number that
 * Prometheus answers then. No number is no look: the step holds, and is looked at again.
 */
final class QueryLooks implements AutoCloseable {

    private static final String NOT_CONFIGURED =
            "metric.query needs a Prometheus to ask: set analysis.prometheus.url of the"
                    + " chart (kubemdm.analysis.prometheus.url), or name a fact in metric.fact.";

    private final @Nullable Queries queries;
    private final Clock clock;

    /** @param queries who are asked, null for nobody */
    QueryLooks(@Nullable Queries queries, Clock clock) {
        this.queries = queries;
        this.clock = clock;
    }

    /** There is nobody to ask. */
    static QueryLooks unavailable(Clock clock) {
        return new QueryLooks(null, clock);
    }

    /**
     * Asks a Prometheus, and nobody yet.
     *
     * @param ring hears namespace and name of a rollout that has an answer; must not block
     */
    static QueryLooks at(PrometheusSettings settings, BiConsumer<String, String> ring, Clock clock) {
        return new QueryLooks(new Queries(new Prometheus(settings), ring), clock);
    }

    /** How far an analysis is now; the same as before while it is not due or its answer is on its way. */
    Run look(String namespace, String rollout, ProgressDecision progress, Analysis analysis, Run before) {
        if (AnalysisDecision.isOver(before)) {
            return before;
        }
        if (queries == null) {
            return before.with(Outcome.UNAVAILABLE, before.lookedAt(), NOT_CONFIGURED);
        }
        FailCondition condition;
        String query;
        try {
            condition = FailCondition.compileForValue(analysis.failWhen());
            query = QueryText.filled(
                    Objects.requireNonNull(analysis.metric().query()),
                    Map.of(
                            QueryText.NAMESPACE,
                            namespace,
                            QueryText.ROLLOUT,
                            rollout,
                            QueryText.LINE,
                            progress.bundle().ref().policy(),
                            QueryText.VERSION,
                            progress.bundle().ref().version()));
        } catch (Unusable e) {
            return before.with(Outcome.INCONCLUSIVE, before.lookedAt(), String.valueOf(e.getMessage()));
        }
        if (!progress.step().admittedAll()) {
            return before;
        }
        Run known = before.notBefore(progress.step().slicedAt());
        Instant now = clock.instant();
        if (!AnalysisDecision.isDue(known, Formats.duration(analysis.interval()), now)) {
            return known;
        }
        Answer answer = queries.answer(
                new Queries.Key(namespace, rollout, analysis.name()),
                new Queries.Question(progress.uid(), progress.step().index(), query, known.lookedAt()));
        return answer == null
                ? known
                : AnalysisDecision.decide(
                        known, AnalysisDecision.Input.ofAnswer(known, analysis, evidence(condition, answer), now));
    }

    private static Evidence evidence(FailCondition condition, Answer answer) {
        return switch (answer) {
            case Answer.None none -> Evidence.none(none.why());
            case Answer.Value(double value) -> {
                try {
                    boolean bad = condition.holds(value);
                    yield new Evidence(bad, bad, Looking.text(value), null, null, List.of(), null);
                } catch (Unusable e) {
                    yield Evidence.none(String.valueOf(e.getMessage()));
                }
            }
        };
    }

    /** A rollout is not looked at any more. */
    void forget(String namespace, String rollout) {
        if (queries != null) {
            queries.forget(namespace, rollout);
        }
    }

    @Override
    public void close() {
        if (queries != null) {
            queries.close();
        }
    }
}
