package io.kubemdm.testbed.engine;

import io.kubemdm.bus.AuditRecords;
import io.kubemdm.bus.EnvelopeBinding;
import io.kubemdm.bus.KafkaAccess;
import io.kubemdm.bus.Principal;
import io.kubemdm.bus.Topic;
import io.kubemdm.protocol.audit.ChainVerifier;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.event.EventRecord;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.message.DeviceEnrolled;
import io.kubemdm.protocol.message.DriftCorrected;
import io.kubemdm.protocol.message.Envelope;
import io.kubemdm.protocol.message.Message;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.message.SessionOpened;
import io.kubemdm.testbed.broker.Broker;
import io.kubemdm.testbed.broker.BrokerLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;

/** What the engine's tests need around it: a gateway's producer, and eyes on the topics. */
@SuppressWarnings("FutureReturnValueIgnored") // what Kafka did not take shows as a missing event
final class Region implements AutoCloseable {

    static final String FINGERPRINT = "sha256:fingerprint";
    private static final PolicyRef POLICY = new PolicyRef("baseline", "1.0.0", "sha256:" + "0".repeat(64));

    private final Broker broker;
    private final Producer<String, byte[]> gateway;
    private final List<ConsumerRecord<String, byte[]>> events = new CopyOnWriteArrayList<>();
    private final Thread eyes = Thread.ofPlatform().daemon().name("events").unstarted(this::watch);
    private volatile boolean closed;

    Region(Broker broker) {
        this.broker = broker;
        this.gateway = new KafkaProducer<>(broker.accessFor(Principal.GATEWAY).producer("test-gateway"));
        eyes.start();
    }

    KafkaAccess engine() {
        return broker.accessFor(Principal.ENGINE);
    }

    Future<RecordMetadata> tell(DeviceId device, MessageId id, Message body) {
        return gateway.send(EnvelopeBinding.toRecord(
                Topic.REPORTS.topicName(),
                new Envelope<>("m-" + id, "/gateway/test", device, Instant.now(), 1, id, null, body)));
    }

    Future<RecordMetadata> send(ProducerRecord<String, byte[]> record) {
        return gateway.send(record);
    }

    void enrolAndOpen(DeviceId device) {
        tell(
                device,
                MessageId.NONE,
                new DeviceEnrolled(
                        FINGERPRINT,
                        Instant.parse("2030-01-01T00:00:00Z"),
                        "c3BraQ==",
                        "Linux",
                        "Corporate",
                        Map.of(),
                        "test",
                        null,
                        null,
                        null));
        open(device, 1);
    }

    void open(DeviceId device, long session) {
        tell(
                device,
                MessageId.NONE,
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
                        "local",
                        FINGERPRINT,
                        Instant.parse("2030-01-01T00:00:00Z")));
    }

    /** A message that always leaves exactly one event. */
    static Message drift() {
        return new DriftCorrected(POLICY, List.of("files:/etc/motd"));
    }

    /** Events as they are committed, from the start. */
    List<ConsumerRecord<String, byte[]>> events() {
        return events;
    }

    private void watch() {
        try (KafkaConsumer<String, byte[]> consumer = eyesOn(Topic.EVENTS)) {
            while (!closed) {
                List<ConsumerRecord<String, byte[]>> found = new ArrayList<>();
                consumer.poll(Duration.ofMillis(50)).forEach(found::add);
                events.addAll(found);
            }
        }
    }

    /** The administrator may read what no role may. */
    private KafkaConsumer<String, byte[]> eyesOn(Topic topic) {
        Map<String, Object> config = broker.accessFor(Principal.ENGINE).consumer("test-eyes");
        broker.propertiesFor(BrokerLayout.ADMIN).forEach((key, value) -> config.put(key.toString(), value));
        KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(config);
        List<TopicPartition> partitions = consumer.partitionsFor(topic.topicName()).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return consumer;
    }

    /** Everything committed to a topic so far, in order per partition. */
    List<ConsumerRecord<String, byte[]>> all(Topic topic) {
        return broker.spectator().all(topic);
    }

    List<EventRecord> eventsOf(DeviceId device) {
        return events.stream()
                .filter(record -> device.toString().equals(record.key()))
                .map(record -> Json.read(record.value(), EventRecord.class))
                .toList();
    }

    /** The newest value of each key of {@code mdm.state}, head keys made unique per partition, as text. */
    Map<String, String> states() {
        Map<String, String> states = new TreeMap<>();
        all(Topic.STATE).forEach(record -> {
            String key = record.key().equals(Topic.ENGINE_HEAD_KEY) ? record.key() + record.partition() : record.key();
            states.put(key, new String(record.value(), StandardCharsets.UTF_8));
        });
        return states;
    }

    /** Verifies every partition from its start. */
    Map<Integer, ChainVerifier> verified() {
        Map<Integer, ChainVerifier> verifiers = new TreeMap<>();
        events.forEach(record -> verifiers
                .computeIfAbsent(record.partition(), p -> new ChainVerifier(p, true))
                .accept(AuditRecords.of(record)));
        return verifiers;
    }

    @Override
    public void close() {
        closed = true;
        gateway.close(Duration.ofSeconds(1));
    }
}
