package io.kubemdm.testbed.story;

import static io.kubemdm.testbed.story.Tenant.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.bus.KafkaAccess;
import io.kubemdm.bus.Partitions;
import io.kubemdm.bus.Topic;
import io.kubemdm.protocol.approval.BundleProof;
import io.kubemdm.protocol.approval.BundleStatement;
import io.kubemdm.protocol.bundle.AdmissionOrder;
import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.order.CommandOrder;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.DesiredOrder;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.Pem;
import io.kubemdm.protocol.trust.Signer;
import io.kubemdm.testbed.broker.BrokerLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Somebody has cluster-admin, the operator's signing key, the installation's keys and all of Kafka, and goes for a device
 * whose approvers hold their keys themselves. What the device refuses it tells: in its own log, and in the audit log.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AttackTest {

    private static final String NAMESPACE = "siege";
    private static final String CONFLICT = "io.kubemdm.device.conflicted.v1";
    private static final String POLICY = "io.kubemdm.device.policychanged.v1";

    @TempDir
    static Path dir;

    private static StoryRegion region;
    private static Tenant tenant;
    private static Laptop laptop;
    private static DeviceSide side;
    private static Signer operator;
    private static KafkaProducer<String, byte[]> kafka;
    private static final Map<String, PolicyRef> forged = new TreeMap<>();
    private static final Map<String, BundleProof> proofs = new TreeMap<>();
    private static long seq = 1_000;

    @BeforeAll
    static void aDeviceWithApproversAndAllKeysButTheirs() throws Exception {
        region = StoryRegion.shared();
        region.kubectl().run("create", "namespace", NAMESPACE);
        tenant = new Tenant(region, NAMESPACE);
        side = new DeviceSide(region.folder(), NAMESPACE + "-1");
        laptop = Laptop.in(region, NAMESPACE, dir, side.path("/"));
        laptop.approvers("approvers", List.of("ann", "bob"));
        laptop.approvers("others", List.of("eve"));
        Laptop.Said enrolled = laptop.enrol("laptops", "--approvers", laptop.file("approvers"), "--quorum", "2");
        assertThat(enrolled.exit()).as(enrolled.text()).isZero();
        laptop.start();
        tenant.awaitOnline(1);
        Path stolen = region.folder().pki().resolve("orders-signing");
        operator = new Signer(Pem.privateKey(Files.readString(stolen.resolve("tls.key"))), (ECPublicKey)
                Pem.certificates(Files.readString(stolen.resolve("tls.crt")))
                        .getFirst()
                        .getPublicKey());
        BrokerLayout broker = region.broker();
        kafka = new KafkaProducer<>(
                new KafkaAccess(broker.bootstrapServers(), "SASL_PLAINTEXT", broker.jaas(BrokerLayout.ADMIN), null)
                        .producer("thief"));
    }

    @AfterAll
    static void stop() {
        laptop.stop();
        kafka.close();
    }

    @Test
    @Order(1)
    void aForgedWipeIsRefused() throws Exception {
        assertForgedWipeIsRefused(1);
    }

    @Test
    @Order(2)
    void aMaliciousBundleIsRefused() throws Exception {
        forge(files("motd", "/etc/motd.d/mine"), null);
        awaitRefused("motd", "QuorumMissing", "/etc/motd.d/mine");

        forge(files("eve", "/etc/motd.d/mine"), 100, "eve");
        awaitRefused("eve", "QuorumMissing", "/etc/motd.d/mine");

        forge(files("cron", "/etc/cron.d/mine"), 100, "ann", "bob");
        awaitRefused("cron", "PathNotAllowed", "/etc/cron.d/mine");
    }

    @Test
    @Order(3)
    void aWidenedFirstStepIsRefused() throws Exception {
        BundleContent content = files("step", "/etc/motd.d/step");
        int before = 99;
        while (AdmissionOrder.isWithin(device().name(), content.digest(), before)) {
            before--;
        }

        forge(content, before, "ann", "bob");
        awaitRefused("step", "BeyondApprovedShare", "/etc/motd.d/step");

        forge(content, 100, "ann", "bob");
        await("what the approvers agree to is in force")
                .atMost(SOON)
                .untilAsserted(() -> assertThat(side.read("/etc/motd.d/step")).isEqualTo("mine"));
    }

    /** Whoever holds the CA certifies a key of their own; no message makes a device trust it. */
    @Test
    @Order(4)
    void aNewTrustBundleIsRefused() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair own = generator.generateKeyPair();
        Signer ours = new Signer((ECPrivateKey) own.getPrivate(), (ECPublicKey) own.getPublic());
        UnaryOperator<String> resign = jws -> ours.sign(
                JwsType.BUNDLE,
                Base64.getUrlDecoder().decode(jws.substring(jws.indexOf('.') + 1, jws.lastIndexOf('.'))));
        JsonNode trusted = side.identity().get("trust");
        String gateway = side.identity().at("/gateways/0").asText();
        try (LyingGateway lying = new LyingGateway(region.folder().pki(), side, region.gatewayPort(), resign)) {
            laptop.stop();
            side.useGateway(lying.address());
            laptop.start();
            forge(content("trust", "{\"password\":{\"minLength\":4}}"), null);
            awaitRefused("trust", "UnknownKey", "/etc/security/pwquality.conf.d/kubemdm.conf");
        } finally {
            laptop.stop();
            side.useGateway(gateway);
            laptop.start();
        }
        assertThat(side.identity().get("trust")).isEqualTo(trusted);
    }

    @Test
    @Order(5)
    void aForcedReEnrolmentKeepsTheApprovers() throws Exception {
        laptop.stop();
        Laptop.Said withOthers =
                laptop.enrol("others", "--force", "--approvers", laptop.file("others"), "--quorum", "1");
        assertThat(withOthers.exit()).as(withOthers.text()).isEqualTo(4);
        assertThat(withOthers.text()).contains("ALERT other approvers refused", "only they replace themselves");

        Laptop.Said without = laptop.enrol("again", "--force");
        assertThat(without.exit()).as(without.text()).isZero();
        laptop.start();
        await("the new life is online").ignoreExceptions().atMost(SOON).untilAsserted(() -> assertThat(
                        tenant.get("mdev", device().name())
                                .at("/status/connection/state")
                                .asText())
                .isEqualTo("Online"));
        await("the new life is told").atMost(SOON).untilAsserted(() -> assertThat(
                        new EventLog(region.broker()).ofType("io.kubemdm.device.enrolled.v1", device().toString()))
                .isNotEmpty());
        assertForgedWipeIsRefused(1);
    }

    private static void assertForgedWipeIsRefused(long epoch) throws Exception {
        String id = UUID.randomUUID() + "-" + epoch;
        CommandOrder wipe = new CommandOrder(
                id,
                device(),
                epoch,
                ++seq,
                "bm9uY2U",
                Instant.now(),
                Instant.now().plus(Duration.ofHours(1)),
                CommandType.FullWipe,
                Map.of());
        put(Topic.COMMANDS, device() + "/" + id, operator.sign(JwsType.COMMAND, wipe));

        await("refusal").atMost(SOON).untilAsserted(() -> assertThat(laptop.log())
                .contains("ALERT command without quorum id=" + id));
        awaitEvent(CONFLICT, "CommandNeverIssued");
        assertThat(side.isEnrolled()).isTrue();
    }

    /** What the stolen key and Kafka make of a bundle: published, and desired of the device. */
    private static void forge(BundleContent content, @Nullable Integer percent, String... signers) throws Exception {
        forged.put(content.policy(), content.ref());
        List<BundleProof.Share> shares = new ArrayList<>();
        for (String person : signers) {
            int share = percent == null ? 100 : percent;
            shares.add(new BundleProof.Share(
                    share, sign(person, new BundleStatement(content.digest(), NAMESPACE, share))));
        }
        proofs.put(content.digest(), new BundleProof(content.digest(), shares));
        put(Topic.BUNDLES, content.digest(), operator.sign(JwsType.BUNDLE, content.canonical()));
        DesiredOrder order = new DesiredOrder(
                device(),
                1,
                ++seq,
                Instant.now(),
                List.copyOf(forged.values()),
                10,
                null,
                List.copyOf(proofs.values()),
                null);
        put(Topic.DESIRED, device().toString(), operator.sign(JwsType.DESIRED, order));
    }

    private static String sign(String person, BundleStatement statement) throws Exception {
        Path text = Files.createTempFile(dir, "statement", ".json");
        Files.write(text, statement.canonical());
        laptop.expect(
                0,
                "ssh-keygen",
                "-Y",
                "sign",
                "-n",
                BundleStatement.NAMESPACE,
                "-f",
                laptop.file(person),
                text.toString());
        return Files.readString(Path.of(text + ".sig"));
    }

    private static void awaitRefused(String line, String reason, String path) {
        await(line + " is refused").atMost(SOON).untilAsserted(() -> assertThat(laptop.log())
                .containsPattern("ALERT policy refused line=" + line + " digest=\\S+ reason=" + reason));
        awaitEvent(POLICY, reason);
        assertThat(side.read(path)).isEmpty();
    }

    private static void awaitEvent(String type, String reason) {
        await(reason + " is in the audit log").atMost(SOON).untilAsserted(() -> assertThat(
                        new EventLog(region.broker()).ofType(type, device().toString()))
                .anyMatch(event -> event.contains(reason)));
    }

    private static void put(Topic topic, String key, String value) throws Exception {
        Integer partition = topic == Topic.COMMANDS
                ? Partitions.of(device(), kafka.partitionsFor(topic.topicName()).size())
                : null;
        kafka.send(new ProducerRecord<>(topic.topicName(), partition, key, value.getBytes(StandardCharsets.US_ASCII)))
                .get();
    }

    private static DeviceId device() {
        return DeviceId.parse(side.identity().get("device").asText());
    }

    private static BundleContent files(String line, String path) {
        return content(line, "{\"files\":[{\"path\":\"" + path + "\",\"mode\":\"0644\",\"content\":\"mine\"}]}");
    }

    private static BundleContent content(String line, String settings) {
        return new BundleContent(
                line,
                "1.0.0",
                List.of(),
                100,
                "Enforce",
                Json.read(settings.getBytes(StandardCharsets.UTF_8), JsonNode.class),
                null,
                null,
                null,
                null);
    }
}
