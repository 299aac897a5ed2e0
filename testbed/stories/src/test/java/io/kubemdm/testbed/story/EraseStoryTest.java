package io.kubemdm.testbed.story;

import static io.kubemdm.testbed.story.Tenant.condition;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
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
    private static Laptop laptop;
    private static String device;

    @BeforeAll
    static void peopleWithKeysAndALaptopWithADisk() throws Exception {
        region = StoryRegion.shared();
        sample = region.sample("03-erase-a-stolen-laptop");
        region.kubectl().run("create", "namespace", NAMESPACE);
        tenant = new Tenant(region, NAMESPACE);
        tenant.apply(sample.resolve("10-people.yaml"));
        laptop = Laptop.in(region, NAMESPACE, dir, dir.resolve("laptop"));
        laptop.approvers("approvers", PEOPLE);
        for (String person : PEOPLE) {
            Path kubeconfig = Files.copy(region.folder().kubeconfig(), dir.resolve(person + ".kubeconfig"));
            String token = tenant.kubectl("create", "token", person).strip();
            String at = "--kubeconfig=" + kubeconfig;
            region.kubectl().run(at, "config", "set-credentials", person, "--token", token);
            region.kubectl().run(at, "config", "set-context", "--current", "--user", person);
        }
        Files.writeString(dir.resolve("passphrase"), "a passphrase");
        if (Files.isExecutable(CRYPTSETUP)) {
            laptop.expect(0, "truncate", "-s", "32M", disk());
            laptop.expect(
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
                    laptop.file("passphrase"));
        }
        Laptop.Said enrolled = laptop.enrol("laptops", "--approvers", laptop.file("approvers"), "--quorum", "2");
        assertThat(enrolled.exit()).as(enrolled.text()).isZero();
        laptop.start();
        tenant.awaitOnline(1);
        device = tenant.deviceNames().getFirst();
    }

    @AfterAll
    static void stop() {
        laptop.stop();
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
            laptop.expect(0, testPassphrase());
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
            approve(person, wipe, "--sign", laptop.file(person));
        }

        awaitPhase(wipe, "Completed");
        assertThat(tenant.get("wipe", wipe).at("/status/receipt/erased").asBoolean())
                .isTrue();
        assertThat(tenant.get("wipe", wipe).at("/status/receipt/storageState").asText())
                .isEqualTo("KeysErased");
        laptop.expect(0, "kubemdm", "receipt", wipe, "-n", NAMESPACE, "--to", laptop.file("receipt.json"));
        String root = region.folder().pki().resolve("root/tls.crt").toString();
        laptop.expect(0, "kubemdm", "verify", "receipt", laptop.file("receipt.json"), "--ca", root);
        assertThat(laptop.say(testPassphrase()).exit())
                .as("the passphrase opens nothing")
                .isNotZero();
        Process running = Objects.requireNonNull(laptop.running().get());
        assertThat(running.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(running.exitValue()).isEqualTo(9);
        assertThat(laptop.root().resolve("var/lib/kubemdm-agent/identity.json")).doesNotExist();
    }

    private static void approve(String person, String wipe, String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "kubemdm",
                "approve",
                wipe,
                "-n",
                NAMESPACE,
                "--kubeconfig",
                laptop.file(person + ".kubeconfig"),
                "--yes"));
        command.addAll(List.of(more));
        laptop.expect(0, command.toArray(String[]::new));
    }

    private static void awaitPhase(String wipe, String phase) {
        await(wipe + " is " + phase).atMost(LONG).untilAsserted(() -> assertThat(
                        tenant.get("wipe", wipe).at("/status/phase").asText())
                .isEqualTo(phase));
    }

    private static String[] testPassphrase() {
        return new String[] {
            CRYPTSETUP.toString(), "open", "--test-passphrase", "--key-file", laptop.file("passphrase"), disk()
        };
    }

    private static String disk() {
        return laptop.root().resolve("var/lib/disk.img").toString();
    }
}
