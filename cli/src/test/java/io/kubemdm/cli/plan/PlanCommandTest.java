package io.kubemdm.cli.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kubemdm.cli.Run;
import io.kubemdm.cli.validate.CheckedManifests;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.plan.RolloutPlan;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.Help.Ansi;

class PlanCommandTest {

    private static final String BUNDLE = """
            apiVersion: kubemdm.io/v1alpha1
            kind: PolicyBundle
            metadata: {name: base-1.0.0}
            spec: {policy: base, version: 1.0.0}
            """;

    private static final String ROLLOUT = """
            apiVersion: kubemdm.io/v1alpha1
            kind: Rollout
            metadata: {name: base, namespace: acme}
            spec:
              bundleRef: {name: base-1.0.0}
              selector: {}
            """;

    @TempDir
    private Path dir;

    private List<ObjectNode> read(String yaml) throws Exception {
        Path file = dir.resolve("manifests.yaml");
        Files.writeString(file, yaml);
        return CheckedManifests.read(List.of(file.toString()));
    }

    @Test
    void the_rollout_is_asked_about_with_its_bundle_and_the_api_server_s_defaults() throws Exception {
        ObjectNode question = PlanCommand.question(
                read(String.join("---\n", BUNDLE.replace("base-1.0.0", "other"), ROLLOUT, BUNDLE)), true);

        assertThat(question.at("/rollout/metadata/name").asText()).isEqualTo("base");
        assertThat(question.at("/rollout/spec/steps").size()).isEqualTo(3);
        assertThat(question.at("/bundle/metadata/name").asText()).isEqualTo("base-1.0.0");
        assertThat(question.at("/bundle/spec/priority").asInt()).isEqualTo(100);
        assertThat(question.at("/names").asInt()).isEqualTo(RolloutPlan.MAX_NAMES);
    }

    @Test
    void a_bundle_that_is_not_among_the_files_is_the_cluster_s() throws Exception {
        assertThat(PlanCommand.question(read(ROLLOUT), false).has("bundle")).isFalse();
    }

    @Test
    void one_rollout_is_planned_at_a_time() throws Exception {
        assertThatThrownBy(() -> PlanCommand.question(read(BUNDLE), false)).hasMessageContaining("the files have 0");
        assertThatThrownBy(() -> PlanCommand.question(
                        read(ROLLOUT + "---\n" + ROLLOUT.replace("name: base,", "name: b,")), false))
                .hasMessageContaining("the files have 2");
    }

    @Test
    void what_is_invalid_is_said_as_validate_says_it_before_anybody_is_asked() throws Exception {
        Path file = dir.resolve("rollout.yaml");
        Files.writeString(file, ROLLOUT.replace("selector: {}", "selektor: {}"));

        Run run = Run.of("plan", "-f", file.toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("Rollout base: invalid", "selektor", "is not a field");
        assertThat(Run.of("plan", "-f", dir.resolve("none.yaml").toString()).err())
                .contains("does not exist");
        assertThat(Run.of("plan").exitCode()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"0, at once", "45, 45s", "5400, 1h30m", "259200, 3d", "266400, 3d2h", "266460, 3d2h"})
    void times_have_two_units(long seconds, String text) {
        assertThat(PlanReport.after(seconds)).isEqualTo(text);
    }

    @Test
    void a_plan_is_told_within_a_hundred_columns() {
        String device = "d-aaaaaaaaaaaaaaaaaaaaaaaaaa";
        RolloutPlan plan = new RolloutPlan(
                Instant.EPOCH,
                "acme",
                "base-1.1.0",
                "base-1.1.0",
                new PolicyRef("base", "1.1.0", "sha256:" + "a".repeat(64)),
                false,
                List.of(new RolloutPlan.Hold(
                        "AwaitingApproval", "word ".repeat(40).strip())),
                new RolloutPlan.Devices(1200, 1000, 40, 0, 3),
                List.of(
                        new RolloutPlan.Step(
                                "first",
                                10,
                                10,
                                1,
                                0,
                                new RolloutPlan.Gated(4, 1, 2, 8),
                                0,
                                0,
                                List.of(),
                                List.of(device, device, device, device)),
                        new RolloutPlan.Step(
                                "all",
                                1000,
                                990,
                                39,
                                5,
                                new RolloutPlan.Gated(1, 0, 0, 0),
                                7,
                                5400,
                                List.of(new RolloutPlan.Hold("AwaitingApproval", "a person")),
                                List.of())),
                new RolloutPlan.Flag("desk", 994, 5, 1, 3, "Flag desk is missing: define it."),
                new RolloutPlan.Windows(2, 998),
                new RolloutPlan.Compliance(
                        900,
                        95,
                        893,
                        0,
                        7,
                        0,
                        List.of(new RolloutPlan.Count("passwords-change-yearly", 7)),
                        List.of(new RolloutPlan.Count("password.minLength", 200)),
                        List.of(device)),
                List.of(new RolloutPlan.Action("Quarantine", 86_400, 7, List.of(device))),
                List.of(new RolloutPlan.Conflict(
                        "HigherVersion", "Rollout next", 5, "keeps them at base 2.0.0", List.of())),
                List.of("Facts are those of the last 615 s; of 95 devices there are none."));
        StringWriter out = new StringWriter();

        new PlanReport(plan).tell(new PrintWriter(out), Ansi.OFF);

        assertThat(out.toString().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
        assertThat(out.toString())
                .contains(
                        "Rollout base-1.1.0 in acme would bring base 1.1.0 (sha256:aaaaaaaaaaaa)",
                        "waits: AwaitingApproval: word",
                        "1000 of 1200 devices are eligible, 40 of them offline; 0 are admitted already, 3 have it",
                        "1h30m",
                        "flag: desk is on for 994 devices; off for 5, which would not get the bundle, and 3 of them have",
                        "unreachable for 1, which would be held as they are: Flag desk is missing",
                        "windows: 2 devices are in one now, 998 would wait for one to open",
                        "first  4         1                 2            8",
                        "all    990   1000   39       6 ",
                        "7 newly non-compliant",
                        "passwords-change-yearly  7        would be broken",
                        "password.minLength       200      is not so, would be set",
                        "Quarantine  7        1d",
                        "conflict: Rollout next (5 devices) keeps them at base 2.0.0",
                        "step first: " + device,
                        "newly non-compliant: " + device);
    }
}
