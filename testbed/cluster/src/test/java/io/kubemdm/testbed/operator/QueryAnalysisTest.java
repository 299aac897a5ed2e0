package io.kubemdm.testbed.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kubemdm.crds.LabelSelector;
import io.kubemdm.crds.ObjectRef;
import io.kubemdm.crds.rollout.Analysis;
import io.kubemdm.crds.rollout.AnalysisBuilder;
import io.kubemdm.crds.rollout.AnalysisResult;
import io.kubemdm.crds.rollout.Rollout;
import io.kubemdm.crds.rollout.RolloutPhase;
import io.kubemdm.crds.rollout.RolloutSpecBuilder;
import io.kubemdm.crds.rollout.RolloutStatus.AnalysisRun;
import io.kubemdm.crds.rollout.StepBuilder;
import io.kubemdm.operator.prometheus.PrometheusSettings;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.testbed.cli.CommandRun;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A rollout is measured by what a real Prometheus says of it: nothing holds it, good lets it go on, bad takes it back. */
@ExtendWith(StageExtension.class)
class QueryAnalysisTest {

    private static final String QUERY =
            "vpn_failures{ns=\"$namespace\",rollout=\"$rollout\",bundle=\"$line-$version\"}";

    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(30));
    }

    @Test
    void what_prometheus_says_holds_passes_or_fails_a_step_over_restarts(Stage stage, @TempDir Path folder)
            throws Exception {
        try (RealPrometheus prometheus = new RealPrometheus(folder)) {
            Tenant tenant = new Tenant(stage, "query");
            tenant.enrol(2);
            PolicyRef old = rollOut(stage, tenant, "old", "1.0.0", 2);
            soon().until(() -> tenant.ordered().size() == 2);
            tenant.allApply(old);
            soon().until(() -> message(tenant, "old").contains("set analysis.prometheus.url of the chart"));
            soon().until(() -> reason(tenant, "old").equals("True/AnalysisUnavailable"));

            stage.stop();
            stage.measureBy(new PrometheusSettings(prometheus.url(), null, null, Duration.ofSeconds(1)));
            stage.lead();
            soon().until(() -> message(tenant, "old").equals("The query's answer is empty: no series matches it."));
            soon().until(() -> reason(tenant, "old").equals("True/AnalysisInconclusive"));
            prometheus.expose(series(tenant, "old", "base-1.0.0", "a"), 3);
            soon().until(() -> phase(tenant, "old") == RolloutPhase.Completed);
            assertThat(run(tenant, "old").result()).isEqualTo(AnalysisResult.Pass);
            assertThat(run(tenant, "old").last()).isEqualTo("3.00");

            prometheus.expose(series(tenant, "next", "base-1.1.0", "a"), 3);
            PolicyRef next = rollOut(stage, tenant, "next", "1.1.0", 1000);
            soon().until(() -> counts(tenant, "next") == 2);
            soon().until(() -> measured(tenant, "next") >= 2);
            tenant.allApply(next);
            prometheus.pause();
            soon().until(() -> message(tenant, "next").contains("no answer within 1000 ms"));
            prometheus.resume();
            prometheus.expose(series(tenant, "next", "base-1.1.0", "b"), 3);
            soon().until(() -> message(tenant, "next").contains("has 2 series"));
            measureBy(tenant, "next", "vpn_failures{");
            soon().until(() -> message(tenant, "next").startsWith("Prometheus answers bad_data: "));
            measureBy(tenant, "next", QUERY);
            assertThat(run(tenant, "next").failed()).isZero();

            int measured = measured(tenant, "next");
            stage.stop();
            prometheus.withdraw(series(tenant, "next", "base-1.1.0", "b"));
            stage.lead();
            soon().until(() -> measured(tenant, "next") > measured);

            prometheus.expose(series(tenant, "next", "base-1.1.0", "a"), 11);
            soon().until(() ->
                    Set.of(RolloutPhase.RollingBack, RolloutPhase.RolledBack).contains(phase(tenant, "next")));
            assertThat(run(tenant, "next").result()).isEqualTo(AnalysisResult.Fail);
            assertThat(status(stage, tenant, "next"))
                    .containsPattern("failures Fail [0-9]+ 1 - - 11\\.0")
                    .contains("Analysis failures failed: 1 bad measurements, 0 are tolerated: 11.0.");
        } finally {
            stage.stop();
            stage.measureBy(null);
        }
    }

    private static PolicyRef rollOut(Stage stage, Tenant tenant, String object, String version, int count) {
        PolicyRef ref = tenant.publish(object, version);
        Rollout rollout = new Rollout();
        rollout.setMetadata(tenant.meta(object));
        rollout.setSpec(RolloutSpecBuilder.builder()
                .bundleRef(new ObjectRef(object))
                .selector(new LabelSelector(Map.of(), List.of()))
                .steps(List.of(StepBuilder.builder()
                        .name("all")
                        .percent(100)
                        .analysis(List.of("failures"))
                        .build()))
                .analysis(List.of(analysis(QUERY, count)))
                .build());
        stage.client().resource(rollout).create();
        return ref;
    }

    private static void measureBy(Tenant tenant, String rollout, String query) {
        tenant.patch(
                Rollout.class,
                rollout,
                new String(
                        Json.write(Map.of("spec", Map.of("analysis", List.of(analysis(query, 1000))))),
                        StandardCharsets.UTF_8));
    }

    private static Analysis analysis(String query, int count) {
        return AnalysisBuilder.builder()
                .name("failures")
                .metric(new Analysis.Metric(null, query))
                .failWhen("candidate.value > 10.0")
                .interval("1s")
                .count(count)
                .build();
    }

    private static String series(Tenant tenant, String rollout, String bundle, String gateway) {
        return "vpn_failures{ns=\"%s\",rollout=\"%s\",bundle=\"%s\",gateway=\"%s\"}"
                .formatted(tenant.name(), rollout, bundle, gateway);
    }

    private static @Nullable AnalysisRun run(Tenant tenant, String rollout) {
        Rollout now = tenant.get(Rollout.class, rollout);
        return now.getStatus() == null || now.getStatus().analysis().isEmpty()
                ? null
                : now.getStatus().analysis().getFirst();
    }

    private static String message(Tenant tenant, String rollout) {
        AnalysisRun run = run(tenant, rollout);
        return run == null ? "" : run.message();
    }

    private static int measured(Tenant tenant, String rollout) {
        AnalysisRun run = run(tenant, rollout);
        return run == null ? 0 : run.measured();
    }

    private static String reason(Tenant tenant, String rollout) {
        return tenant.get(Rollout.class, rollout).getStatus().conditions().stream()
                .filter(condition -> condition.type().equals("AnalysisInconclusive"))
                .map(condition -> condition.status() + "/" + condition.reason())
                .findFirst()
                .orElse("");
    }

    private static @Nullable RolloutPhase phase(Tenant tenant, String rollout) {
        return tenant.get(Rollout.class, rollout).getStatus().phase();
    }

    private static int counts(Tenant tenant, String rollout) {
        Rollout now = tenant.get(Rollout.class, rollout);
        return now.getStatus() == null || now.getStatus().counts() == null
                ? 0
                : now.getStatus().counts().admitted();
    }

    private static String status(Stage stage, Tenant tenant, String rollout) {
        CommandRun run = CommandRun.of(
                "rollout",
                "status",
                rollout,
                "--namespace",
                tenant.name(),
                "--kubeconfig",
                stage.plane().kubeconfig().toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run.out().replaceAll("\\s+", " ");
    }
}
