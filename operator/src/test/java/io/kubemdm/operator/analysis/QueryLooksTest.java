package io.kubemdm.operator.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kubemdm.crds.LabelSelector;
import io.kubemdm.crds.rollout.Analysis;
import io.kubemdm.crds.rollout.AnalysisBuilder;
import io.kubemdm.operator.analysis.AnalysisRecordDecision.Run;
import io.kubemdm.operator.prometheus.AnsweringServer;
import io.kubemdm.operator.rollout.HoldDecision.Outcome;
import io.kubemdm.operator.rollout.ProgressDecision;
import io.kubemdm.operator.rollout.ProgressDecision.Frozen;
import io.kubemdm.operator.rollout.ProgressDecision.OpenStep;
import io.kubemdm.operator.rollout.ReachDecision.Reach;
import io.kubemdm.protocol.bundle.PolicyRef;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole looks against a real HTTP server; three good ones pass. */
class QueryLooksTest {

    private static final Instant T0 = Instant.parse("2026-03-01T10:00:00Z");
    private static final Run NEW = Run.first(T0, "The first measurement is after 1m.");

    private final AnsweringServer server = new AnsweringServer(null);
    private AtomicInteger rung = new AtomicInteger();
    private Instant now = T0;
    private QueryLooks looks = leader();

    @AfterEach
    void stop() {
        looks.close();
        server.close();
    }

    private QueryLooks leader() {
        AtomicInteger own = new AtomicInteger();
        rung = own;
        return QueryLooks.at(server.settings(), (namespace, name) -> own.incrementAndGet(), clock());
    }

    private Clock clock() {
        return new Clock() {
            @Override
            public ZoneOffset getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now;
            }
        };
    }

    private static Analysis analysis(UnaryOperator<AnalysisBuilder> change) {
        return change.apply(AnalysisBuilder.builder()
                        .name("errors")
                        .metric(new Analysis.Metric(null, "errors{ns=\"$namespace\",v=\"$version\"}"))
                        .failWhen("candidate.value > 0.05")
                        .interval("1m")
                        .count(3))
                .build();
    }

    private static ProgressDecision progress(String uid, boolean admitted, Instant slicedAt) {
        return new ProgressDecision(
                uid,
                new Frozen(new PolicyRef("base", "2.0.0", "sha256:1"), List.of(), 300, false),
                new Reach(new LabelSelector(Map.of(), List.of()), null, List.of()),
                new OpenStep(0, admitted ? "b" : "a", "b", T0, slicedAt, null, null),
                T0,
                List.of(),
                null,
                null);
    }

    private Run look(Run before) {
        return look(before, analysis(any -> any), progress("u-1", true, T0));
    }

    private Run look(Run before, Analysis analysis, ProgressDecision progress) {
        return looks.look("acme", "base-2", progress, analysis, before);
    }

    /** Looks a minute later, and again when it is rung. */
    private Run minute(Run before, String value) {
        return minute(before, analysis(any -> any), 200, AnsweringServer.vector(value));
    }

    private Run minute(Run before, Analysis analysis, int status, @Nullable String body) {
        now = now.plusSeconds(60);
        server.answer(status, String.valueOf(body));
        int heard = rung.get();
        Run asking = look(before, analysis, progress("u-1", true, T0));
        assertThat(asking).as("while the question is on its way").isEqualTo(before);
        await().atMost(Duration.ofSeconds(10)).until(() -> rung.get() > heard);
        return look(asking, analysis, progress("u-1", true, T0));
    }

    @Test
    void nobody_is_asked_before_the_interval_is_over() {
        now = T0.plusSeconds(59);
        assertThat(look(NEW)).isEqualTo(NEW);
        assertThat(server.asked()).isEmpty();
    }

    @Test
    void as_many_good_answers_as_asked_for_pass_and_then_nobody_is_asked_any_more() {
        Run run = minute(minute(NEW, "0.01"), "0.05");
        assertThat(run.message()).isEqualTo("2 of 3 measurements, 0 bad.");
        assertThat(run.last()).isEqualTo("0.0500");
        Run passed = minute(run, "0.01");
        assertThat(passed.outcome()).isEqualTo(Outcome.PASS);
        now = now.plusSeconds(600);
        assertThat(look(passed)).isEqualTo(passed);
        assertThat(server.asked())
                .hasSize(3)
                .allMatch(asked -> asked.startsWith("query=errors{ns=\"acme\",v=\"2.0.0\"}&"));
    }

    @Test
    void more_bad_answers_than_tolerated_fail() {
        Run run = minute(NEW, "0.06");
        assertThat(run.outcome()).isEqualTo(Outcome.FAIL);
        assertThat(run.message()).isEqualTo("1 bad measurements, 0 are tolerated: 0.0600.");
    }

    @Test
    void bad_answers_up_to_the_limit_are_tolerated() {
        Analysis tolerant = analysis(any -> any.failureLimit(1));
        Run tolerated = minute(NEW, tolerant, 200, AnsweringServer.vector("1"));
        assertThat(tolerated.outcome()).isEqualTo(Outcome.RUNNING);
        assertThat(minute(tolerated, tolerant, 200, AnsweringServer.vector("1")).outcome())
                .isEqualTo(Outcome.FAIL);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200 | {\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}} | The query's answer is empty",
                "400 | {\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"parse error\"} | Prometheus answers bad_data: parse error.",
                "200 | {\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[1,\"NaN\"]}} | The query's answer is NaN",
                "502 | <html> | What answers (502) is not Prometheus' query API"
            })
    void no_number_is_no_look_holds_and_is_asked_again(int status, String body, String why) {
        Run run = minute(minute(NEW, "0.01"), analysis(any -> any), status, body);
        assertThat(run.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
        assertThat(run.message()).startsWith(why);
        assertThat(run.measured()).isEqualTo(1);
        assertThat(run.lookedAt()).isEqualTo(now);
        assertThat(minute(run, "0.01").measured()).isEqualTo(2);
    }

    @Test
    void only_when_everybody_is_admitted_the_interval_begins() {
        now = T0.plusSeconds(300);
        assertThat(look(NEW, analysis(any -> any), progress("u-1", false, T0))).isEqualTo(NEW);
        Run waits = look(NEW, analysis(any -> any), progress("u-1", true, now.minusSeconds(59)));
        assertThat(waits.lookedAt()).isEqualTo(now.minusSeconds(59));
        assertThat(server.asked()).isEmpty();
    }

    @Test
    void a_new_leader_goes_on_with_what_is_on_record_and_asks_what_the_old_one_did_not_hear() {
        Run run = minute(NEW, "0.01");
        now = now.plusSeconds(60);
        look(run);
        looks.close();
        looks = leader();
        Run next = run;
        int heard = rung.get();
        assertThat(look(next)).isEqualTo(run);
        await().atMost(Duration.ofSeconds(10)).until(() -> rung.get() > heard);
        next = look(next);
        assertThat(next.measured()).isEqualTo(2);
        assertThat(look(next)).as("no oftener than the interval").isEqualTo(next);
    }

    @Test
    void an_answer_about_an_earlier_object_counts_for_nothing() {
        now = T0.plusSeconds(60);
        server.answer(200, AnsweringServer.vector("1"));
        look(NEW);
        await().atMost(Duration.ofSeconds(10)).until(() -> rung.get() == 1);
        server.answer(200, AnsweringServer.vector("0"));
        look(NEW, analysis(any -> any), progress("u-2", true, T0));
        await().atMost(Duration.ofSeconds(10)).until(() -> rung.get() == 2);
        assertThat(look(NEW, analysis(any -> any), progress("u-2", true, T0)).failed())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "candidate.median > 1.0 | errors | failWhen is no condition: ",
                "candidate > control | errors | failWhen is no condition: ",
                "candidate.value * 2 > 1.0 | errors | failWhen is no condition: ",
                "candidate > 1.0 | errors{a=\"$device\"} | metric.query has the unknown placeholder $device"
            })
    void what_cannot_be_asked_is_said_at_once_and_nobody_is_asked(String failWhen, String query, String why) {
        Run run = look(
                NEW,
                analysis(any -> any.failWhen(failWhen).metric(new Analysis.Metric(null, query))),
                progress("u-1", true, T0));
        assertThat(run.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
        assertThat(run.message()).startsWith(why);
        now = T0.plusSeconds(60);
        assertThat(server.asked()).isEmpty();
    }

    @Test
    void without_a_prometheus_it_says_what_to_set_and_what_has_passed_stays() {
        QueryLooks nobody = QueryLooks.unavailable(clock());
        Run run = nobody.look("acme", "base-2", progress("u-1", true, T0), analysis(any -> any), NEW);
        assertThat(run.outcome()).isEqualTo(Outcome.UNAVAILABLE);
        assertThat(run.message()).contains("set analysis.prometheus.url of the chart");
        assertThat(minute(run, "0").outcome()).as("configured later").isEqualTo(Outcome.RUNNING);
        Run passed = NEW.with(Outcome.PASS, T0, "3 measurements, 0 bad.");
        assertThat(nobody.look("acme", "base-2", progress("u-1", true, T0), analysis(any -> any), passed))
                .isEqualTo(passed);
    }
}
