package io.kubemdm.testbed.bench;

import io.kubemdm.bus.CompactedTopic;
import io.kubemdm.bus.Partitions;
import io.kubemdm.bus.Principal;
import io.kubemdm.bus.Topic;
import io.kubemdm.operator.engine.EventFormat;
import io.kubemdm.operator.engine.PartitionHead;
import io.kubemdm.operator.engine.Scribe;
import io.kubemdm.protocol.bundle.Digest;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.testbed.bench.BenchSettings.OwnFolder;
import io.kubemdm.testbed.broker.Broker;
import io.kubemdm.testbed.process.Child;
import io.kubemdm.testbed.process.Readiness;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * An engine whose stores are empty, from its process's start to the last state published: devices per second; and whether
 * every state is byte for byte the one that was lost, also when the engine is killed in the middle.
 */
final class RebuildBench implements Benchmark {

    private static final int DEVICES = 100_000;
    private static final int EVENTS = 20;
    private static final int PARTITIONS = 6;
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    @Override
    public String name() {
        return "rebuild";
    }

    @Override
    public void run(BenchSettings settings, Figures figures) throws Exception {
        int devices = settings.scaled(DEVICES);
        try (OwnFolder folder = settings.folder(name());
                Broker broker = Broker.start(folder.path().resolve("broker"), BenchPrincipals.ALL, PARTITIONS)) {
            Map<String, String> lost = write(broker, devices);
            settings.progress().println("written: " + devices + " devices, " + EVENTS + " events each");

            long start = System.nanoTime();
            try (States states = new States(broker, "rebuild-clean");
                    Child engine = EngineChild.start(broker.accessFor(Principal.ENGINE), "rebuild-0", folder.path())) {
                states.await(devices, engine);
                double seconds = (System.nanoTime() - start) / 1e9;
                figures.value("rebuilt_devices_per_s", "1/s", devices / seconds);
                figures.value("rebuilt_events_per_s", "1/s", (double) devices * EVENTS / seconds);
                figures.value("rebuild_s", "s", seconds);
                figures.value("different_states", "devices", (double) states.differentFrom(lost));
                engine.kill9();
            }

            forgetStates(broker);
            try (States states = new States(broker, "rebuild-killed")) {
                try (Child engine = EngineChild.start(broker.accessFor(Principal.ENGINE), "rebuild-1", folder.path())) {
                    states.await(Math.max(1, devices / 3), engine);
                    engine.kill9();
                }
                settings.progress().println("killed with " + states.count() + " states published");
                try (Child engine = EngineChild.start(broker.accessFor(Principal.ENGINE), "rebuild-1", folder.path())) {
                    states.await(devices, engine);
                    engine.kill9();
                }
                figures.value("different_states_after_kill", "devices", (double) states.differentFrom(lost));
            }
        }
    }

    /** Writes the log that an engine would have left; gives each device's last state as its digest. */
    private static Map<String, String> write(Broker broker, int devices) {
        Map<Integer, PartitionHead> heads = new HashMap<>();
        Map<String, String> states = new HashMap<>();
        Map<String, Object> config = broker.accessFor(Principal.ENGINE).producer("bench-history");
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(config)) {
            for (int i = 0; i < devices; i++) {
                DeviceId device = new DeviceId("bench", "d-" + i);
                int partition = Partitions.of(device, PARTITIONS);
                Scribe.Page page = Scribe.write(
                        null,
                        heads.getOrDefault(partition, PartitionHead.EMPTY),
                        new Scribe.Occasion(device, 1, Instant.now(), MessageId.NONE, null),
                        RebuiltLife.of(EVENTS));
                for (Scribe.Entry entry : page.entries()) {
                    var unused = producer.send(new ProducerRecord<>(
                            Topic.EVENTS.topicName(),
                            partition,
                            device.toString(),
                            entry.value(),
                            EventFormat.headers(entry.record())));
                }
                heads.put(partition, page.head());
                states.put(device.toString(), Digest.of(page.stateBytes()));
            }
        }
        return states;
    }

    private static void forgetStates(Broker broker) throws Exception {
        String name = Topic.STATE.topicName();
        broker.admin().deleteTopics(List.of(name)).all().get(30, TimeUnit.SECONDS);
        NewTopic fresh = new NewTopic(name, PARTITIONS, (short) 1).configs(Topic.STATE.settings());
        // The name is free only once the deletion is through.
        boolean made = Readiness.await(
                () -> {
                    try {
                        broker.admin().createTopics(List.of(fresh)).all().get(10, TimeUnit.SECONDS);
                        return true;
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
                        return false;
                    }
                },
                Duration.ofSeconds(60));
        if (!made) {
            throw new IllegalStateException("cannot make " + name + " anew");
        }
    }

    /** The newest state of each device, as its digest. */
    private static final class States implements AutoCloseable {

        private final Map<String, String> digests = new ConcurrentHashMap<>();
        private final CompactedTopic reader;

        States(Broker broker, String client) {
            reader = CompactedTopic.read(broker.accessFor(Principal.GATEWAY), client, List.of(Topic.STATE), entry -> {
                byte[] value = entry.value();
                if (value != null && !entry.key().startsWith(Topic.ENGINE_HEAD_KEY)) {
                    digests.put(entry.key(), Digest.of(value));
                }
            });
        }

        int count() {
            return digests.size();
        }

        void await(int devices, Child engine) {
            if (!Readiness.await(() -> digests.size() >= devices, PATIENCE)) {
                throw new IllegalStateException(
                        digests.size() + " of " + devices + " states; the engine says " + engine.lastLines(10));
            }
        }

        long differentFrom(Map<String, String> lost) {
            return lost.entrySet().stream()
                    .filter(state -> !state.getValue().equals(digests.get(state.getKey())))
                    .count();
        }

        @Override
        public void close() {
            reader.close();
        }
    }
}
