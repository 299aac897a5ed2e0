package io.kubemdm.testbed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.protocol.bundle.Digest;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.testbed.Checkout;
import io.kubemdm.testbed.controlplane.ControlPlane;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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
        CommandRun table = CommandRun.of("devices", "-n", "acme", "-l", "group=listed", "--kubeconfig", kubeconfig);
        assertThat(table.exitCode()).as(table.err()).isZero();
        assertThat(table.out().lines().toList().getLast()).startsWith("acme").contains("d-listed", "Lock Pending");

        CommandRun machine = CommandRun.of("devices", "-A", "-o", "json", "--kubeconfig", kubeconfig);
        assertThat(json(machine.out())).anyMatch(row -> row.get("name").asText().equals("d-listed"));
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
            return files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList();
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
