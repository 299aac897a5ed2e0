package io.kubemdm.cli.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.kubemdm.crds.policybundle.PolicyBundleSpec;
import io.kubemdm.crds.policybundle.PolicyBundleSpecBuilder;
import io.kubemdm.crds.rollout.Rollout;
import io.kubemdm.crds.rollout.RolloutPhase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.Help.Ansi;

class RolloutStateTest {

    private static final String DIGEST = "sha256:" + "a".repeat(64);

    private static Rollout rollout(String more, String status) {
        return rollout("base-1.1.0", more, status);
    }

    private static Rollout rollout(String name, String more, String status) {
        return Serialization.unmarshal("""
                apiVersion: kubemdm.io/v1alpha1
                kind: Rollout
                metadata: {name: %s, namespace: acme, uid: u}
                spec:
                  bundleRef: {name: %s}
                  selector: {}
                  steps:
                  - {name: first, percent: 1, analysis: [battery]}
                  - {name: some, percent: 10, approval: Manual}
                  - {name: all, percent: 100, approval: Manual}
                %s
                status: %s
                """.formatted(name, name, more.indent(2), status), Rollout.class);
    }

    private static RolloutState state(String more, String status) {
        return RolloutState.of(rollout(more, status));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "first, '',                  AwaitingApproval, some",
                "some,  'approvedStep: some', AwaitingApproval, all",
                "first, 'approvedStep: all',  AwaitingApproval, none",
                "first, '',                  Progressing,      none",
                "all,   '',                  AwaitingApproval, none",
            })
    void the_step_that_waits_for_a_person_is_the_next_manual_one(
            String step, String more, String phase, String waiting) {
        assertThat(state(more, "{phase: %s, step: %s, digest: '%s'}".formatted(phase, step, DIGEST))
                        .waiting())
                .isEqualTo(waiting);
    }

    @Test
    void a_rollout_that_waits_for_other_people_is_not_approved_here() {
        RolloutState state = state(
                "",
                "{phase: AwaitingApproval, conditions: [{type: Progressing, status: 'False',"
                        + " reason: AwaitingApproval, message: 'The first step would admit 900 devices.'}]}");

        assertThat(state.step()).isEqualTo(-1);
        assertThat(state.waiting()).isNull();
        assertThat(RolloutApproveCommand.refusal(state)).contains("kubemdm approve rollout base-1.1.0", "900 devices");
    }

    @Test
    void who_approves_sees_how_it_went() {
        RolloutState state = state(
                "",
                "{phase: AwaitingApproval, step: first, digest: '%s', counts: {eligible: 1000,".formatted(DIGEST)
                        + " admitted: 10, succeeded: 8, failed: 1, offline: 1}}");

        assertThat(RolloutApproveCommand.question(state, "some"))
                .isEqualTo("8 of 10 admitted devices succeeded, 1 failed, 1 are offline. Open step some (10 % of 1000"
                        + " devices)?");
    }

    @ParameterizedTest
    @CsvSource({
        "Completed,   NotPaused, true,  0",
        "RolledBack,  NotPaused, true,  10",
        "Paused,      Halted,    true,  11",
        "Failed,      NotPaused, true,  11",
        "Paused,      Paused,    false, 11",
        "RollingBack, NotPaused, false, 11",
        "Progressing, NotPaused, false, 11",
    })
    void how_it_ended_is_the_exit_code(String phase, String reason, boolean ended, int code) {
        RolloutState state = state(
                "",
                "{phase: %s, step: all, digest: '%s', conditions: [{type: Paused, status: 'True',"
                                .formatted(phase, DIGEST)
                        + " reason: " + reason + "}]}");

        assertThat(state.ended()).isEqualTo(ended);
        assertThat(state.exitCode()).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource({
        "Progressing, true,  true,  false",
        "Paused,      true,  true,  false",
        "Completed,   true,  false, true",
        "RollingBack, false, false, false",
    })
    void what_is_under_way_is_aborted_and_what_is_over_undone(
            String phase, boolean enabled, boolean aborts, boolean undoes) {
        RolloutState state =
                state("enabled: " + enabled, "{phase: %s, step: all, digest: '%s'}".formatted(phase, DIGEST));

        assertThat(RolloutAbortCommand.refusal(state) == null).isEqualTo(aborts);
        assertThat(RolloutUndoCommand.refusal(state) == null).isEqualTo(undoes);
    }

    @Test
    void devices_go_to_the_highest_version_that_another_rollout_of_the_line_grants() {
        Map<String, PolicyBundleSpec> bundles = Map.of(
                "base-1.1.0", bundle("base", "1.1.0"),
                "base-1.0.0", bundle("base", "1.0.0"),
                "base-0.9.0", bundle("base", "0.9.0"),
                "other", bundle("other", "7.0.0"));
        Rollout own = rollout("", "{phase: Completed}");
        List<Rollout> all = List.of(
                own,
                rollout("base-0.9.0", "", "{phase: Completed}"),
                rollout("base-1.0.0", "", "{phase: Completed}"),
                rollout("other", "", "{phase: Completed}"));

        assertThat(TakeBack.fate(own, bundles, all)).contains("go to base 1.0.0 where Rollout base-1.0.0 admits them");
        assertThat(TakeBack.fate(
                        own, bundles, List.of(own, rollout("base-1.0.0", "enabled: false", "{phase: RolledBack}"))))
                .contains("the version it had before, else loses the line");
        assertThat(TakeBack.fate(own, Map.of(), all)).contains("PolicyBundle is gone");
    }

    private static PolicyBundleSpec bundle(String policy, String version) {
        return PolicyBundleSpecBuilder.builder().policy(policy).version(version).build();
    }

    private static RolloutState busy() {
        return state(
                "",
                "{phase: Progressing, step: some, digest: '%s', counts: {eligible: 1000, reachable: 900,"
                                .formatted(DIGEST)
                        + " admitted: 100, succeeded: 42, failed: 1, rejected: 2, timedOut: 3, offline: 12, pending: 40},"
                        + " analysis: [{name: battery, measured: 3, failed: 1, last: '@|red 1.2|@', candidate: {devices: 50, mean: '1.2', median: '1'}, control: {devices: 49, mean: '0.4'}}],"
                        + " sampleFailures: [{device: d-1, failureType: Failed, message: \"no\\u001b[2Jspace\"}],"
                        + " conditions: [{type: Progressing, status: 'True', reason: Progressing, message: '"
                        + "word ".repeat(40)
                        + "'}]}");
    }

    @Test
    void it_is_drawn_within_a_hundred_columns_and_obeys_nothing_that_a_device_wrote() {
        List<String> lines = RolloutScreen.lines(busy(), Ansi.OFF);

        assertThat(lines)
                .allSatisfy(
                        line -> assertThat(line).hasSizeLessThanOrEqualTo(100).doesNotContain("\u001b"));
        assertThat(String.join("\n", lines))
                .contains(
                        "acme/base-1.1.0",
                        "Progressing",
                        "some   10 %",
                        "<- here",
                        "10 % admitted",
                        "100 of 1000 eligible admitted: 42 succeeded, 40 applying, 12 offline",
                        "1 failed, 2 rejected, 3 timed out",
                        "50: mean 1.2, median 1  49: mean 0.4",
                        "@ |red 1.2|@",
                        "d-1  Failed  no?[2Jspace");
        assertThat(RolloutScreen.lines(busy(), Ansi.ON)).anyMatch(line -> line.contains("\u001b["));
    }

    @Test
    void the_bar_shows_a_single_failure_and_is_full_only_with_all() {
        RolloutState one = state("", "{phase: Progressing, counts: {eligible: 100000, admitted: 2, failed: 1}}");
        assertThat(Ansi.OFF.string(RolloutScreen.bar(one))).startsWith("[x").contains("0 % admitted");
        RolloutState most =
                state("", "{phase: Progressing, counts: {eligible: 1000, admitted: 1000, succeeded: 999, failed: 1}}");
        assertThat(Ansi.OFF.string(RolloutScreen.bar(most))).startsWith("[" + "=".repeat(59) + "x]");
        RolloutState none = state("", "{phase: Pending}");
        assertThat(Ansi.OFF.string(RolloutScreen.bar(none))).startsWith("[" + " ".repeat(60) + "]");
    }

    @Test
    void where_it_cannot_be_drawn_a_change_is_a_line_and_the_same_is_told_once() {
        StringWriter out = new StringWriter();
        Telling telling = new Telling(new PrintWriter(out));
        telling.accept(busy());
        telling.accept(busy());
        telling.accept(state("", "{phase: Completed, step: all, digest: '" + DIGEST + "'}"));

        assertThat(out.toString().lines()).hasSize(2);
        assertThat(out.toString())
                .contains(
                        "Progressing  step 2/3 some  42 of 100 admitted succeeded, 6 failed, 12 offline, 1000 eligible")
                .contains("Completed  step 3/3 all");
    }

    @Test
    void on_a_terminal_it_is_drawn_over_the_last() {
        StringWriter out = new StringWriter();
        Drawing drawing = new Drawing(new PrintWriter(out), Ansi.ON);
        drawing.accept(busy());
        assertThat(out.toString()).doesNotContain("\u001b[J");
        int lines = (int) out.toString().lines().count();
        drawing.accept(busy());
        assertThat(out.toString()).contains("\u001b[" + lines + "A\u001b[J");
    }

    @Test
    void an_object_that_the_operator_has_not_seen_is_pending() {
        RolloutState state = state("", "{}");
        assertThat(state.phase()).isEqualTo(RolloutPhase.Pending);
        assertThat(state.stepText()).isEqualTo("-");
        assertThat(state.message()).contains("not looked at");
    }
}
