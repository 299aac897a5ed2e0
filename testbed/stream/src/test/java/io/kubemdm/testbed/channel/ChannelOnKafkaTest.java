package io.kubemdm.testbed.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kubemdm.bus.DeadLetter;
import io.kubemdm.bus.EnvelopeBinding;
import io.kubemdm.bus.Principal;
import io.kubemdm.bus.Topic;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.ledger.Revocation;
import io.kubemdm.protocol.message.CommandAcknowledged;
import io.kubemdm.protocol.message.CommandDelivered;
import io.kubemdm.protocol.message.Message;
import io.kubemdm.protocol.message.MessageAcknowledged;
import io.kubemdm.protocol.message.OrderIssued;
import io.kubemdm.protocol.message.ReceiptHandedIn;
import io.kubemdm.protocol.message.SessionAccepted;
import io.kubemdm.protocol.order.CommandOrder;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.DesiredOrder;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.Pem;
import io.kubemdm.protocol.trust.ReceiptDocument;
import io.kubemdm.protocol.trust.ReceiptVerdict;
import io.kubemdm.protocol.trust.ReceiptVerifier;
import io.kubemdm.testbed.broker.Broker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The gateway's program in role channel against a real broker with the real access list. */
class ChannelOnKafkaTest {

    private static final AtomicInteger DEVICES = new AtomicInteger();

    @TempDir
    static Path dir;

    private static ChannelStage stage;
    private static Records records;
    private static Installation installation;
    private static GatewayProcess gateway;
    private final DeviceId device = DeviceId.parse("acme/d-" + DEVICES.incrementAndGet());

    @BeforeAll
    static void start() {
        stage = new ChannelStage(dir, 2);
        records = stage.records();
        installation = stage.installation();
        gateway = stage.gateway("gateway-0", Map.of()).awaitReady();
    }

    @AfterAll
    static void stop() {
        gateway.close();
        stage.close();
    }

    @AfterEach
    void closeAll() throws Exception {
        stage.closeOpened();
    }

    @Test
    void while_the_broker_stands_still_nothing_is_acknowledged_reading_stops_and_afterwards_nothing_is_missing() {
        WireAgent agent = greeted(stage.enrolled(device));
        agent.heartbeat(1);
        assertThat(agent.next(MessageAcknowledged.class).n()).isEqualTo(1);

        stage.broker().pause();
        int sent = 300;
        CompletableFuture<?> sending;
        try {
            sending = CompletableFuture.runAsync(() -> {
                for (int n = 2; n <= sent; n++) {
                    agent.heartbeat(n);
                }
            });
            await().until(() -> gateway.metrics().contains("kubemdm_channel_sessions_held 1.0"));
            assertThat(agent.poll(Duration.ofSeconds(2))).isNull();
        } finally {
            stage.broker().resume();
        }

        long acknowledged = 1;
        while (acknowledged < sent) {
            acknowledged = agent.next(MessageAcknowledged.class).n();
        }
        sending.join();
        List<Long> stored = records.all(Topic.REPORTS).stream()
                .filter(each -> device.toString().equals(each.key()))
                .map(each -> EnvelopeBinding.fromRecord(each.headers(), each.value())
                        .messageId()
                        .n())
                .filter(n -> n > 0)
                .toList();
        assertThat(stored).hasSize(sent).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void a_certificate_is_let_in_as_soon_as_the_ledger_has_it() {
        Installation.Holder holder = installation.device(device);
        WireAgent agent = stage.connect(holder, gateway).hello(1);
        assertThat(agent.poll(Duration.ofMillis(500))).isNull();

        stage.list(holder, device, 1);

        assertThat(agent.next(SessionAccepted.class).epoch()).isEqualTo(1);
    }

    @Test
    void a_certificate_nobody_wrote_down_is_sent_off_to_try_again() {
        assertThat(stage.connect(installation.device(device), gateway).hello(1).closeCode())
                .isEqualTo(1013);
    }

    @Test
    void a_revocation_cuts_the_session_within_a_second_and_the_device_does_not_come_back() {
        Installation.Holder holder = stage.enrolled(device);
        WireAgent agent = greeted(holder);

        long begin = System.nanoTime();
        stage.sign(
                Topic.REVOCATIONS,
                device.toString(),
                JwsType.REVOCATION,
                new Revocation(device, Instant.now(), "test"));

        assertThat(agent.closeCode()).isEqualTo(4403);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(1));
        assertThat(stage.connect(holder, gateway).hello(2).closeCode()).isEqualTo(4403);
    }

    @Test
    void a_device_that_comes_back_after_its_certificate_ended_is_told_so_and_gets_its_wipe_and_nothing_else() {
        LateAgent late = stage.opened(new LateAgent(installation, gateway.channelPort()));
        DeviceId id = late.device();
        records.put(
                Principal.ENROLL,
                Topic.CERTIFICATES,
                Installation.fingerprint(late.certificate()),
                installation.entry(late.certificate(), id, 1));
        late.start();
        await().until(() -> gateway.metrics().contains("kubemdm_channel_closed_total{cause=\"CertificateExpired\"}"));

        DesiredOrder desired = new DesiredOrder(id, 1, 1, Instant.now(), List.of(), 300);
        stage.sign(Topic.DESIRED, id.toString(), JwsType.DESIRED, desired);
        Revocation denied = new Revocation(id, Instant.now(), "expired");
        stage.sign(Topic.REVOCATIONS, id.toString(), JwsType.REVOCATION, denied);
        Instant end = Instant.now().plus(Duration.ofDays(90));
        CommandOrder erase = new CommandOrder("w-1", id, 1, 1, "n", Instant.now(), end, CommandType.FullWipe, Map.of());
        stage.sign(Topic.COMMANDS, id + "/w-1", JwsType.COMMAND, erase);

        await().atMost(Duration.ofMinutes(2)).until(late::isGone);
        List<Message> said = records.all(Topic.REPORTS).stream()
                .filter(each -> id.toString().equals(each.key()))
                .map(each ->
                        EnvelopeBinding.fromRecord(each.headers(), each.value()).body())
                .toList();
        assertThat(said)
                .hasOnlyElementsOfTypes(CommandDelivered.class, CommandAcknowledged.class, ReceiptHandedIn.class);
        String receipt = said.stream()
                .filter(ReceiptHandedIn.class::isInstance)
                .map(each -> ((ReceiptHandedIn) each).receipt())
                .findFirst()
                .orElseThrow();
        String root = Pem.of(installation.root().certificate());
        assertThat(ReceiptVerifier.verify(ReceiptDocument.of(receipt).write(), root))
                .isInstanceOfSatisfying(
                        ReceiptVerdict.Verified.class, verified -> assertThat(verified.certificateEnded())
                                .isEqualTo(late.certificate().getNotAfter().toInstant()));
    }

    @Test
    void a_new_enrolment_ends_the_session_of_the_one_before() {
        WireAgent agent = greeted(stage.enrolled(device));
        Installation.Holder again = installation.device(device);

        stage.list(again, device, 2);

        assertThat(agent.closeCode()).isEqualTo(4410);
        assertThat(stage.connect(again, gateway)
                        .hello(1)
                        .next(SessionAccepted.class)
                        .epoch())
                .isEqualTo(2);
    }

    @Test
    void poison_on_every_topic_becomes_a_dead_letter_and_the_next_order_arrives() {
        WireAgent agent = greeted(stage.enrolled(device));
        String digest = "sha256:" + "0".repeat(64);
        String key = device.toString();
        Installation forger = Installation.lay(dir.resolve("forger-" + device.name()));

        records.put(Principal.OPERATOR, Topic.DESIRED, key, "rubbish");
        records.put(Principal.OPERATOR, Topic.DESIRED, key, desired(forger, 99));
        records.put(Principal.OPERATOR, Topic.COMMANDS, key + "/c-1", "rubbish");
        records.put(Principal.OPERATOR, Topic.BUNDLES, digest, "rubbish");
        records.put(Principal.ENROLL, Topic.CERTIFICATES, digest, "rubbish");
        records.put(Principal.OPERATOR, Topic.REVOCATIONS, key, "rubbish");
        records.put(Principal.OPERATOR, Topic.DESIRED, key, desired(installation, 1));

        assertThat(agent.next(OrderIssued.class).jws()).isNotBlank();
        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(records.deadLetters())
                .filteredOn(letter ->
                        key.equals(letter.key()) || (key + "/c-1").equals(letter.key()) || digest.equals(letter.key()))
                .extracting(DeadLetter::topic)
                .containsExactlyInAnyOrder(
                        "mdm.desired",
                        "mdm.desired",
                        "mdm.commands",
                        "mdm.bundles",
                        "mdm.certificates",
                        "mdm.revocations"));
        agent.heartbeat(1);
        agent.next(MessageAcknowledged.class);
    }

    @Test
    void two_mebibytes_and_a_json_bomb_end_their_own_sessions_and_no_other() {
        WireAgent bystander = greeted(stage.enrolled(device));
        Installation.Holder other = stage.enrolled(DeviceId.parse("acme/other-" + device.name()));

        WireAgent large = greeted(other);
        large.text("x".repeat(2 << 20));
        assertThat(large.closeCode()).isEqualTo(1009);
        WireAgent deep = stage.connect(other, gateway).hello(2);
        deep.next(SessionAccepted.class);
        deep.text("{\"a\":".repeat(150_000));
        assertThat(deep.closeCode()).isEqualTo(1007);

        bystander.heartbeat(1);
        bystander.next(MessageAcknowledged.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"boringssl", "jdk"})
    void the_program_hands_out_no_session_ticket(String engine) throws Exception {
        try (GatewayProcess other = stage.gateway("gateway-" + engine, Map.of("kubemdm.channel.tls-engine", engine))
                .awaitReady()) {
            Installation.Holder holder = stage.enrolled(device);
            Path folder = Files.createDirectories(dir.resolve("openssl-" + engine));
            Files.writeString(folder.resolve("device.crt"), Pem.of(holder.certificate()));
            Files.writeString(folder.resolve("device.key"), Pem.of(holder.keys().getPrivate()));

            String output = OpenSslClient.session(installation, folder, other.channelPort());

            assertThat(output).contains("New, TLSv1.3").doesNotContain("Reused").doesNotContain("session ticket:");
            assertThat(folder.resolve("session.pem")).doesNotExist();
        }
    }

    @Test
    void a_gateway_that_starts_without_kafka_says_so_and_recovers() {
        Broker late = stage.opened(stage.broker("late", 1));
        late.kill9();
        try (GatewayProcess waiting = stage.gateway(late, "gateway-late", Map.of())) {
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() ->
                            assertThat(waiting.readiness()).startsWith("503").contains("waiting for Kafka"));

            late.restart();

            waiting.awaitReady();
        }
    }

    @Test
    void a_key_that_means_nothing_stops_the_start_and_is_named() {
        try (GatewayProcess misspelt = stage.gateway("gateway-misspelt", Map.of("kubemdm.channel.max-sesions", "5"))) {
            await().atMost(Duration.ofSeconds(30)).until(() -> !misspelt.isAlive());

            assertThat(misspelt.log()).contains("kubemdm.channel.max-sesions");
        }
    }

    private String desired(Installation by, long seq) {
        return by.orders().sign(JwsType.DESIRED, new DesiredOrder(device, 1, seq, Instant.now(), List.of(), 300));
    }

    private static WireAgent greeted(Installation.Holder holder) {
        WireAgent agent = stage.connect(holder, gateway).hello(1);
        agent.next(SessionAccepted.class);
        return agent;
    }
}
