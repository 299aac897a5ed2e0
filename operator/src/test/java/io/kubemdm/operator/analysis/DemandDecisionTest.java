package io.kubemdm.operator.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.crds.LabelSelector;
import io.kubemdm.crds.ObjectRef;
import io.kubemdm.crds.rollout.Analysis;
import io.kubemdm.crds.rollout.AnalysisBuilder;
import io.kubemdm.crds.rollout.RolloutSpec;
import io.kubemdm.crds.rollout.RolloutSpecBuilder;
import io.kubemdm.crds.rollout.StepBuilder;
import io.kubemdm.operator.rollout.ProgressDecision;
import io.kubemdm.operator.rollout.ProgressDecision.Frozen;
import io.kubemdm.operator.rollout.ProgressDecision.OpenStep;
import io.kubemdm.operator.rollout.ReachDecision.Reach;
import io.kubemdm.protocol.analysis.AnalysisDemand;
import io.kubemdm.protocol.bundle.PolicyRef;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The engine measures facts; queries ask nothing of it. */
class DemandDecisionTest {

    private static final Instant T0 = Instant.parse("2026-03-01T10:00:00Z");
    private static final Analysis DRAIN = AnalysisBuilder.builder()
            .name("drain")
            .metric(new Analysis.Metric("battery.drainPermillePerHour", null))
            .failWhen("candidate > 9.0")
            .interval("1m")
            .build();
    private static final Analysis ERRORS = AnalysisBuilder.builder()
            .name("errors")
            .metric(new Analysis.Metric(null, "errors"))
            .failWhen("candidate.value > 9.0")
            .interval("4s")
            .build();

    private static RolloutSpec spec(List<String> first, List<String> second) {
        return RolloutSpecBuilder.builder()
                .bundleRef(new ObjectRef("base"))
                .selector(new LabelSelector(Map.of(), List.of()))
                .analysis(List.of(DRAIN, ERRORS))
                .steps(List.of(
                        StepBuilder.builder()
                                .name("few")
                                .percent(10)
                                .analysis(first)
                                .build(),
                        StepBuilder.builder()
                                .name("all")
                                .percent(100)
                                .analysis(second)
                                .build()))
                .build();
    }

    private static @Nullable AnalysisDemand demand(RolloutSpec spec, int step) {
        ProgressDecision progress = new ProgressDecision(
                "u-1",
                new Frozen(new PolicyRef("base", "2.0.0", "sha256:1"), List.of(), 300, false),
                new Reach(spec.selector(), null, List.of()),
                new OpenStep(step, "a", "a", T0, T0, null, null),
                T0,
                List.of(),
                null,
                null);
        return DemandDecision.demand("acme", "base-2", spec, progress, null);
    }

    @Test
    void a_query_asks_nothing_of_the_engine() {
        assertThat(demand(spec(List.of("errors"), List.of("errors")), 0)).isNull();
        assertThat(DemandDecision.shares(spec(List.of("errors"), List.of("errors"))))
                .isEqualTo(1);
    }

    @Test
    void beside_a_query_facts_keep_their_rhythm_and_their_chance_of_a_false_alarm() {
        RolloutSpec spec = spec(List.of("drain", "errors"), List.of("drain"));
        AnalysisDemand demand = Objects.requireNonNull(demand(spec, 0));
        assertThat(demand.facts()).containsExactly("battery.drainPermillePerHour");
        assertThat(demand.everySeconds()).isEqualTo(30);
        assertThat(DemandDecision.shares(spec)).isEqualTo(2);
    }

    @Test
    void it_ends_with_the_last_step_that_measures_a_fact() {
        RolloutSpec spec = spec(List.of("drain"), List.of("errors"));
        assertThat(demand(spec, 0)).isNotNull();
        assertThat(demand(spec, 1)).isNull();
    }
}
