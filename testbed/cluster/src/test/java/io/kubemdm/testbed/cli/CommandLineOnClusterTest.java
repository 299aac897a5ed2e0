package io.kubemdm.testbed.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.protocol.bundle.Digest;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.testbed.Checkout;
import io.kubemdm.testbed.controlplane.ControlPlane;
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

    private static ControlPlane plane;
    private static String kubeconfig;

    @BeforeAll
    static void start() {
        plane = ControlPlane.start(dir);
        kubeconfig = plane.kubeconfig().toString();
        plane.kubectl().apply(Checkout.ofWorkingDirectory().path("charts/kubemdm/files/crds"));
        plane.kubectl().run("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s");
        plane.kubectl().run("create", "namespace", "acme");
        plane.kubectl().run("create", "serviceaccount", "nobody", "-n", "acme");
        plane.kubectl().run("create", "serviceaccount", "approver", "-n", "acme");
        plane.kubectl()
                .run(
                        "create",
                        "role",
                        "approver",
                        "-n",
                        "acme",
                        "--verb=get,list,watch,create",
                        "--resource=wiperequests.kubemdm.io,wipeapprovals.kubemdm.io");
        plane.kubectl()
                .run(
                        "create",
                        "rolebinding",
                        "approver",
                        "-n",
                        "acme",
                        "--role=approver",
                        "--serviceaccount=acme:approver");
    }

    @AfterAll
    static void stop() {
        plane.close();
    }

    @Test
    void theClusterLearnsTheHashOfATokenAndNeverItsSecret() {
        JsonNode minted = create("laptops", "--max-uses", "5", "--expires", "2h", "-l", "group=laptops");

        String stored = plane.kubectl().run("get", "met", "laptops", "-n", "acme", "-o", "json");
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
        CommandRun again = CommandRun.of("token", "create", "twice", "-n", "acme", "--kubeconfig", kubeconfig);
        assertThat(again.exitCode()).isEqualTo(4);
        assertThat(again.out()).isEmpty();
    }

    @Test
    void aNamespaceThatDoesNotExistIsNotFound() {
        CommandRun run = CommandRun.of("token", "create", "t", "-n", "nowhere", "--kubeconfig", kubeconfig);
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("nowhere");
    }

    @Test
    void aUserWithoutRightsIsToldSo() {
        CommandRun run = CommandRun.of(
                "get",
                "devices",
                "-n",
                "acme",
                "--kubeconfig",
                plane.kubeconfigOf("acme", "nobody").toString());
        assertThat(run.exitCode()).isEqualTo(5);
        assertThat(run.err()).contains("does not allow");
    }

    @Test
    void whatTheApiServerRefusesIsSaidInItsOwnWords() {
        CommandRun run =
                CommandRun.of("token", "create", "t", "-n", "acme", "--max-uses", "0", "--kubeconfig", kubeconfig);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("spec.maxUses");
    }

    @Test
    void devicesAreListedWithConnectionPoliciesAndWipe() {
        plane.kubectl().apply("""
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
        CommandRun table =
                CommandRun.of("get", "devices", "-n", "acme", "-l", "group=listed", "--kubeconfig", kubeconfig);
        assertThat(table.exitCode()).as(table.err()).isZero();
        assertThat(table.out().lines().toList().getLast()).startsWith("acme").contains("d-listed", "Lock Pending");

        CommandRun machine = CommandRun.of("get", "devices", "-A", "-o", "json", "--kubeconfig", kubeconfig);
        assertThat(json(machine.out())).anyMatch(row -> row.get("name").asText().equals("d-listed"));
    }

    @Test
    void devicesThatAreNotHeardOrBreakARuleAreFound() {
        device("d-silent", "{\"connection\":{\"state\":\"Stale\"}}");
        device(
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
        device("d-lost", "{}");
        CommandRun asked = CommandRun.of(
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
                "-n",
                "acme",
                "-o",
                "json",
                "--kubeconfig",
                kubeconfig);
        assertThat(asked.exitCode()).as(asked.err()).isZero();
        JsonNode wipe = json(asked.out());
        assertThat(wipe.get("requestedBy").asText()).isNotEmpty();
        assertThat(wipe.get("phase").asText()).isEqualTo("Pending");
        String name = wipe.get("name").asText();

        CommandRun own = CommandRun.of("approve", name, "--yes", "-n", "acme", "--kubeconfig", kubeconfig);
        assertThat(own.exitCode()).isEqualTo(5);
        assertThat(own.err()).contains("somebody else");

        String other = plane.kubeconfigOf("acme", "approver").toString();
        CommandRun approved = CommandRun.of(
                "approve", name, "--yes", "--comment", "seen", "-n", "acme", "-o", "json", "--kubeconfig", other);
        assertThat(approved.exitCode()).as(approved.err()).isZero();
        JsonNode stored = json(plane.kubectl()
                .run("get", "wap", json(approved.out()).get("name").asText(), "-n", "acme", "-o", "json"));
        assertThat(stored.at("/spec/wipeRef/uid").asText())
                .isEqualTo(wipe.get("uid").asText());
        assertThat(stored.at("/spec/decision").asText()).isEqualTo("Approve");
        assertThat(stored.at("/spec/approvedBy").asText()).isEqualTo("system:serviceaccount:acme:approver");
        assertThat(stored.at("/spec/comment").asText()).isEqualTo("seen");
    }

    @Test
    void whoIsAskedSeesTheRequestAndMaySayNo() {
        device("d-kept", "{}");
        wipe("kept", "d-kept");
        String other = plane.kubeconfigOf("acme", "approver").toString();
        InputStream before = System.in;
        try {
            System.setIn(new ByteArrayInputStream("n\n".getBytes(StandardCharsets.UTF_8)));
            CommandRun no = CommandRun.of("approve", "kept", "-n", "acme", "--kubeconfig", other);
            assertThat(no.exitCode()).isEqualTo(1);
            assertThat(no.err()).contains("d-kept", "Lock", "Lost", "Approve this as", "nothing was decided");
            System.setIn(new ByteArrayInputStream("yes\n".getBytes(StandardCharsets.UTF_8)));
            CommandRun yes = CommandRun.of("approve", "kept", "--reject", "-n", "acme", "--kubeconfig", other);
            assertThat(yes.exitCode()).as(yes.err()).isZero();
            assertThat(yes.out()).contains("Reject of kept");
        } finally {
            System.setIn(before);
        }
    }

    @ParameterizedTest
    @CsvSource({"Completed, 0", "Rejected, 1", "Superseded, 1"})
    void waitingEndsWithTheOutcome(String phase, int code) throws Exception {
        device("d-waited", "{}");
        String name = "waited-" + phase.toLowerCase(Locale.ROOT);
        try (ExecutorService background = Executors.newSingleThreadExecutor()) {
            var run = background.submit(() -> CommandRun.of(
                    "wipe",
                    "d-waited",
                    "--type",
                    "Lock",
                    "--reason",
                    "Lost",
                    "--name",
                    name,
                    "--wait",
                    "-n",
                    "acme",
                    "--kubeconfig",
                    kubeconfig));
            await().atMost(Duration.ofSeconds(30)).until(() -> plane.kubectl()
                    .tryRun("get", "wipe", name, "-n", "acme")
                    .ok());
            for (String each : List.of("Queued", phase)) {
                plane.kubectl()
                        .run(
                                "patch",
                                "wipe",
                                name,
                                "-n",
                                "acme",
                                "--subresource=status",
                                "--type=merge",
                                "-p",
                                "{\"status\":{\"phase\":\"" + each + "\"}}");
            }
            CommandRun ended = run.get(30, TimeUnit.SECONDS);
            assertThat(ended.exitCode()).as(ended.err()).isEqualTo(code);
            assertThat(ended.err()).contains(phase);
            assertThat(ended.out()).contains(phase);
        }
    }

    @Test
    void whatHasEndedIsNotWaitedForNorDecided() {
        device("d-late", "{}");
        wipe("late", "d-late");
        CommandRun timeout = CommandRun.of(
                "wipe",
                "d-late",
                "--type",
                "Lock",
                "--reason",
                "Lost",
                "--wait",
                "--timeout",
                "1s",
                "-n",
                "acme",
                "--kubeconfig",
                kubeconfig);
        assertThat(timeout.exitCode()).isEqualTo(1);
        assertThat(timeout.err()).contains("still Pending after 1 s");

        plane.kubectl()
                .run(
                        "patch",
                        "wipe",
                        "late",
                        "-n",
                        "acme",
                        "--subresource=status",
                        "--type=merge",
                        "-p",
                        "{\"status\":{\"phase\":\"Cancelled\"}}");
        CommandRun decided = CommandRun.of("approve", "late", "--yes", "-n", "acme", "--kubeconfig", kubeconfig);
        assertThat(decided.exitCode()).isEqualTo(4);
        assertThat(decided.err()).contains("Cancelled");
    }

    @Test
    void aWipeOfADeviceThatIsNotThereIsNotAskedFor() {
        CommandRun run = CommandRun.of(
                "wipe", "d-none", "--type", "Lock", "--reason", "Lost", "-n", "acme", "--kubeconfig", kubeconfig);
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("d-none");
        CommandRun type = CommandRun.of(
                "wipe", "d-none", "--type", "Explode", "--reason", "Lost", "-n", "acme", "--kubeconfig", kubeconfig);
        assertThat(type.exitCode()).isEqualTo(2);
    }

    private static void device(String name, String status) {
        plane.kubectl().apply("""
                apiVersion: kubemdm.io/v1alpha1
                kind: Device
                metadata: {name: %s, namespace: acme, labels: {group: found}}
                spec: {platform: Linux}
                """.formatted(name));
        plane.kubectl()
                .run(
                        "patch",
                        "devices.kubemdm.io",
                        name,
                        "-n",
                        "acme",
                        "--subresource=status",
                        "--type=merge",
                        "-p",
                        "{\"status\":" + status + "}");
    }

    private static void wipe(String name, String device) {
        plane.kubectl().apply("""
                apiVersion: kubemdm.io/v1alpha1
                kind: WipeRequest
                metadata: {name: %s, namespace: acme}
                spec: {deviceRef: {name: %s}, type: Lock, reason: Lost, requestedBy: ann}
                """.formatted(name, device));
    }

    private static List<String> get(String... more) {
        CommandRun run = CommandRun.of(Stream.concat(
                        Stream.of("get", "devices", "-n", "acme", "-l", "group=found", "--kubeconfig", kubeconfig),
                        Stream.of(more))
                .toArray(String[]::new));
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run.out().lines().toList();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void theApiServerAcceptsEverySampleAsItIs(Path sample) throws Exception {
        String yaml = Files.readString(sample).replace("DEVICE", "d-aaaaaaaaaaaaaaaaaaaaaaaaaa");
        var result = plane.kubectl()
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
        List<String> arguments = Stream.concat(
                        Stream.of("token", "create", name, "-n", "acme", "-o", "json", "--kubeconfig", kubeconfig),
                        Stream.of(more))
                .toList();
        CommandRun run = CommandRun.of(arguments.toArray(String[]::new));
        assertThat(run.exitCode()).as(run.err()).isZero();
        return json(run.out());
    }

    private static JsonNode json(String text) {
        return Json.read(text.getBytes(StandardCharsets.UTF_8), JsonNode.class);
    }
}
