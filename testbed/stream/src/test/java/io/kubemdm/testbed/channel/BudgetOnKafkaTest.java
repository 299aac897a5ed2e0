package io.kubemdm.testbed.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kubemdm.bus.Partitions;
import io.kubemdm.bus.Topic;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.ledger.Revocation;
import io.kubemdm.protocol.message.CommandAcknowledged;
import io.kubemdm.protocol.message.MessageAcknowledged;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.message.MessageRefused;
import io.kubemdm.protocol.message.OrderIssued;
import io.kubemdm.protocol.message.ReceiptHandedIn;
import io.kubemdm.protocol.message.SessionAccepted;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.DesiredOrder;
import io.kubemdm.protocol.trust.JwsType;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Producer;
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

    private static ChannelStage stage;
    private static Records records;
    private static Installation installation;
    private static ForgedCommands commands;

    private final Map<DeviceId, Installation.Holder> fleet = new HashMap<>();

    @BeforeAll
    static void start() {
        stage = new ChannelStage(dir, PARTITIONS);
        records = stage.records();
        installation = stage.installation();
        commands = new ForgedCommands(stage.broker(), records, installation, PARTITIONS);
    }

    @AfterEach
    void closeWhatWasOpened() throws Exception {
        stage.closeOpened();
    }

    @AfterAll
    static void stop() {
        stage.close();
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

        commands.forge(fleet.keySet(), EACH);

        for (GatewayProcess gateway : List.of(one, two)) {
            await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(gateway.metrics())
                    .contains("kubemdm_downlink_commands_held{lane=\"Destructive\"} " + (DEVICES * EACH - 3) + ".0")
                    .contains("kubemdm_downlink_budget_exceeded_total{lane=\"Destructive\"} 1.0"));
        }
        List<String> budget = commands.firstInOrder(3);
        assertThat(received(atOne)).containsExactlyInAnyOrderElementsOf(budget);
        assertThat(received(atTwo)).containsExactlyInAnyOrderElementsOf(budget);
        assertThat(one.log()).contains("commands held, the budget is spent");

        // The same command signed again is the same wipe; one withdrawn and asked for under another id is another.
        String id = budget.getFirst();
        DeviceId device = DeviceId.parse("acme/" + id.substring(0, id.lastIndexOf('.')));
        commands.issue(device, id, 100, CommandType.FullWipe);
        assertThat(received(Map.of(device, atOne.get(device)))).containsExactly(id);
        commands.withdraw(device, id);
        commands.issue(device, "again", 101, CommandType.FullWipe);
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
        try (Producer<String, byte[]> hiding = commands.transactional()) {
            hiding.initTransactions();
            hiding.beginTransaction();
            for (int i = 1; i <= 5; i++) {
                var unused = hiding.send(commands.record(early, "early." + i, i, CommandType.FullWipe));
            }
            hiding.flush();
            for (int i = 1; i <= 5; i++) {
                commands.issue(late, "late." + i, i, CommandType.FullWipe);
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
        commands.issue(device, "cancelled", 1, CommandType.FullWipe);
        before.close();

        commands.withdraw(device, "cancelled");
        commands.compact(device);
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() ->
                        assertThat(commands.types(device + "/cancelled")).containsExactly("kubemdm-withdrawn+jws"));
        GatewayProcess after = gateway("gateway-0").awaitReady();

        WireAgent agent = connectAll(after).get(device);
        assertThat(agent.next(OrderIssued.class).lane()).isEqualTo(OrderIssued.Lane.withdrawn);
        assertThat(agent.poll(Duration.ofSeconds(1))).isNull();
        // Nor when the signed wipe, which is still good, is written once more.
        commands.issue(device, "cancelled", 2, CommandType.FullWipe);
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
        stage.sign(
                Topic.DESIRED,
                device.toString(),
                JwsType.DESIRED,
                new DesiredOrder(device, 1, 5, Instant.now(), List.of(), 300));
        agent.next(OrderIssued.class);
        commands.issue(device, "lock", 1, CommandType.Lock);
        agent.next(OrderIssued.class);
        commands.issue(device, "remediate", 2, CommandType.Remediate);
        agent.next(OrderIssued.class);

        stage.sign(
                Topic.REVOCATIONS,
                device.toString(),
                JwsType.REVOCATION,
                new Revocation(device, Instant.now(), "test"));
        assertThat(agent.closeCode()).isEqualTo(4403);
        assertThat(connect(gateway, device).hello(2).closeCode())
                .as("a lock is no reason to come back")
                .isEqualTo(4403);

        commands.issue(device, "wipe", 3, CommandType.CryptoErase);
        WireAgent lane = await().until(
                        () -> {
                            WireAgent again = connect(gateway, device).hello(3);
                            return again.poll(Duration.ofSeconds(2)) instanceof SessionAccepted ? again : null;
                        },
                        found -> found != null);
        assertThat(ForgedCommands.id(lane.next(OrderIssued.class))).isEqualTo("wipe");
        lane.heartbeat(1);
        assertThat(lane.next(MessageRefused.class).reason()).isEqualTo("Revoked");
        lane.send(new MessageId(1, 2), new CommandAcknowledged("wipe", 3, null, 3));
        assertThat(lane.next(MessageAcknowledged.class).n()).isEqualTo(2);
        lane.send(new MessageId(1, 3), new ReceiptHandedIn("wipe", "signed"));
        assertThat(lane.next(MessageAcknowledged.class).n()).isEqualTo(3);
        lane.send(new MessageId(1, 4), new CommandAcknowledged("lock", 1, null, 3));
        assertThat(lane.next(MessageRefused.class).reason()).isEqualTo("Revoked");
        commands.issue(device, "unlock", 4, CommandType.Unlock);
        assertThat(lane.poll(Duration.ofSeconds(1))).isNull();
    }

    private void enrol(DeviceId device) {
        fleet.put(device, stage.enrolled(device));
    }

    private static GatewayProcess gateway(String replica) {
        return stage.opened(stage.gateway(replica, Map.of()));
    }

    private WireAgent connect(GatewayProcess gateway, DeviceId device) {
        return stage.connect(fleet.get(device), gateway);
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
                        assertThat(ids.add(ForgedCommands.id(order)))
                                .as("each once")
                                .isTrue();
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

    private static DeviceId deviceIn(String namespace, int partition) {
        return Stream.iterate(0, i -> i + 1)
                .map(i -> new DeviceId(namespace, "p-" + i))
                .filter(each -> Partitions.of(each, PARTITIONS) == partition)
                .findFirst()
                .orElseThrow();
    }
}
