package io.kubemdm.operator.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import io.kubemdm.bus.CompactedTopic;
import io.kubemdm.bus.EnvelopeBinding;
import io.kubemdm.bus.Topic;
import io.kubemdm.operator.engine.analysis.DemandBook;
import io.kubemdm.operator.engine.compliance.Assessment;
import io.kubemdm.operator.engine.compliance.FactRules;
import io.kubemdm.operator.engine.compliance.RuleBook;
import io.kubemdm.protocol.analysis.AnalysisDemand;
import io.kubemdm.protocol.analysis.AnalysisSnapshot;
import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.event.DeviceEvent;
import io.kubemdm.protocol.event.EventRecord;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.message.DeviceAssigned;
import io.kubemdm.protocol.message.Envelope;
import io.kubemdm.protocol.message.Heartbeat;
import io.kubemdm.protocol.message.Message;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.message.SessionOpened;
import io.kubemdm.protocol.state.DeviceState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/** An engine of one partition with a clock, a lateness and a log of its own; it can be stopped and started anew. */
final class DrivenEngine implements AutoCloseable {

    static final Duration INTERVAL = Duration.ofMinutes(1);

    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final List<EventRecord> told = new ArrayList<>();
    Instant now = Reports.T0;
    boolean onTime = true;

    private final List<TestRecord<String, byte[]>> log = new ArrayList<>();
    private final RuleBook book = new RuleBook(FactRules::of);
    private final DemandBook demands = new DemandBook();
    private final Map<DeviceId, Long> spoken = new HashMap<>();
    private @Nullable TopologyTestDriver driver;
    private @Nullable TestInputTopic<String, byte[]> reports;
    private @Nullable TestOutputTopic<String, byte[]> events;
    private @Nullable TestOutputTopic<String, byte[]> analysis;

    DrivenEngine() {
        start();
    }

    /** Starts with an empty store: what there was comes from the log. */
    void start() {
        EngineMeters meters = new EngineMeters(registry);
        EngineParts parts = new EngineParts(
                () -> now,
                new LogHistory(),
                new Switch(),
                new DeviceMemory(),
                new MassSilence(meters),
                new Heads(),
                meters,
                new Assessment(book),
                demands,
                INTERVAL,
                1);
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, Topic.ENGINE_APPLICATION_ID);
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nowhere:1");
        TopologyTestDriver started = new TopologyTestDriver(EngineTopology.of(parts), properties, now);
        driver = started;
        reports =
                started.createInputTopic(Topic.REPORTS.topicName(), new StringSerializer(), new ByteArraySerializer());
        events = started.createOutputTopic(
                Topic.EVENTS.topicName(), new StringDeserializer(), new ByteArrayDeserializer());
        analysis = started.createOutputTopic(
                Topic.ANALYSIS.topicName(), new StringDeserializer(), new ByteArrayDeserializer());
    }

    void stop() {
        if (driver != null) {
            collect();
            driver.close();
            driver = null;
        }
    }

    @Override
    public void close() {
        stop();
    }

    private final class LogHistory implements EventHistory {
        @Override
        public @Nullable Rebuilding replay(int partition) {
            Rebuilding rebuilding = new Rebuilding(partition, EventFormat.CURRENT);
            for (int i = 0; i < log.size(); i++) {
                rebuilding.accept(i, log.get(i).headers(), log.get(i).value());
            }
            return log.isEmpty() ? null : rebuilding;
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
            return onTime ? now : null;
        }

        @Override
        public void opened(int partition) {}

        @Override
        public void judged(int partition, long offset) {}
    }

    void publish(BundleContent bundle) {
        book.put(bundle.digest(), bundle.canonical());
    }

    /** Enrolled, connected, and told to have {@code bundle}. */
    void enrol(DeviceId device, BundleContent bundle) {
        tell(device, MessageId.NONE, now, Reports.enrolled(1).body());
        assign(device, 1, bundle);
        open(device, 1);
    }

    void assign(DeviceId device, long seq, BundleContent... bundles) {
        tell(
                device,
                MessageId.NONE,
                now,
                new DeviceAssigned(
                        seq, Arrays.stream(bundles).map(BundleContent::ref).toList(), (int) INTERVAL.toSeconds()));
    }

    void open(DeviceId device, long session) {
        tell(
                device,
                MessageId.NONE,
                now,
                // Its clock is right, so that no event is about that.
                new SessionOpened(
                        "0.1.0",
                        "Debian 12",
                        "Linux",
                        1,
                        session,
                        0,
                        0,
                        0,
                        "gateway-0",
                        "west",
                        "sha256:first-1",
                        Reports.T0.plusSeconds(86_400)));
    }

    void close(DeviceId device, long session) {
        tell(device, MessageId.NONE, now, Reports.closed(1, session).body());
    }

    void beat(DeviceId device, @Nullable Boolean encrypted) {
        beat(device, encrypted, now);
    }

    /** A heartbeat that a gateway took in at {@code received}. */
    void beat(DeviceId device, @Nullable Boolean encrypted, Instant received) {
        long n = spoken.merge(device, 1L, Long::sum);
        Map<String, JsonNode> facts =
                encrypted == null ? Map.of() : Map.of("encrypted", BooleanNode.valueOf(encrypted));
        tell(device, new MessageId(1, n), received, new Heartbeat(received, 1, List.of(), facts));
    }

    void tell(DeviceId device, MessageId id, Instant time, Message body) {
        Envelope<Message> report = Reports.of(device, 1, id, time, body);
        var record = EnvelopeBinding.toRecord(Topic.REPORTS.topicName(), report);
        Objects.requireNonNull(reports).pipeInput(new TestRecord<>(record.key(), record.value(), record.headers()));
        collect();
    }

    void pass(Duration time) {
        for (long seconds = 0; seconds < time.toSeconds(); seconds += 5) {
            now = now.plusSeconds(5);
            Objects.requireNonNull(driver).advanceWallClockTime(Duration.ofSeconds(5));
        }
        collect();
    }

    private void collect() {
        for (TestRecord<String, byte[]> record : Objects.requireNonNull(events).readRecordsToList()) {
            log.add(record);
            told.add(Json.read(record.value(), EventRecord.class));
        }
    }

    void ask(AnalysisDemand demand) {
        demands.accept(asked(demand.key(), Json.write(demand)));
    }

    void askNoMore(String key) {
        demands.accept(asked(key, null));
    }

    void askRubbish(String key, String value) {
        demands.accept(asked(key, value.getBytes(StandardCharsets.UTF_8)));
    }

    private static CompactedTopic.Entry asked(String key, byte @Nullable [] value) {
        return new CompactedTopic.Entry(Topic.ANALYSIS, key, value, 0, 0, Reports.T0);
    }

    /** What was measured since the last call. */
    List<AnalysisSnapshot> snapshots() {
        return Objects.requireNonNull(analysis).readRecordsToList().stream()
                .map(record -> Json.read(record.value(), AnalysisSnapshot.class))
                .toList();
    }

    /** Names of the events since the last call. */
    List<String> news() {
        List<String> names = told.stream()
                .map(record -> record.event() instanceof DeviceEvent.ActionFired fired
                        ? fired.action()
                        : record.event().getClass().getSimpleName())
                .toList();
        told.clear();
        return names;
    }

    DeviceState state(DeviceId device) {
        return Json.read(bytes(device).getBytes(StandardCharsets.UTF_8), DeviceState.class);
    }

    String bytes(DeviceId device) {
        byte[] bytes = (byte[]) Objects.requireNonNull(driver)
                .getKeyValueStore(Topic.ENGINE_STORE)
                .get(device.toString());
        return new String(Objects.requireNonNull(bytes), StandardCharsets.UTF_8);
    }

    double massSilences() {
        return registry.find("kubemdm.engine.mass.silence").counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }
}
