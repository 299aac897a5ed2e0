package io.kubemdm.testbed.cli;

import static io.kubemdm.testbed.cli.CommandStage.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.event.DeviceEvent;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.plan.RolloutPlan;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The query API and the commands that read from it, with a real API server that says who may, and real Kafka. */
class AuditOnClusterTest {

    private static final DeviceId ONE = new DeviceId("acme", "d-1");
    private static final DeviceId TWO = new DeviceId("acme", "d-2");
    private static final DeviceId OTHER = new DeviceId("other", "d-3");

    @TempDir
    static Path dir;

    private static AuditStage stage;
    private static Questions questions;

    @BeforeAll
    static void start() throws Exception {
        stage = new AuditStage(dir);
        questions = new Questions(stage);
        for (DeviceId device : List.of(ONE, TWO, OTHER)) {
            stage.tell(device, AuditStage.enrolled(), new DeviceEvent.Disconnected(1, "PeerGone"));
        }
        stage.wipe(ONE, "lost");
        stage.sign();
    }

    @AfterAll
    static void stop() {
        stage.close();
    }

    @ParameterizedTest
    @CsvSource({
        "owner,   /v1/events?device=acme/d-1,            200",
        "owner,   /v1/events?device=acme/d-2,            403",
        "owner,   /v1/events?partition=0&namespace=acme, 403",
        "viewer,  /v1/events?device=acme/d-2,            200",
        "viewer,  /v1/events?partition=0&namespace=acme, 200",
        "viewer,  /v1/events?device=other/d-3,           403",
        "viewer,  /v1/events?partition=0&namespace=other, 403",
        "viewer,  /v1/events?partition=0,                403",
        "viewer,  /v1/heads?partition=0,                 403",
        "viewer,  /v1/partitions,                        403",
        "auditor, /v1/events?device=other/d-3,           200",
        "auditor, /v1/events?partition=0,                200",
        "auditor, /v1/heads?partition=0,                 200",
        "auditor, /v1/partitions,                        200",
        "auditor, /v1/events?partition=3,                400",
        "auditor, /v1/events?partition=none,             400",
        "auditor, /v1/secrets,                           404",
        "nobody,  /v1/events?device=acme/d-1,            403",
        "nobody,  /v1/partitions,                        403",
    })
    void whoMayNotSeeTheDevicesIsNotAnswered(String who, String path, int status) throws Exception {
        HttpResponse<String> answer = questions.askAs(who, path);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        if (status == 400) {
            assertThat(answer.body()).startsWith("partition: ");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "viewer,  acme,  200, Devices",
        "viewer,  other, 403, may not list devices.kubemdm.io in namespace other",
        "owner,   acme,  403, may not list devices.kubemdm.io in namespace acme",
        "auditor, acme,  403, may not list rollouts.kubemdm.io in namespace acme",
        "nobody,  acme,  403, may not list devices.kubemdm.io in namespace acme",
    })
    void whoMayNotSeeDevicesAndRolloutsIsToldNoPlan(String who, String namespace, int status, String says)
            throws Exception {
        HttpResponse<String> answer = questions.planAs(who, namespace, Questions.ROLLOUT);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).containsIgnoringCase(says);
    }

    @Test
    void aPlanOfAnEmptyNamespaceSaysSoAndRubbishIsNamed() throws Exception {
        RolloutPlan plan = Json.read(
                questions.planAs("viewer", "acme", Questions.ROLLOUT).body().getBytes(StandardCharsets.UTF_8),
                RolloutPlan.class);
        assertThat(plan.devices().eligible()).isZero();
        assertThat(plan.holds()).extracting(RolloutPlan.Hold::reason).containsExactly("NoDevices");
        assertThat(plan.steps()).hasSize(3);

        assertThat(questions.planAs("viewer", "acme", Questions.ROLLOUT.replace("\"bundle\"", "\"bundel\"")))
                .satisfies(refused -> {
                    assertThat(refused.statusCode()).isEqualTo(400);
                    assertThat(refused.body()).startsWith("bundel: unknown field");
                });
        assertThat(questions
                        .planAs("viewer", "acme", " ".repeat(1 << 20) + Questions.ROLLOUT)
                        .statusCode())
                .isEqualTo(413);
        assertThat(questions.plan(null, "acme", Questions.ROLLOUT).statusCode()).isEqualTo(401);
        assertThat(questions.askAs("viewer", "/v1/plan?namespace=acme").statusCode())
                .isEqualTo(405);
    }

    @Test
    void withoutATokenTheClusterKnowsNobodyIsAnswered() throws Exception {
        assertThat(questions.ask(null, "/v1/partitions").statusCode()).isEqualTo(401);
        HttpResponse<String> unknown = questions.ask("eyJhbGciOiJub25lIn0.e30.", "/v1/partitions");
        assertThat(unknown.statusCode()).isEqualTo(401);
        assertThat(unknown.headers().firstValue("WWW-Authenticate")).contains("Bearer");
    }

    @Test
    void whileTheLogCannotBeReadFourQuestionsWaitForItTheNextIsSentOffAndLaterAllIsWell() throws Exception {
        String token = questions.token("owner");
        List<CompletableFuture<HttpResponse<String>>> waiting;
        stage.broker().pause();
        try {
            waiting = Stream.generate(() -> questions.askLater(token, "/v1/events?device=acme/d-1"))
                    .limit(4)
                    .toList();
            await().ignoreExceptions()
                    .untilAsserted(() -> assertThat(questions.askAs("owner", "/v1/events?device=acme/d-1"))
                            .returns(503, HttpResponse::statusCode)
                            .satisfies(answer -> assertThat(answer.body()).startsWith("too many questions")));
            assertThat(waiting).allSatisfy(each -> assertThat(each.join())
                    .returns(503, HttpResponse::statusCode)
                    .satisfies(answer -> {
                        assertThat(answer.body()).startsWith("Kafka does not answer");
                        assertThat(answer.headers().firstValue("Retry-After")).contains("1");
                    }));
        } finally {
            stage.broker().resume();
        }
        await().untilAsserted(() -> assertThat(
                        questions.askAs("owner", "/v1/events?device=acme/d-1").statusCode())
                .isEqualTo(200));
    }

    @Test
    void aWipeWithoutProofInTheLogHasNoReceiptFile() {
        Path file = dir.resolve("receipt.json");
        CommandRun run = questions.run("viewer", "receipt", "lost", "--to", file.toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("has only the receipt's digest sha256:000");
        assertThat(file).doesNotExist();
        assertThat(questions
                        .run("viewer", "receipt", "none", "--to", file.toString())
                        .exitCode())
                .isEqualTo(3);
        assertThat(questions
                        .run("viewer", "receipt", "lost", "--to", questions.trustFile())
                        .exitCode())
                .as("nothing is overwritten")
                .isEqualTo(4);
    }

    @Test
    void anAnswerHoldsTheTenantsRecordsAndNoOther() throws Exception {
        StringBuilder all = new StringBuilder();
        for (int partition = 0; partition < AuditStage.PARTITIONS; partition++) {
            all.append(questions
                    .askAs("viewer", "/v1/events?partition=" + partition + "&namespace=acme")
                    .body());
        }
        assertThat(all).contains("acme/d-1", "acme/d-2").doesNotContain("other/d-3");
    }

    @Test
    void pagesFollowEachOtherWithoutGapOrRepeat() throws Exception {
        StringBuilder sequences = new StringBuilder();
        long next = 0;
        for (int pages = 0; pages < 20; pages++) {
            List<String> lines = questions
                    .askAs("owner", "/v1/events?device=acme/d-1&limit=1&offset=" + next)
                    .body()
                    .lines()
                    .toList();
            assertThat(lines).hasSizeLessThanOrEqualTo(2);
            for (String line : lines.subList(0, lines.size() - 1)) {
                sequences.append(json(line).at("/event/headers/ce_sequence").asText());
            }
            JsonNode page = json(lines.getLast()).get("page");
            if (page.get("next").asLong() >= page.get("end").asLong()) {
                break;
            }
            next = page.get("next").asLong();
        }
        assertThat(sequences).hasToString("123456");
    }

    @Test
    void theLiveLogAndItsExportVerifyAndATamperedExportDoesNot() throws Exception {
        CommandRun live = questions.run("auditor", "audit", "verify", "--trust", questions.trustFile());
        assertThat(live.exitCode()).as(live.out() + live.err()).isZero();
        assertThat(live.out()).contains("signed heads checked");

        Path file = dir.resolve("audit.jsonl");
        CommandRun export = questions.run("auditor", "audit", "export", "--to", file.toString());
        assertThat(export.exitCode()).as(export.err()).isZero();
        CommandRun offline =
                CommandRun.of("audit", "verify", "--file", file.toString(), "--trust", questions.trustFile());
        assertThat(offline.exitCode()).as(offline.out() + offline.err()).isZero();

        Path edited = dir.resolve("edited.jsonl");
        Files.writeString(edited, Files.readString(file).replace("/srv/company", "/srv/compana"));
        CommandRun broken =
                CommandRun.of("audit", "verify", "--file", edited.toString(), "--trust", questions.trustFile());
        assertThat(broken.exitCode()).isEqualTo(1);
        assertThat(broken.out()).contains("BROKEN");

        CommandRun again = questions.run("auditor", "audit", "export", "--to", file.toString());
        assertThat(again.exitCode()).isEqualTo(4);
    }

    @Test
    void whoMayNotSeeEveryDeviceCannotVerifyTheLog() {
        CommandRun run = questions.run("viewer", "audit", "verify");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("may not list devices.kubemdm.io in all namespaces");
    }

    @Test
    void aServerOfAnotherInstallationGetsNoToken() throws IOException {
        Path foreign = Files.writeString(
                dir.resolve("foreign.pem"), Files.readString(stage.pki().resolve("orders-signing/tls.crt")));
        CommandRun run = CommandRun.of(
                "audit",
                "verify",
                "--query-url",
                stage.url(),
                "--query-ca",
                foreign.toString(),
                "--kubeconfig",
                stage.plane().kubeconfigOf("acme", "auditor").toString());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("is not who it should be");
    }

    @Test
    void aWipesTimelineTellsRequestOrderDeliveryAndReceipt() {
        CommandRun run = questions.run("viewer", "timeline", "lost");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out().lines().toList()).hasSize(6).allSatisfy(line -> assertThat(line)
                .hasSizeLessThanOrEqualTo(100));
        assertThat(run.out())
                .containsSubsequence(
                        "SelectiveWipe asked for: Lost",
                        "ann",
                        "SelectiveWipe signed",
                        "handed over",
                        "gateway-0",
                        "persisted",
                        "Completed, receipt verified");
    }

    @Test
    void aDevicesTimelineTellsItsWholeLife() {
        CommandRun run = questions.run("viewer", "timeline", "d-1", "-o", "json");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(json(run.out())).hasSize(7);
        // What people did has whole seconds, so that it may stand before events of its own second.
        assertThat(json(run.out()))
                .filteredOn(moment -> moment.has("sequence"))
                .extracting(moment -> moment.get("sequence").asInt())
                .containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(run.out()).contains("enrolled (life 1) with token laptops");
        assertThat(questions.run("viewer", "timeline", "d-none").exitCode()).isEqualTo(3);
        assertThat(questions.run("nobody", "timeline", "device/d-1").exitCode()).isEqualTo(5);
    }
}
