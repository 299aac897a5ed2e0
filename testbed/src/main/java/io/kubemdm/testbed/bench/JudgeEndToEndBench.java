package io.kubemdm.testbed.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kubemdm.bus.CompactedTopic;
import io.kubemdm.bus.EnvelopeBinding;
import io.kubemdm.bus.Principal;
import io.kubemdm.bus.Topic;
import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.message.DeviceAssigned;
import io.kubemdm.protocol.message.DeviceEnrolled;
import io.kubemdm.protocol.message.Envelope;
import io.kubemdm.protocol.message.Heartbeat;
import io.kubemdm.protocol.message.Message;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.message.SessionOpened;
import io.kubemdm.protocol.state.ComplianceState;
import io.kubemdm.protocol.state.DeviceState;
import io.kubemdm.testbed.bench.BenchSettings.OwnFolder;
import io.kubemdm.testbed.broker.Broker;
import io.kubemdm.testbed.process.Child;
import io.kubemdm.testbed.process.Readiness;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Heartbeats with 2 KB of facts, judged by 20 rules: from the first one sent to the last one committed by the engine,
 * through Kafka, load generator and broker on the same cores; and what a judged device takes in the store.
 */
final class JudgeEndToEndBench implements Benchmark {

    private static final int DEVICES = 10_000;
    private static final int HEARTBEATS = 300_000;
    static final int RULES = 20;
    private static final int PACKAGES = 62;
    private static final int PARTITIONS = 6;
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    @Override
    public String name() {
        return "judge-end-to-end";
    }

    @Override
    public void run(BenchSettings settings, Figures figures) throws Exception {
        int devices = settings.scaled(DEVICES);
        int heartbeats = settings.scaled(HEARTBEATS);
        BundleContent bundle = bundle();
        Map<String, JsonNode> facts = facts();
        try (OwnFolder folder = settings.folder(name());
                Broker broker = Broker.start(folder.path().resolve("broker"), BenchPrincipals.ALL, PARTITIONS);
                Producer<String, byte[]> operator =
                        new KafkaProducer<>(broker.accessFor(Principal.OPERATOR).producer("bench-operator"));
                Producer<String, byte[]> gateway =
                        new KafkaProducer<>(broker.accessFor(Principal.GATEWAY).producer("bench-gateway"))) {
            operator.send(new ProducerRecord<>(Topic.BUNDLES.topicName(), bundle.digest(), unsigned(bundle)))
                    .get();
            try (Child engine = EngineChild.start(broker.accessFor(Principal.ENGINE), "judge-0", folder.path())) {
                for (int i = 0; i < devices; i++) {
                    enrol(gateway, new DeviceId("bench", "d-" + i), bundle);
                }
                long n = beat(gateway, devices, devices * 3, 0, facts);
                awaitJudged(broker, gateway, engine);
                settings.progress().println("warm: " + devices + " devices judged");

                long start = System.nanoTime();
                beat(gateway, devices, heartbeats, n, facts);
                awaitJudged(broker, gateway, engine);
                figures.value("end_to_end_per_s", "1/s", heartbeats / ((System.nanoTime() - start) / 1e9));
                store(broker, devices, figures);
                engine.kill9();
            }
            figures.value("facts_bytes", "bytes", Json.write(facts).length);
        }
    }

    private static long beat(
            Producer<String, byte[]> gateway, int devices, int count, long from, Map<String, JsonNode> facts) {
        Heartbeat heartbeat = new Heartbeat(Instant.now(), 1, List.of(), facts);
        long n = from;
        for (int i = 0; i < count; i++) {
            n++;
            tell(gateway, new DeviceId("bench", "d-" + i % devices), new MessageId(1, n), heartbeat);
        }
        return n;
    }

    private static void enrol(Producer<String, byte[]> gateway, DeviceId device, BundleContent bundle) {
        Instant far = Instant.parse("2036-01-01T00:00:00Z");
        tell(
                gateway,
                device,
                MessageId.NONE,
                new DeviceEnrolled(
                        "sha256:fingerprint", far, "c3BraQ==", "Linux", "Corporate", Map.of(), "t", null, null, null));
        tell(gateway, device, MessageId.NONE, new DeviceAssigned(1, List.of(bundle.ref()), 300));
        tell(
                gateway,
                device,
                MessageId.NONE,
                new SessionOpened(
                        "0.1.0", "Debian 12", "Linux", 1, 1, 0, 0, 0, "gateway-0", "west", "sha256:fingerprint", far));
    }

    private static void tell(Producer<String, byte[]> gateway, DeviceId device, MessageId id, Message body) {
        var unused = gateway.send(EnvelopeBinding.toRecord(
                Topic.REPORTS.topicName(),
                new Envelope<>("m-" + id, "/gateway/bench", device, Instant.now(), 1, id, null, body)));
    }

    /** Everything sent is judged when the group's committed positions are the partitions' ends. */
    private static void awaitJudged(Broker broker, Producer<String, byte[]> gateway, Child engine) throws Exception {
        gateway.flush();
        Map<TopicPartition, OffsetSpec> wanted = new LinkedHashMap<>();
        for (int i = 0; i < PARTITIONS; i++) {
            wanted.put(new TopicPartition(Topic.REPORTS.topicName(), i), OffsetSpec.latest());
        }
        Map<TopicPartition, Long> ends = new LinkedHashMap<>();
        broker.admin()
                .listOffsets(wanted)
                .all()
                .get(30, TimeUnit.SECONDS)
                .forEach((partition, end) -> ends.put(partition, end.offset()));
        boolean judged = Readiness.await(() -> reached(broker, ends), PATIENCE);
        if (!judged) {
            throw new IllegalStateException("not all was judged; the engine says " + engine.lastLines(10));
        }
    }

    private static boolean reached(Broker broker, Map<TopicPartition, Long> ends) {
        try {
            var committed = broker.admin()
                    .listConsumerGroupOffsets(Topic.ENGINE_APPLICATION_ID)
                    .partitionsToOffsetAndMetadata()
                    .get(30, TimeUnit.SECONDS);
            return ends.entrySet().stream()
                    .allMatch(end -> end.getValue() == 0
                            || (committed.get(end.getKey()) != null
                                    && committed.get(end.getKey()).offset() >= end.getValue()));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            return false;
        }
    }

    private static void store(Broker broker, int devices, Figures figures) {
        Map<String, byte[]> states = new ConcurrentHashMap<>();
        try (CompactedTopic reader =
                CompactedTopic.read(broker.accessFor(Principal.GATEWAY), "bench-store", List.of(Topic.STATE), entry -> {
                    if (entry.value() != null && !entry.key().startsWith(Topic.ENGINE_HEAD_KEY)) {
                        states.put(entry.key(), entry.value());
                    }
                })) {
            reader.caughtUp().orTimeout(60, TimeUnit.SECONDS).join();
        }
        long compliant = states.values().stream()
                .map(state -> Json.read(state, DeviceState.class))
                .filter(state ->
                        state.compliance() != null && state.compliance().state() == ComplianceState.Compliant)
                .count();
        if (compliant != devices) {
            throw new IllegalStateException(compliant + " of " + devices + " devices are Compliant, one is "
                    + new String(states.values().iterator().next(), StandardCharsets.UTF_8));
        }
        figures.value(
                "store_bytes_per_device",
                "bytes",
                states.values().stream()
                        .mapToLong(state -> state.length)
                        .average()
                        .orElse(0));
    }

    /** The engine goes by the digest; whose signature it is, devices check. */
    private static byte[] unsigned(BundleContent bundle) {
        return ("e30." + Base64.getUrlEncoder().withoutPadding().encodeToString(bundle.canonical()) + ".AA")
                .getBytes(StandardCharsets.US_ASCII);
    }

    static BundleContent bundle() {
        ArrayNode rules = Json.mapper().createArrayNode();
        for (int i = 0; i < RULES; i++) {
            rules.addObject()
                    .put("name", "rule-" + i)
                    .put("expression", expression(i))
                    .put("gracePeriod", "1h");
        }
        ArrayNode actions = Json.mapper().createArrayNode();
        actions.addObject().put("action", "Quarantine").put("after", "1d");
        return new BundleContent("bench", "1.0.0", List.of("Linux"), 100, "Enforce", null, rules, actions, null, null);
    }

    private static String expression(int number) {
        // A bundle of nothing but questions about a map would be too dear.
        return number % 4 == 0
                ? "'package-" + number + "' in packages.installed"
                : "os.version >= '1" + number % 10 + "'";
    }

    static Map<String, JsonNode> facts() {
        Map<String, JsonNode> facts = new LinkedHashMap<>();
        facts.put("os", Json.mapper().createObjectNode().put("version", "24.04"));
        ObjectNode installed = Json.mapper().createObjectNode();
        for (int i = 0; i < PACKAGES; i++) {
            installed.put("package-" + i, "1.2." + i + "-1ubuntu0.1");
        }
        facts.put("packages", Json.mapper().createObjectNode().set("installed", installed));
        return facts;
    }
}
