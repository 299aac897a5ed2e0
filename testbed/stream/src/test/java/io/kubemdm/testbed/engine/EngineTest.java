package io.kubemdm.testbed.engine;

import static io.kubemdm.testbed.engine.EngineStage.PARTITIONS;
import static io.kubemdm.testbed.engine.EngineStage.PATIENCE;
import static io.kubemdm.testbed.engine.EngineStage.awaitJudging;
import static io.kubemdm.testbed.engine.EngineStage.devices;
import static io.kubemdm.testbed.engine.EngineStage.inPartition;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kubemdm.bus.KafkaAccess;
import io.kubemdm.bus.Partitions;
import io.kubemdm.bus.Principal;
import io.kubemdm.bus.Topic;
import io.kubemdm.crds.rollout.AnalysisResult;
import io.kubemdm.operator.engine.Engine;
import io.kubemdm.operator.rollout.HoldDecision.Outcome;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.event.Checkpoint;
import io.kubemdm.protocol.message.Heartbeat;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.Signer;
import io.kubemdm.protocol.trust.Verifier;
import io.kubemdm.testbed.process.Child;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The engine against a real broker, as the principal it has in production. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
// An engine that only has to run is not spoken to; what Kafka did not take shows as a missing event.
@SuppressWarnings({"try", "FutureReturnValueIgnored"})
class EngineTest {

    @TempDir
    static Path dir;

    private static EngineStage stage;
    private static Region region;

    @BeforeAll
    static void start() {
        stage = new EngineStage(dir);
        region = stage.region();
    }

    @AfterAll
    static void stop() {
        stage.close();
    }

    @Test
    void anEmptyStoreIsRebuiltFromTheLogByteForByteAndJudgingGoesOn() throws Exception {
        List<DeviceId> devices = devices("rebuilt", 40);
        try (Engine engine = stage.engine("rebuild-0")) {
            for (DeviceId device : devices) {
                region.enrolAndOpen(device);
                region.tell(device, new MessageId(1, 1), Region.drift());
            }
            devices.forEach(device -> stage.awaitEvents(device, 3));
        }
        Map<String, String> before = region.states();

        stage.forgetStates();
        assertThat(region.states()).isEmpty();

        try (Engine engine = stage.engine("rebuild-1")) {
            awaitJudging(engine);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(region.states()).isEqualTo(before));
            region.tell(devices.getFirst(), new MessageId(1, 1), Region.drift());
            region.tell(devices.getFirst(), new MessageId(1, 2), Region.drift());
            stage.awaitEvents(devices.getFirst(), 4);
        }
        assertThat(stage.names(devices.getFirst())).containsExactly("Enrolled", "Connected", "Drifted", "Drifted");
        stage.assertWhole();
    }

    @Test
    void reportsReadAgainFromTheStartChangeNothing() throws Exception {
        List<DeviceId> devices = devices("reread", 20);
        try (Engine engine = stage.engine("reread-0")) {
            devices.forEach(device -> {
                region.enrolAndOpen(device);
                region.tell(device, new MessageId(1, 1), Region.drift());
            });
            devices.forEach(device -> stage.awaitEvents(device, 3));
        }
        int before = region.all(Topic.EVENTS).size();

        stage.forgetStates();
        stage.forgetOffsets();

        DeviceId last = DeviceId.parse("reread/last");
        try (Engine engine = stage.engine("reread-1")) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                region.enrolAndOpen(inPartition("reread-last", partition));
            }
            region.enrolAndOpen(last);
            for (int partition = 0; partition < PARTITIONS; partition++) {
                stage.awaitEvents(inPartition("reread-last", partition), 2);
            }
            stage.awaitEvents(last, 2);
        }
        assertThat(region.all(Topic.EVENTS)).hasSize(before + 2 * PARTITIONS + 2);
        stage.assertWhole();
    }

    @Test
    void aPoisonRecordBecomesADeadLetterAndThePartitionGoesOn() throws Exception {
        DeviceId device = DeviceId.parse("poison/d-1");
        int partition = Partitions.of(device, PARTITIONS);
        String topic = Topic.REPORTS.topicName();
        byte[] rubbish = "{{{{".repeat(350_000).getBytes(StandardCharsets.UTF_8);
        int before = region.all(Topic.DEAD_LETTERS).size();
        try (Engine engine = stage.engine("poison-0")) {
            region.send(new ProducerRecord<>(topic, partition, "poison/d-1", new byte[] {1, 2, 3}));
            region.send(new ProducerRecord<>(topic, partition, "poison/d-1", null));
            region.send(new ProducerRecord<>(topic, partition, null, new byte[0]));
            region.send(new ProducerRecord<>(topic, partition, "poison/d-1", rubbish));
            ProducerRecord<String, byte[]> headers =
                    new ProducerRecord<>(topic, partition, "poison/d-1", "null".getBytes(StandardCharsets.UTF_8));
            headers.headers().add("ce_specversion", new byte[] {-1, -2}).add("ce_type", new byte[0]);
            region.send(headers);
            region.tell(DeviceId.parse("poison/unknown"), new MessageId(1, 1), Region.drift());
            region.enrolAndOpen(device);
            stage.awaitEvents(device, 2);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(region.all(Topic.DEAD_LETTERS))
                    .hasSize(before + 6));
        }
        assertThat(region.all(Topic.DEAD_LETTERS).subList(before, before + 6))
                .extracting(record -> new String(record.value(), StandardCharsets.UTF_8))
                .anyMatch(letter -> letter.contains("a record without value"))
                .anyMatch(letter -> letter.contains("a record without key"))
                .anyMatch(letter -> letter.contains("the device is not enrolled"));
        stage.assertWhole();
    }

    @Test
    void anotherReplicaTakesOverAtOnceWhenOneLeaves() {
        List<DeviceId> devices = devices("handover", 8);
        try (Engine stays = stage.engine("handover-0")) {
            awaitJudging(stays);
            try (Engine leaves = stage.engine("handover-1")) {
                awaitJudging(leaves);
                devices.forEach(region::enrolAndOpen);
                devices.forEach(device -> stage.awaitEvents(device, 2));
            }
            Instant left = Instant.now();
            devices.forEach(device -> region.tell(device, new MessageId(1, 1), Region.drift()));
            devices.forEach(device -> stage.awaitEvents(device, 3));
            assertThat(Duration.between(left, stage.lastEvent(devices))).isLessThan(Duration.ofSeconds(8));
        }
        stage.assertWhole();
    }

    @Test
    void aDeviceThatStopsSpeakingIsSilencedAndResumesWhenItSpeaks() {
        DeviceId device = DeviceId.parse("silent/d-1");
        try (Engine engine = stage.engine("silence-0", region.engine(), null, Duration.ofSeconds(1))) {
            awaitJudging(engine);
            region.enrolAndOpen(device);
            stage.awaitEvents(device, 3);
            region.tell(device, new MessageId(1, 1), new Heartbeat(Instant.now(), 0, List.of(), Map.of()));
            stage.awaitEvents(device, 4);
        }
        assertThat(stage.names(device)).startsWith("Enrolled", "Connected", "Silenced", "Resumed");
        stage.assertWhole();
    }

    @Test
    void theHeadsOfTheChainAreSigned() throws Exception {
        KeyPair key = EngineStage.key();
        Signer signer = EngineStage.signer(key);
        DeviceId device = DeviceId.parse("signed/d-1");
        String partition = Integer.toString(Partitions.of(device, PARTITIONS));
        try (Engine engine = stage.engine("signed-0", region.engine(), signer, Duration.ofMinutes(5))) {
            region.enrolAndOpen(device);
            stage.awaitEvents(device, 2);
            String head = region.verified().get(Integer.parseInt(partition)).head();
            Verifier verifier = new Verifier(List.of((ECPublicKey) key.getPublic()));
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(region.all(Topic.CHECKPOINTS))
                    .filteredOn(record -> partition.equals(record.key()))
                    .extracting(record -> verifier.verify(
                                    JwsType.CHECKPOINT,
                                    new String(record.value(), StandardCharsets.US_ASCII),
                                    Checkpoint.class)
                            .payload()
                            .chain())
                    .contains(head));
        }
    }

    @Test
    void whatTwoArmsOfARolloutTellIsMeasuredAndFailsTheWorseOne() throws Exception {
        Signer signer = EngineStage.signer(EngineStage.key());
        try (Engine engine = stage.engine("measured-0");
                MeasuredRollout rollout =
                        new MeasuredRollout(region, stage.broker().accessFor(Principal.OPERATOR), signer)) {
            awaitJudging(engine);
            rollout.enrol();
            for (int i = 0; i < 5; i++) {
                rollout.beat(false);
            }
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(500)).until(() -> {
                rollout.beat(true);
                return rollout.look() == Outcome.FAIL;
            });
            assertThat(rollout.shown().result()).isEqualTo(AnalysisResult.Fail);
            assertThat(rollout.shown().candidate().devices()).isEqualTo(24);
            assertThat(rollout.shown().control().devices()).isEqualTo(24);
            assertThat(rollout.shown().mix().getFirst().kind()).isEqualTo("Linux");
            rollout.end();
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(region.all(Topic.ANALYSIS))
                    .filteredOn(record -> record.key().startsWith("demand/measured/"))
                    .last()
                    .matches(record -> record.value() == null));
        }
        stage.assertWhole();
    }

    @Test
    void itSaysWhatItWaitsForAndGoesOnWhenThatIsThere() throws Exception {
        KafkaAccess nobody =
                new KafkaAccess("127.0.0.1:1", "SASL_PLAINTEXT", region.engine().jaasConfig(), null);
        try (Engine engine = stage.engine("nobody-0", nobody, null, Duration.ofMinutes(5))) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(engine.status().reason()).startsWith("waiting for Kafka"));
        }
        stage.broker()
                .admin()
                .deleteTopics(List.of(Topic.DEAD_LETTERS.topicName()))
                .all()
                .get(30, TimeUnit.SECONDS);
        try (Engine engine = stage.engine("topic-0")) {
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(engine.status().reason()).isEqualTo("waiting for topic mdm.dead-letters"));
            stage.create(Topic.DEAD_LETTERS);
            awaitJudging(engine);

            DeviceId device = DeviceId.parse("outage/d-1");
            region.enrolAndOpen(device);
            stage.awaitEvents(device, 2);
            stage.broker().kill9();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(engine.status().judging()).isFalse());
            stage.broker().restart();
            awaitJudging(engine);
            region.tell(device, new MessageId(1, 1), Region.drift()).get(30, TimeUnit.SECONDS);
            stage.awaitEvents(device, 3);
            assertThat(stage.names(device)).containsExactly("Enrolled", "Connected", "Drifted");
        }
        stage.assertWhole();
    }

    @Test
    void killedUnderLoadItLosesNothingAndDoesNothingTwice() throws Exception {
        int kills = Integer.getInteger("kubemdm.engine.kills", 2);
        List<DeviceId> devices = devices("killed", 20);
        Child engine = EngineProcess.start(region.engine(), "killed-0", dir.resolve("killed"));
        try (Load load = new Load(region, devices, 200, 20_261_125L)) {
            devices.forEach(region::enrolAndOpen);
            load.start();
            for (int kill = 0; kill < kills; kill++) {
                load.awaitJudged(devices, 10, engine, PATIENCE);
                engine.kill9();
                Instant restarted = Instant.now();
                engine = EngineProcess.start(region.engine(), "killed-0", dir.resolve("killed"));
                Duration recovered = load.awaitFirstEventAfter(restarted, PATIENCE);
                System.out.println("engine kill=" + kill + " first event after ms=" + recovered.toMillis());
            }
            load.stop();
            Map<DeviceId, Long> acknowledged = load.acknowledged();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> acknowledged.forEach((device, count) -> assertThat(stage.drifts(device))
                            .as("events of %s", device)
                            .hasSize(count.intValue())));
            acknowledged.forEach((device, count) ->
                    assertThat(stage.drifts(device)).doesNotHaveDuplicates().isSorted());
        } finally {
            engine.kill9();
        }
        stage.assertWhole();
    }
}
