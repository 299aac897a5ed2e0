package io.kubemdm.testbed.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JWSObject;
import io.kubemdm.bus.Partitions;
import io.kubemdm.bus.Principal;
import io.kubemdm.bus.Topic;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.ledger.Revocation;
import io.kubemdm.protocol.message.CommandAcknowledged;
import io.kubemdm.protocol.message.MessageAcknowledged;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.message.MessageRefused;
import io.kubemdm.protocol.message.OrderIssued;
import io.kubemdm.protocol.message.ReceiptHandedIn;
import io.kubemdm.protocol.message.SessionAccepted;
import io.kubemdm.protocol.order.CommandOrder;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.DesiredOrder;
import io.kubemdm.protocol.order.WithdrawnOrder;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.testbed.broker.Broker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** What the gateways make of {@code mdm.commands}, on a real broker, when somebody else than the operator's program writes it. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BudgetOnKafkaTest {

    private static final int PARTITIONS = 6;
    private static final int DEVICES = 25;
    private static final int EACH = 20;

    @TempDir
    static Path dir;

    private static Broker broker;
    private static Records records;
    private static Installation installation;
    private final Map<DeviceId, Installation.Holder> fleet = new HashMap<>();
    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeAll
    static void start() {
        broker = Broker.start(
                dir.resolve("kafka"),
                Arrays.stream(Principal.values()).map(Principal::user).collect(Collectors.toSet()),
                PARTITIONS);
        records = new Records(broker);
        installation = Installation.lay(dir.resolve("keys"));
    }

    @AfterEach
    void closeWhatWasOpened() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    @AfterAll
    static void stop() {
        records.close();
        broker.close();
    }

    @Test
    @Order(1)
    void of_five_hundred_forged_wipes_all_replicas_deliver_the_same_budget_and_alert_once() throws Exception {
        for (int i = 0; i < DEVICES; i++) {
            enrol(DeviceId.parse("acme/d-" + i));
        }
        GatewayProcess one = gateway("gateway-0").awaitReady();
        GatewayProcess two = gateway("gateway-1").awaitReady();
        Map<DeviceId, WireAgent> atOne = connectAll(one);
        Map<DeviceId, WireAgent> atTwo = connectAll(two);

        forge();

        for (GatewayProcess gateway : List.of(one, two)) {
            await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(gateway.metrics())
                    .contains("kubemdm_downlink_commands_held{lane=\"Destructive\"} " + (DEVICES * EACH - 3) + ".0")
                    .contains("kubemdm_downlink_budget_exceeded_total{lane=\"Destructive\"} 1.0"));
        }
        List<String> budget = firstInOrder(3);
        assertThat(received(atOne)).containsExactlyInAnyOrderElementsOf(budget);
        assertThat(received(atTwo)).containsExactlyInAnyOrderElementsOf(budget);
        assertThat(one.log()).contains("commands held, the budget is spent");

        // The same command signed again is the same wipe; one withdrawn and asked for under another id is another.
        String id = budget.getFirst();
        DeviceId device = DeviceId.parse("acme/" + id.substring(0, id.lastIndexOf('.')));
        command(device, id, 100, CommandType.FullWipe);
        assertThat(received(Map.of(device, atOne.get(device)))).containsExactly(id);
        withdraw(device, id);
        command(device, "again", 101, CommandType.FullWipe);
        assertThat(received(Map.of(device, atOne.get(device)))).isEmpty();

        // A replica that starts now reads the past and comes to the same; what was withdrawn since stays withdrawn.
        Map<DeviceId, WireAgent> atThree = connectAll(gateway("gateway-2").awaitReady());
        assertThat(received(atThree)).containsExactlyInAnyOrderElementsOf(budget.subList(1, 3));
    }

    @Test
    @Order(2)
    void an_open_transaction_cannot_smuggle_older_wipes_past_the_budget() {
        DeviceId early = deviceIn("hidden", 0);
        DeviceId late = deviceIn("hidden", 1);
        enrol(early);
        enrol(late);
        GatewayProcess gateway = gateway("gateway-0").awaitReady();
        Map<DeviceId, WireAgent> agents = connectAll(gateway);
        double before = held(gateway);
        try (Producer<String, byte[]> hiding = transactional()) {
            hiding.initTransactions();
            hiding.beginTransaction();
            for (int i = 1; i <= 5; i++) {
                var unused = hiding.send(record(early, "early." + i, i, CommandType.FullWipe));
            }
            hiding.flush();
            for (int i = 1; i <= 5; i++) {
                command(late, "late." + i, i, CommandType.FullWipe);
            }
            assertThat(agents.get(late).poll(Duration.ofSeconds(2)))
                    .as("older ones may be hidden")
                    .isNull();

            hiding.commitTransaction();
        }

        await().untilAsserted(() -> assertThat(held(gateway)).isEqualTo(before + 7));
        assertThat(received(agents)).containsExactlyInAnyOrder("early.1", "early.2", "early.3");
    }

    @Test
    // Last: it has the topic compacted at once from then on.
    @Order(4)
    void a_gateway_that_was_away_across_cancel_and_compaction_never_delivers_the_cancelled_wipe() throws Exception {
        DeviceId device = deviceIn("away", 0);
        enrol(device);
        GatewayProcess before = gateway("gateway-0").awaitReady();
        command(device, "cancelled", 1, CommandType.FullWipe);
        before.close();

        withdraw(device, "cancelled");
        compact(device);
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(types(device + "/cancelled")).containsExactly("kubemdm-withdrawn+jws"));
        GatewayProcess after = gateway("gateway-0").awaitReady();

        WireAgent agent = connectAll(after).get(device);
        assertThat(agent.next(OrderIssued.class).lane()).isEqualTo(OrderIssued.Lane.withdrawn);
        assertThat(agent.poll(Duration.ofSeconds(1))).isNull();
        // Nor when the signed wipe, which is still good, is written once more.
        command(device, "cancelled", 2, CommandType.FullWipe);
        await().untilAsserted(() -> assertThat(after.metrics())
                .contains("kubemdm_downlink_refused_total{reason=\"Withdrawn\",topic=\"mdm.commands\"} 1.0"));
        assertThat(agent.poll(Duration.ofSeconds(1))).isNull();
    }

    @Test
    @Order(3)
    void a_revoked_certificate_fetches_its_wipe_answers_it_and_can_do_nothing_else() {
        DeviceId device = deviceIn("revoked", 0);
        enrol(device);
        GatewayProcess gateway = gateway("gateway-0").awaitReady();
        WireAgent agent = connectAll(gateway).get(device);
        records.put(
                Principal.OPERATOR,
                Topic.DESIRED,
                device.toString(),
                installation
                        .orders()
                        .sign(JwsType.DESIRED, new DesiredOrder(device, 1, 5, Instant.now(), List.of(), 300)));
        agent.next(OrderIssued.class);
        command(device, "lock", 1, CommandType.Lock);
        agent.next(OrderIssued.class);
        command(device, "remediate", 2, CommandType.Remediate);
        agent.next(OrderIssued.class);

        records.put(
                Principal.OPERATOR,
                Topic.REVOCATIONS,
                device.toString(),
                installation.orders().sign(JwsType.REVOCATION, new Revocation(device, Instant.now(), "test")));
        assertThat(agent.closeCode()).isEqualTo(4403);
        assertThat(connect(gateway, device).hello(2).closeCode())
                .as("a lock is no reason to come back")
                .isEqualTo(4403);

        command(device, "wipe", 3, CommandType.CryptoErase);
        WireAgent lane = await().until(
                        () -> {
                            WireAgent again = connect(gateway, device).hello(3);
                            return again.poll(Duration.ofSeconds(2)) instanceof SessionAccepted ? again : null;
                        },
                        found -> found != null);
        assertThat(id(lane.next(OrderIssued.class))).isEqualTo("wipe");
        lane.heartbeat(1);
        assertThat(lane.next(MessageRefused.class).reason()).isEqualTo("Revoked");
        lane.send(new MessageId(1, 2), new CommandAcknowledged("wipe", 3, null, 3));
        assertThat(lane.next(MessageAcknowledged.class).n()).isEqualTo(2);
        lane.send(new MessageId(1, 3), new ReceiptHandedIn("wipe", "signed"));
        assertThat(lane.next(MessageAcknowledged.class).n()).isEqualTo(3);
        lane.send(new MessageId(1, 4), new CommandAcknowledged("lock", 1, null, 3));
        assertThat(lane.next(MessageRefused.class).reason()).isEqualTo("Revoked");
        command(device, "unlock", 4, CommandType.Unlock);
        assertThat(lane.poll(Duration.ofSeconds(1))).isNull();
    }

    private void enrol(DeviceId device) {
        Installation.Holder holder = installation.device(device);
        fleet.put(device, holder);
        records.put(Principal.ENROLL, Topic.CERTIFICATES, holder.fingerprint(), installation.entry(holder, device, 1));
    }

    private GatewayProcess gateway(String replica) {
        Map<String, String> settings = new HashMap<>(installation.settings());
        settings.put("kubemdm.roles", "channel");
        GatewayProcess process =
                GatewayProcess.start(dir, replica, broker.accessFor(Principal.GATEWAY), settings, Map.of());
        opened.addFirst(process);
        return process;
    }

    private WireAgent connect(GatewayProcess gateway, DeviceId device) {
        WireAgent agent = new WireAgent(installation.client(fleet.get(device)), gateway.channelPort());
        opened.addFirst(agent);
        return agent;
    }

    private Map<DeviceId, WireAgent> connectAll(GatewayProcess gateway) {
        Map<DeviceId, WireAgent> agents = new HashMap<>();
        for (DeviceId device : fleet.keySet()) {
            WireAgent agent = connect(gateway, device).hello(1);
            agent.next(SessionAccepted.class);
            agents.put(device, agent);
        }
        return agents;
    }

    /** Ids of the commands that came, until nothing more has come to anybody for half a second. */
    private static Set<String> received(Map<DeviceId, WireAgent> agents) {
        Set<String> ids = new TreeSet<>();
        Duration each = Duration.ofMillis(500).dividedBy(agents.size());
        boolean more = true;
        while (more) {
            more = false;
            for (WireAgent agent : agents.values()) {
                while (agent.poll(each) instanceof OrderIssued order) {
                    more = true;
                    if (order.lane() == OrderIssued.Lane.command) {
                        assertThat(ids.add(id(order))).as("each once").isTrue();
                    }
                }
            }
        }
        return ids;
    }

    /** How many commands a gateway holds back in the lane of wipes. */
    private static double held(GatewayProcess gateway) {
        return gateway.metrics()
                .lines()
                .filter(line -> line.startsWith("kubemdm_downlink_commands_held{lane=\"Destructive\"}"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
                .findFirst()
                .orElse(0);
    }

    /** Straight into the topic, as somebody with the operator's password and key would, each device in its partition. */
    private void forge() throws Exception {
        try (Producer<String, byte[]> producer =
                new KafkaProducer<>(broker.accessFor(Principal.OPERATOR).producer("forger"))) {
            for (int i = 1; i <= EACH; i++) {
                for (DeviceId device : fleet.keySet()) {
                    var unused = producer.send(record(device, device.name() + "." + i, i, CommandType.FullWipe));
                }
            }
            producer.flush();
        }
    }

    private void command(DeviceId device, String id, long seq, CommandType type) {
        send(record(device, id, seq, type));
    }

    private void withdraw(DeviceId device, String id) {
        send(record(
                device,
                id,
                installation
                        .orders()
                        .sign(
                                JwsType.WITHDRAWN,
                                new WithdrawnOrder(
                                        id,
                                        device,
                                        1,
                                        Instant.now(),
                                        Instant.now().plusSeconds(3_600)))));
    }

    private ProducerRecord<String, byte[]> record(DeviceId device, String id, long seq, CommandType type) {
        Instant now = Instant.now();
        return record(
                device,
                id,
                installation
                        .orders()
                        .sign(
                                JwsType.COMMAND,
                                new CommandOrder(
                                        id, device, 1, seq, "nonce", now, now.plusSeconds(86_400), type, Map.of())));
    }

    private static ProducerRecord<String, byte[]> record(DeviceId device, String id, String jws) {
        return new ProducerRecord<>(
                Topic.COMMANDS.topicName(),
                Partitions.of(device, PARTITIONS),
                device + "/" + id,
                jws.getBytes(StandardCharsets.UTF_8));
    }

    private void send(ProducerRecord<String, byte[]> record) {
        try (Producer<String, byte[]> producer =
                new KafkaProducer<>(broker.accessFor(Principal.OPERATOR).producer("forger"))) {
            producer.send(record).get(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private Producer<String, byte[]> transactional() {
        Map<String, Object> settings = broker.accessFor(Principal.OPERATOR).producer("hiding");
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, Principal.OPERATOR.prefix() + "-hiding");
        return new KafkaProducer<>(settings);
    }

    private static DeviceId deviceIn(String namespace, int partition) {
        return Stream.iterate(0, i -> i + 1)
                .map(i -> new DeviceId(namespace, "p-" + i))
                .filter(each -> Partitions.of(each, PARTITIONS) == partition)
                .findFirst()
                .orElseThrow();
    }

    private List<String> firstInOrder(int count) {
        return records.all(Topic.COMMANDS).stream()
                .sorted(Comparator.<ConsumerRecord<String, byte[]>>comparingLong(ConsumerRecord::timestamp)
                        .thenComparingInt(ConsumerRecord::partition)
                        .thenComparingLong(ConsumerRecord::offset))
                .limit(count)
                .map(each -> each.key().substring(each.key().lastIndexOf('/') + 1))
                .toList();
    }

    /** Lets the broker compact at once, and rolls the device's segment so that it may. */
    private void compact(DeviceId device) throws Exception {
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, Topic.COMMANDS.topicName());
        broker.admin()
                .incrementalAlterConfigs(Map.of(
                        topic,
                        Stream.of(
                                        new ConfigEntry("min.compaction.lag.ms", "0"),
                                        new ConfigEntry("min.cleanable.dirty.ratio", "0"),
                                        new ConfigEntry("segment.ms", "1"))
                                .map(each -> new AlterConfigOp(each, AlterConfigOp.OpType.SET))
                                .toList()))
                .all()
                .get(30, TimeUnit.SECONDS);
        for (int i = 0; i < 3; i++) {
            send(record(device, "filler", "rubbish"));
        }
    }

    private List<String> types(String key) {
        return records.all(Topic.COMMANDS).stream()
                .filter(each -> key.equals(each.key()))
                .map(each -> parsed(new String(each.value(), StandardCharsets.UTF_8))
                        .getHeader()
                        .getType()
                        .getType())
                .toList();
    }

    private static String id(OrderIssued order) {
        return Json.read(parsed(order.jws()).getPayload().toBytes(), CommandOrder.class)
                .id();
    }

    private static JWSObject parsed(String jws) {
        try {
            return JWSObject.parse(jws);
        } catch (ParseException e) {
            throw new AssertionError(e);
        }
    }
}
