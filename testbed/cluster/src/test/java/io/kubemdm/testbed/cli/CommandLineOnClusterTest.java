package io.kubemdm.testbed.cli;

import static io.kubemdm.testbed.cli.CommandStage.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.protocol.bundle.Digest;
import io.kubemdm.testbed.Checkout;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The command line and the samples against a real API server, without any of our services. */
class CommandLineOnClusterTest {

    @TempDir
    static Path dir;

    private static CommandStage stage;

    @BeforeAll
    static void start() {
        stage = new CommandStage(dir);
    }

    @AfterAll
    static void stop() {
        stage.close();
    }

    @Test
    void theClusterLearnsTheHashOfATokenAndNeverItsSecret() {
        JsonNode minted = create("laptops", "--max-uses", "5", "--expires", "2h", "-l", "group=laptops");

        String stored = stage.plane().kubectl().run("get", "met", "laptops", "-n", "acme", "-o", "json");
        String secret = minted.get("secret").asText();
        JsonNode spec = json(stored).get("spec");
        assertThat(stored).doesNotContain(secret);
        assertThat(spec.get("secretHash").asText()).isEqualTo(Digest.of(secret.getBytes(StandardCharsets.US_ASCII)));
        assertThat(spec.get("maxUses").asInt()).isEqualTo(5);
        assertThat(spec.at("/labels/group").asText()).isEqualTo("laptops");
        assertThat(Instant.parse(spec.get("expiresAt").asText()))
                .isBetween(
                        Instant.now().plus(Duration.ofMinutes(110)),
                        Instant.now().plus(Duration.ofMinutes(121)));
        assertThat(minted.get("token").asText()).isEqualTo("acme/laptops:" + secret);
    }

    @Test
    void aTokenOfThatNameIsNotReplaced() {
        create("twice");
        CommandRun again = stage.run("token", "create", "twice");
        assertThat(again.exitCode()).isEqualTo(4);
        assertThat(again.out()).isEmpty();
    }

    @Test
    void aNamespaceThatDoesNotExistIsNotFound() {
        CommandRun run = stage.runElsewhere("token", "create", "t", "-n", "nowhere");
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("nowhere");
    }

    @Test
    void aUserWithoutRightsIsToldSo() {
        CommandRun run = stage.runAs("nobody", "get", "devices");
        assertThat(run.exitCode()).isEqualTo(5);
        assertThat(run.err()).contains("does not allow");
    }

    @Test
    void whatTheApiServerRefusesIsSaidInItsOwnWords() {
        CommandRun run = stage.run("token", "create", "t", "--max-uses", "0");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("spec.maxUses");
    }

    @Test
    void devicesAreListedWithConnectionPoliciesAndWipe() {
        stage.plane().kubectl().apply("""
                apiVersion: kubemdm.io/v1alpha1
                kind: Device
                metadata: {name: d-listed, namespace: acme, labels: {group: listed}}
                spec: {platform: Linux}
                ---
                apiVersion: kubemdm.io/v1alpha1
                kind: WipeRequest
                metadata: {name: w, namespace: acme}
                spec: {deviceRef: {name: d-listed}, type: Lock, reason: Lost}
                """);
        CommandRun table = stage.run("get", "devices", "-l", "group=listed");
        assertThat(table.exitCode()).as(table.err()).isZero();
        assertThat(table.out().lines().toList().getLast()).startsWith("acme").contains("d-listed", "Lock Pending");

        CommandRun machine = stage.runElsewhere("get", "devices", "-A", "-o", "json");
        assertThat(json(machine.out())).anyMatch(row -> row.get("name").asText().equals("d-listed"));
    }

    @Test
    void devicesThatAreNotHeardOrBreakARuleAreFound() {
        stage.device("d-silent", "{\"connection\":{\"state\":\"Stale\"}}");
        stage.device(
                "d-open",
                "{\"connection\":{\"state\":\"Online\"},\"compliance\":{\"state\":\"NonCompliant\","
                        + "\"failingRules\":[\"disk-encrypted\"]}}");

        assertThat(get("--stale", "-o", "name")).containsExactly("device.kubemdm.io/d-silent");
        assertThat(get("--failing", "disk-encrypted", "-o", "name")).containsExactly("device.kubemdm.io/d-open");
        assertThat(get("--failing", "no-such-rule", "-o", "name")).isEmpty();
        assertThat(get("-o", "wide").getFirst()).contains("FAILING");
    }

    @Test
    void aWipeIsAskedForAndApprovedByItsUid() {
        stage.device("d-lost", "{}");
        CommandRun asked = stage.run(
                "wipe",
                "d-lost",
                "--type",
                "FullWipe",
                "--reason",
                "Other",
                "--justification",
                "sold",
                "--expires",
                "2h",
                "-o",
                "json");
        assertThat(asked.exitCode()).as(asked.err()).isZero();
        JsonNode wipe = json(asked.out());
        assertThat(wipe.get("requestedBy").asText()).isNotEmpty();
        assertThat(wipe.get("phase").asText()).isEqualTo("Pending");
        String name = wipe.get("name").asText();

        CommandRun own = stage.run("approve", name, "--yes");
        assertThat(own.exitCode()).isEqualTo(5);
        assertThat(own.err()).contains("somebody else");

        CommandRun approved = stage.runAs("approver", "approve", name, "--yes", "--comment", "seen", "-o", "json");
        assertThat(approved.exitCode()).as(approved.err()).isZero();
        JsonNode stored = stage.object("wap", json(approved.out()).get("name").asText());
        assertThat(stored.at("/spec/wipeRef/uid").asText())
                .isEqualTo(wipe.get("uid").asText());
        assertThat(stored.at("/spec/decision").asText()).isEqualTo("Approve");
        assertThat(stored.at("/spec/approvedBy").asText()).isEqualTo("system:serviceaccount:acme:approver");
        assertThat(stored.at("/spec/comment").asText()).isEqualTo("seen");
    }

    @Test
    void whoIsAskedSeesTheRequestAndMaySayNo() {
        stage.device("d-kept", "{}");
        stage.wipe("kept", "d-kept");
        InputStream before = System.in;
        try {
            System.setIn(new ByteArrayInputStream("n\n".getBytes(StandardCharsets.UTF_8)));
            CommandRun no = stage.runAs("approver", "approve", "kept");
            assertThat(no.exitCode()).isEqualTo(1);
            assertThat(no.err()).contains("d-kept", "Lock", "Lost", "Approve this as", "nothing was decided");
            System.setIn(new ByteArrayInputStream("yes\n".getBytes(StandardCharsets.UTF_8)));
            CommandRun yes = stage.runAs("approver", "approve", "kept", "--reject");
            assertThat(yes.exitCode()).as(yes.err()).isZero();
            assertThat(yes.out()).contains("Reject of kept");
        } finally {
            System.setIn(before);
        }
    }

    @ParameterizedTest
    @CsvSource({"Completed, 0", "Rejected, 1", "Superseded, 1"})
    void waitingEndsWithTheOutcome(String phase, int code) throws Exception {
        stage.device("d-waited", "{}");
        String name = "waited-" + phase.toLowerCase(Locale.ROOT);
        try (ExecutorService background = Executors.newSingleThreadExecutor()) {
            var run = background.submit(() ->
                    stage.run("wipe", "d-waited", "--type", "Lock", "--reason", "Lost", "--name", name, "--wait"));
            await().atMost(Duration.ofSeconds(30)).until(() -> stage.plane()
                    .kubectl()
                    .tryRun("get", "wipe", name, "-n", "acme")
                    .ok());
            for (String each : List.of("Queued", phase)) {
                stage.phase(name, each);
            }
            CommandRun ended = run.get(30, TimeUnit.SECONDS);
            assertThat(ended.exitCode()).as(ended.err()).isEqualTo(code);
            assertThat(ended.err()).contains(phase);
            assertThat(ended.out()).contains(phase);
        }
    }

    @Test
    void whatHasEndedIsNotWaitedForNorDecided() {
        stage.device("d-late", "{}");
        stage.wipe("late", "d-late");
        CommandRun timeout =
                stage.run("wipe", "d-late", "--type", "Lock", "--reason", "Lost", "--wait", "--timeout", "1s");
        assertThat(timeout.exitCode()).isEqualTo(1);
        assertThat(timeout.err()).contains("still Pending after 1 s");

        stage.phase("late", "Cancelled");
        CommandRun decided = stage.run("approve", "late", "--yes");
        assertThat(decided.exitCode()).isEqualTo(4);
        assertThat(decided.err()).contains("Cancelled");
    }

    @Test
    void aWipeOfADeviceThatIsNotThereIsNotAskedFor() {
        CommandRun run = stage.run("wipe", "d-none", "--type", "Lock", "--reason", "Lost");
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("d-none");
        CommandRun type = stage.run("wipe", "d-none", "--type", "Explode", "--reason", "Lost");
        assertThat(type.exitCode()).isEqualTo(2);
    }

    private static List<String> get(String... more) {
        CommandRun run = stage.run(Stream.concat(Stream.of("get", "devices", "-l", "group=found"), Stream.of(more))
                .toArray(String[]::new));
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run.out().lines().toList();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void theApiServerAcceptsEverySampleAsItIs(Path sample) throws Exception {
        String yaml = Files.readString(sample).replace("DEVICE", "d-aaaaaaaaaaaaaaaaaaaaaaaaaa");
        var result = stage.plane()
                .kubectl()
                .tryRun(yaml, List.of("apply", "-n", "acme", "--dry-run=server", "--validate=strict", "-f", "-"));
        assertThat(result.ok()).as(result.err()).isTrue();
    }

    static List<Path> samples() throws Exception {
        try (Stream<Path> files = Files.walk(Checkout.ofWorkingDirectory().path("samples"))) {
            return files.filter(f -> f.toString().endsWith(".yaml"))
                    .filter(CommandLineOnClusterTest::isOfOurKinds)
                    .sorted()
                    .toList();
        }
    }

    /** Not the chart's values, and not what belongs into another namespace. */
    private static boolean isOfOurKinds(Path sample) {
        try {
            return Files.readString(sample).contains("apiVersion: kubemdm.io/");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode create(String name, String... more) {
        List<String> arguments = Stream.concat(Stream.of("token", "create", name, "-o", "json"), Stream.of(more))
                .toList();
        CommandRun run = stage.run(arguments.toArray(String[]::new));
        assertThat(run.exitCode()).as(run.err()).isZero();
        return json(run.out());
    }
}
