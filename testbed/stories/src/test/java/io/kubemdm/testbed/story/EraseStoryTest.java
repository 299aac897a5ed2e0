package io.kubemdm.testbed.story;

import static io.kubemdm.testbed.story.Tenant.condition;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.protocol.bundle.Digest;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.trust.Pem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** {@code samples/03-erase-a-stolen-laptop}, step by step as its README tells it. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EraseStoryTest {

    private static final String NAMESPACE = "vault";
    private static final List<String> PEOPLE = List.of("ann", "bob");
    private static final Path CRYPTSETUP = Path.of("/usr/sbin/cryptsetup");
    private static final Duration LONG = Duration.ofMinutes(2);

    @TempDir
    static Path dir;

    private static StoryRegion region;
    private static Tenant tenant;
    private static Path sample;
    private static Path laptop;
    private static String device;
    private static @Nullable Process agent;

    private record Said(int exit, String text) {}

    @BeforeAll
    static void peopleWithKeysAndALaptopWithADisk() throws Exception {
        region = StoryRegion.shared();
        sample = region.sample("03-erase-a-stolen-laptop");
        region.kubectl().run("create", "namespace", NAMESPACE);
        tenant = new Tenant(region, NAMESPACE);
        tenant.apply(sample.resolve("10-people.yaml"));
        List<String> keys = new ArrayList<>();
        for (String person : PEOPLE) {
            expect(0, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file(person));
            keys.add(Files.readString(dir.resolve(person + ".pub")));
            Path kubeconfig = Files.copy(region.folder().kubeconfig(), dir.resolve(person + ".kubeconfig"));
            String token = tenant.kubectl("create", "token", person).strip();
            String at = "--kubeconfig=" + kubeconfig;
            region.kubectl().run(at, "config", "set-credentials", person, "--token", token);
            region.kubectl().run(at, "config", "set-context", "--current", "--user", person);
        }
        Files.writeString(dir.resolve("approvers"), String.join("", keys));
        laptop = dir.resolve("laptop");
        Files.createDirectories(laptop.resolve("etc/kubemdm"));
        Files.createDirectories(laptop.resolve("var/lib"));
        Files.writeString(laptop.resolve("etc/kubemdm/agent.properties"), "erase.luksDevices = /var/lib/disk.img\n");
        Files.writeString(dir.resolve("passphrase"), "a passphrase");
        if (Files.isExecutable(CRYPTSETUP)) {
            expect(0, "truncate", "-s", "32M", disk());
            expect(
                    0,
                    CRYPTSETUP.toString(),
                    "luksFormat",
                    "--batch-mode",
                    "--type",
                    "luks2",
                    "--pbkdf",
                    "pbkdf2",
                    "--pbkdf-force-iterations",
                    "1000",
                    disk(),
                    file("passphrase"));
        }
        enrol();
        agent = start(List.of("kubemdm-agent", "run", "--root", laptop.toString(), "--allow-destructive"))
                .redirectOutput(dir.resolve("agent.log").toFile())
                .start();
        tenant.awaitOnline(1);
        device = tenant.deviceNames().getFirst();
    }

    private static void enrol() throws Exception {
        Path root = region.folder().pki().resolve("root/tls.crt");
        String pin = Digest.of(Pem.certificates(Files.readString(root))
                .getFirst()
                .getPublicKey()
                .getEncoded());
        Said minted = expect(
                0,
                "kubemdm",
                "token",
                "create",
                "laptops",
                "-n",
                NAMESPACE,
                "--max-uses",
                "1",
                "--ca-pin",
                pin,
                "-o",
                "json");
        String line = Json.read(minted.text().getBytes(StandardCharsets.UTF_8), JsonNode.class)
                .get("command")
                .asText();
        List<String> command = new ArrayList<>(List.of(line.split(" ", -1)));
        command.addAll(List.of("--root", laptop.toString(), "--approvers", file("approvers"), "--quorum", "2"));
        expect(0, command.toArray(String[]::new));
    }

    @AfterAll
    static void stop() {
        if (agent != null) {
            agent.destroyForcibly();
        }
    }

    @Test
    @Order(1)
    void whatTwoPeopleApprovedButDidNotSignIsRefusedByTheDevice() throws Exception {
        tenant.apply(sample.resolve("20-erase-unsigned.yaml"), device);
        String wipe = "unsigned-" + device;
        awaitPhase(wipe, "PendingApproval");

        for (String person : PEOPLE) {
            approve(person, wipe);
        }

        awaitPhase(wipe, "Failed");
        assertThat(condition(tenant.get("wipe", wipe), "Confirmed")).isEqualTo("False/RefusedQuorumMissing");
        if (Files.isExecutable(CRYPTSETUP)) {
            expect(0, testPassphrase());
        }
    }

    @Test
    @Order(2)
    void whatTheySignedErasesTheDiskAndIsProven() throws Exception {
        assumeTrue(Files.isExecutable(CRYPTSETUP), "skipped: " + CRYPTSETUP + " is not installed");
        tenant.apply(sample.resolve("30-erase.yaml"), device);
        String wipe = "erase-" + device;
        awaitPhase(wipe, "PendingApproval");

        for (String person : PEOPLE) {
            approve(person, wipe, "--sign", file(person));
        }

        awaitPhase(wipe, "Completed");
        assertThat(tenant.get("wipe", wipe).at("/status/receipt/erased").asBoolean())
                .isTrue();
        assertThat(tenant.get("wipe", wipe).at("/status/receipt/storageState").asText())
                .isEqualTo("KeysErased");
        expect(0, "kubemdm", "receipt", wipe, "-n", NAMESPACE, "--to", file("receipt.json"));
        String root = region.folder().pki().resolve("root/tls.crt").toString();
        expect(0, "kubemdm", "verify", "receipt", file("receipt.json"), "--ca", root);
        assertThat(say(testPassphrase()).exit())
                .as("the passphrase opens nothing")
                .isNotZero();
        Process running = Objects.requireNonNull(agent);
        assertThat(running.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(running.exitValue()).isEqualTo(9);
        assertThat(laptop.resolve("var/lib/kubemdm-agent/identity.json")).doesNotExist();
    }

    private static void approve(String person, String wipe, String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "kubemdm", "approve", wipe, "-n", NAMESPACE, "--kubeconfig", file(person + ".kubeconfig"), "--yes"));
        command.addAll(List.of(more));
        expect(0, command.toArray(String[]::new));
    }

    private static void awaitPhase(String wipe, String phase) {
        await(wipe + " is " + phase).atMost(LONG).untilAsserted(() -> assertThat(
                        tenant.get("wipe", wipe).at("/status/phase").asText())
                .isEqualTo(phase));
    }

    private static String[] testPassphrase() {
        return new String[] {
            CRYPTSETUP.toString(), "open", "--test-passphrase", "--key-file", file("passphrase"), disk()
        };
    }

    private static String disk() {
        return laptop.resolve("var/lib/disk.img").toString();
    }

    private static String file(String name) {
        return dir.resolve(name).toString();
    }

    private static Said expect(int exit, String... words) throws IOException, InterruptedException {
        Said said = say(words);
        assertThat(said.exit()).as("%s: %s", List.of(words), said.text()).isEqualTo(exit);
        return said;
    }

    private static Said say(String... words) throws IOException, InterruptedException {
        Process process = start(List.of(words)).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), text);
    }

    /** A program of the region, or of the machine, as somebody who did {@code eval "$(make -s env)"}. */
    private static ProcessBuilder start(List<String> words) {
        Path ours = region.folder().bin().resolve(words.getFirst());
        List<String> command = new ArrayList<>(words);
        if (Files.exists(ours)) {
            command.set(0, ours.toString());
        }
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        Map<String, String> variables = new TreeMap<>(region.variables());
        variables.put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(variables);
        return builder;
    }
}
