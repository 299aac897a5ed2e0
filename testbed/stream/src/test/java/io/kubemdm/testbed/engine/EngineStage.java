package io.kubemdm.testbed.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kubemdm.bus.KafkaAccess;
import io.kubemdm.bus.Partitions;
import io.kubemdm.bus.Principal;
import io.kubemdm.bus.Topic;
import io.kubemdm.operator.cel.CelRules;
import io.kubemdm.operator.engine.Engine;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.event.DeviceEvent;
import io.kubemdm.protocol.event.EventRecord;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.trust.Signer;
import io.kubemdm.testbed.broker.Broker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.NewTopic;
import org.jspecify.annotations.Nullable;

/** A real broker, what tests tell an engine over it and see of it, and the engines. */
final class EngineStage implements AutoCloseable {

    static final int PARTITIONS = 4;
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path dir;
    private final Broker broker;
    private final Region region;

    EngineStage(Path dir) {
        this.dir = dir;
        Set<String> everybody =
                Arrays.stream(Principal.values()).map(Principal::user).collect(Collectors.toSet());
        this.broker = Broker.start(dir.resolve("broker"), everybody, PARTITIONS);
        this.region = new Region(broker);
    }

    Broker broker() {
        return broker;
    }

    Region region() {
        return region;
    }

    Engine engine(String replica) {
        return engine(replica, region.engine(), null, Duration.ofMinutes(5));
    }

    Engine engine(String replica, KafkaAccess kafka, @Nullable Signer checkpoints, Duration heartbeat) {
        Engine engine = new Engine(
                EngineProcess.settings(replica, dir.resolve(replica), heartbeat),
                kafka,
                CelRules::compile,
                checkpoints,
                new SimpleMeterRegistry(),
                InstantSource.system());
        engine.start();
        return engine;
    }

    static void awaitJudging(Engine engine) {
        await().atMost(PATIENCE).until(() -> engine.status().judging());
    }

    void awaitEvents(DeviceId device, int count) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(region.eventsOf(device)).hasSizeGreaterThanOrEqualTo(count));
    }

    List<String> names(DeviceId device) {
        return region.eventsOf(device).stream()
                .map(record -> record.event().getClass().getSimpleName())
                .toList();
    }

    void assertWhole() {
        assertThat(region.verified().values()).isNotEmpty().allSatisfy(verifier -> assertThat(verifier.firstFlaw())
                .isNull());
    }

    List<MessageId> drifts(DeviceId device) {
        return region.eventsOf(device).stream()
                .filter(record -> record.event() instanceof DeviceEvent.Drifted)
                .map(EventRecord::cause)
                .toList();
    }

    Instant lastEvent(List<DeviceId> devices) {
        return devices.stream()
                .map(device -> region.eventsOf(device).getLast().time())
                .max(Instant::compareTo)
                .orElseThrow();
    }

    static DeviceId inPartition(String namespace, int partition) {
        return devices(namespace, 200).stream()
                .filter(device -> Partitions.of(device, PARTITIONS) == partition)
                .findFirst()
                .orElseThrow();
    }

    static List<DeviceId> devices(String namespace, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new DeviceId(namespace, "d-" + i))
                .toList();
    }

    /** A member that an earlier test killed keeps its place until its session times out. */
    void forgetOffsets() {
        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().untilAsserted(() -> broker.admin()
                .deleteConsumerGroups(List.of(Topic.ENGINE_APPLICATION_ID))
                .all()
                .get(30, TimeUnit.SECONDS));
    }

    void forgetStates() throws Exception {
        broker.admin().deleteTopics(List.of(Topic.STATE.topicName())).all().get(30, TimeUnit.SECONDS);
        create(Topic.STATE);
    }

    void create(Topic topic) {
        NewTopic fresh = new NewTopic(topic.topicName(), PARTITIONS, (short) 1).configs(topic.settings());
        // The name is free only once the deletion is through.
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(
                        () -> broker.admin().createTopics(List.of(fresh)).all().get(10, TimeUnit.SECONDS));
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> assertThat(broker.admin()
                        .describeTopics(List.of(topic.topicName()))
                        .allTopicNames()
                        .get(10, TimeUnit.SECONDS))
                .isNotEmpty());
    }

    static KeyPair key() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    static Signer signer(KeyPair key) {
        return new Signer((ECPrivateKey) key.getPrivate(), (ECPublicKey) key.getPublic());
    }

    /**
     * A stream thread that is closed while its group rebalances polls without a pause until that is over: without a broker, for
     * ever.
     */
    private static void awaitNoStreamThread() {
        await().atMost(PATIENCE).until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().contains("StreamThread")));
    }

    @Override
    public void close() {
        awaitNoStreamThread();
        region.close();
        broker.close();
    }
}
