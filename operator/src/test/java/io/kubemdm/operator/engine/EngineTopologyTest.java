package io.kubemdm.operator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.bus.AuditRecords;
import io.kubemdm.bus.EnvelopeBinding;
import io.kubemdm.bus.Topic;
import io.kubemdm.operator.engine.analysis.DemandBook;
import io.kubemdm.operator.engine.compliance.Assessment;
import io.kubemdm.operator.engine.compliance.FactRules;
import io.kubemdm.operator.engine.compliance.RuleBook;
import io.kubemdm.protocol.audit.EventChain;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.event.EventRecord;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.message.Envelope;
import io.kubemdm.protocol.message.Message;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.state.DeviceState;
import io.kubemdm.protocol.state.Watermark;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How the parts are wired. One partition, no transactions and no broker: those are the testbed's. */
class EngineTopologyTest {

    private static final Duration INTERVAL = Duration.ofMinutes(1);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final EngineMeters meters = new EngineMeters(registry);
    private final MassSilence massSilence = new MassSilence(meters);
    private final TopologyTestDriver driver;
    private final TestInputTopic<String, byte[]> reports;
    private final TestOutputTopic<String, byte[]> events;
    private final TestOutputTopic<String, byte[]> deadLetters;
    private final TestOutputTopic<String, byte[]> watermarks;
    private Instant now = Reports.T0;
    private boolean onTime = true;
    private @Nullable Instant judgedThrough;

    EngineTopologyTest() {
        EngineParts parts = new EngineParts(
                () -> now,
                new NoHistory(),
                new Switch(),
                new DeviceMemory(),
                massSilence,
                new Heads(),
                meters,
                new Assessment(new RuleBook(FactRules::of)),
                new DemandBook(),
                INTERVAL,
                1);
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, Topic.ENGINE_APPLICATION_ID);
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nowhere:1");
        driver = new TopologyTestDriver(EngineTopology.of(parts), properties, now);
        reports = driver.createInputTopic(Topic.REPORTS.topicName(), new StringSerializer(), new ByteArraySerializer());
        events = driver.createOutputTopic(
                Topic.EVENTS.topicName(), new StringDeserializer(), new ByteArrayDeserializer());
        watermarks = driver.createOutputTopic(
                Topic.WATERMARKS.topicName(), new StringDeserializer(), new ByteArrayDeserializer());
        deadLetters = driver.createOutputTopic(
                Topic.DEAD_LETTERS.topicName(), new StringDeserializer(), new ByteArrayDeserializer());
    }

    private static final class NoHistory implements EventHistory {
        @Override
        public @Nullable Rebuilding replay(int partition) {
            return null;
        }

        @Override
        public void settled(int partition) {}
    }

    private final class Switch implements Punctuality {
        @Override
        public boolean onTime(int partition) {
            return onTime;
        }

        @Override
        public @Nullable Instant judgedThrough(int partition) {
            return judgedThrough;
        }

        @Override
        public void opened(int partition) {}

        @Override
        public void judged(int partition, long offset) {}
    }

    @AfterEach
    void close() {
        driver.close();
    }

    private void tell(Envelope<Message> report) {
        ProducerRecord<String, byte[]> record = EnvelopeBinding.toRecord(Topic.REPORTS.topicName(), report);
        reports.pipeInput(new TestRecord<>(record.key(), record.value(), record.headers()));
    }

    private void tellOf(DeviceId device, MessageId id, Message body) {
        tell(Reports.of(device, 1, id, now, body));
    }

    private void enrolAndOpen(DeviceId device) {
        tellOf(device, MessageId.NONE, Reports.enrolled(1).body());
        tellOf(device, MessageId.NONE, Reports.opened(1, 1, "sha256:first-1").body());
    }

    private void pass(Duration time) {
        for (long seconds = 0; seconds < time.toSeconds(); seconds += 5) {
            now = now.plusSeconds(5);
            driver.advanceWallClockTime(Duration.ofSeconds(5));
        }
    }

    private List<String> told() {
        return events.readRecordsToList().stream()
                .map(record -> Json.read(record.value(), EventRecord.class))
                .map(event ->
                        event.device().name() + " " + event.event().getClass().getSimpleName())
                .toList();
    }

    private static List<DeviceId> devices(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new DeviceId("corp", "d-" + i))
                .toList();
    }

    @Test
    void aReportBecomesAnEventAStateAndAHead() {
        tell(Reports.enrolled(1));

        TestRecord<String, byte[]> event = events.readRecord();
        assertThat(event.key()).isEqualTo("corp/d-1");
        assertThat(event.headers())
                .extracting(h -> h.key() + "=" + new String(h.value(), StandardCharsets.UTF_8))
                .contains(
                        "ce_specversion=1.0",
                        "ce_id=corp/d-1/1",
                        "ce_type=io.kubemdm.device.enrolled.v1",
                        "ce_subject=corp/d-1",
                        "ce_sequence=1",
                        "content-type=application/json");
        KeyValueStore<String, byte[]> store = driver.getKeyValueStore(Topic.ENGINE_STORE);
        assertThat(Json.read(store.get("corp/d-1"), DeviceState.class).epoch()).isEqualTo(1);
        assertThat(Json.read(store.get(Topic.ENGINE_HEAD_KEY), PartitionHead.class)
                        .chain())
                .isEqualTo(EventChain.hash(
                        event.key(), AuditRecords.headers(event.headers()), event.value(), EventChain.GENESIS));
    }

    @Test
    void whatCannotBeReadIsBuriedAndTheNextIsJudged() {
        reports.pipeInput("corp/d-1", new byte[] {1});
        tell(Reports.opened(1, 1, "x"));
        tell(Reports.enrolled(1));

        assertThat(deadLetters.readValuesToList()).hasSize(2);
        assertThat(told()).containsExactly("d-1 Enrolled");
    }

    @Test
    void aHeartbeatKeepsADeviceFromBeingSilencedAndSilenceEndsWithTheNext() {
        DeviceId device = Reports.DEVICE;
        enrolAndOpen(device);
        pass(Duration.ofSeconds(100));
        tellOf(device, new MessageId(1, 1), Reports.heartbeat(100));
        pass(Duration.ofSeconds(100));
        assertThat(told()).doesNotContain("d-1 Silenced");

        pass(Duration.ofSeconds(30));
        assertThat(told()).containsExactly("d-1 Silenced");

        tellOf(device, new MessageId(1, 2), Reports.heartbeat(230));
        assertThat(told()).contains("d-1 Resumed");
    }

    @Test
    void whoLeftIsNotSilenced() {
        enrolAndOpen(Reports.DEVICE);
        tell(Reports.closed(1, 1));
        told();
        pass(Duration.ofMinutes(5));

        assertThat(told()).isEmpty();
    }

    @Test
    void anEngineThatIsLateSilencesNobodyUntilItHasReadForTwoIntervals() {
        enrolAndOpen(Reports.DEVICE);
        told();
        onTime = false;
        pass(Duration.ofMinutes(10));
        onTime = true;
        pass(Duration.ofSeconds(110));
        assertThat(told()).isEmpty();

        pass(Duration.ofSeconds(20));
        assertThat(told()).containsExactly("d-1 Silenced");
    }

    @Test
    void whenManyFallSilentTogetherNobodyIsSilencedAndOneAlertIsRaised() {
        devices(25).forEach(this::enrolAndOpen);
        told();
        pass(Duration.ofMinutes(5));

        assertThat(told()).isEmpty();
        assertThat(massSilence.isHeld("corp")).isTrue();
        assertThat(registry.counter("kubemdm.engine.mass.silence", "namespace", "corp")
                        .count())
                .isEqualTo(1);

        devices(25).forEach(device -> tellOf(device, new MessageId(1, 1), Reports.heartbeat(300)));
        pass(Duration.ofSeconds(10));
        assertThat(massSilence.isHeld("corp")).isFalse();
        assertThat(told()).doesNotContain("d-1 Silenced");
    }

    @Test
    void aFewOfManyAreSilenced() {
        List<DeviceId> fleet = devices(25);
        fleet.forEach(this::enrolAndOpen);
        told();
        for (int n = 1; n <= 5; n++) {
            pass(Duration.ofSeconds(30));
            MessageId id = new MessageId(1, n);
            int skew = n * 30;
            fleet.stream().skip(3).forEach(device -> tellOf(device, id, Reports.heartbeat(skew)));
        }

        assertThat(told())
                .filteredOn(told -> told.endsWith("Silenced"))
                .containsExactlyInAnyOrder("d-0 Silenced", "d-1 Silenced", "d-2 Silenced");
    }

    @Test
    void everyDeviceIsSnapshottedOnceInAQuarter() {
        devices(3)
                .forEach(device ->
                        tellOf(device, MessageId.NONE, Reports.enrolled(1).body()));
        told();
        for (int day = 0; day < 90; day++) {
            now = now.plus(Duration.ofDays(1));
            driver.advanceWallClockTime(Duration.ofDays(1));
        }

        assertThat(told()).containsExactlyInAnyOrder("d-0 Snapshotted", "d-1 Snapshotted", "d-2 Snapshotted");
    }

    @Test
    void howFarThePartitionIsJudgedIsSaidEveryFiveSecondsAndOnlyWhenItIsKnownAndNew() {
        pass(Duration.ofSeconds(10));
        assertThat(watermarks.isEmpty()).isTrue();

        judgedThrough = now;
        pass(Duration.ofSeconds(10));

        assertThat(watermarks.readKeyValuesToList()).singleElement().satisfies(written -> {
            assertThat(written.key).isEqualTo("0");
            assertThat(Json.read(written.value, Watermark.class)).isEqualTo(new Watermark(0, judgedThrough));
        });
        judgedThrough = now;
        pass(Duration.ofSeconds(5));
        assertThat(watermarks.readKeyValuesToList()).hasSize(1);
    }
}
