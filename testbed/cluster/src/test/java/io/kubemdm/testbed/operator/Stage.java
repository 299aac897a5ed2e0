package io.kubemdm.testbed.operator;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.kubemdm.bus.KafkaAccess;
import io.kubemdm.bus.Principal;
import io.kubemdm.bus.Topic;
import io.kubemdm.operator.Control;
import io.kubemdm.operator.Settings;
import io.kubemdm.operator.approval.ApprovalSettings;
import io.kubemdm.operator.automation.AutomationSettings;
import io.kubemdm.operator.automation.deprovision.LostSettings;
import io.kubemdm.operator.compliance.NotificationSettings;
import io.kubemdm.operator.flag.FlagSettings;
import io.kubemdm.operator.prometheus.PrometheusSettings;
import io.kubemdm.operator.wiperequest.WipeSettings;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.order.WipeBudget;
import io.kubemdm.protocol.state.DeviceState;
import io.kubemdm.protocol.trust.Signer;
import io.kubemdm.testbed.Checkout;
import io.kubemdm.testbed.broker.Broker;
import io.kubemdm.testbed.controlplane.ControlPlane;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** A real API server with our kinds, a real broker, and a {@link Control} that can be stopped and started. */
final class Stage implements AutoCloseable {

    private static final int PARTITIONS = 3;

    private final ControlPlane plane;
    private final Broker broker;
    private final Signer signer;
    private final Producer<String, byte[]> engine;
    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger replicas = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private WipeSettings wipes = WipeSettings.DEFAULT;
    private LostSettings lost = LostSettings.NONE;
    private @Nullable AutomationSettings automation;
    private WipeBudget.Limits quarantine = WipeBudget.Limits.QUARANTINE;
    private @Nullable NotificationSettings notifications;
    private ApprovalSettings approvals = ApprovalSettings.NONE;
    private @Nullable PrometheusSettings prometheus;
    private @Nullable Control control;

    private Stage(ControlPlane plane, Broker broker) {
        this.plane = plane;
        this.broker = broker;
        this.signer = newSigner();
        this.engine = new KafkaProducer<>(broker.accessFor(Principal.ENGINE).producer("played-engine"));
    }

    static Stage open() {
        try {
            Path folder = Files.createTempDirectory("kubemdm-operator");
            Set<String> everybody =
                    Arrays.stream(Principal.values()).map(Principal::user).collect(Collectors.toSet());
            Broker broker = Broker.start(folder.resolve("kafka"), everybody, PARTITIONS);
            ControlPlane plane = ControlPlane.start(folder.resolve("kubernetes"));
            Stage stage = new Stage(plane, broker);
            stage.installKinds();
            return stage;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Installs every kind and waits until the API server serves them all. */
    void installKinds() throws IOException {
        try (Stream<Path> files = Files.list(Checkout.ofWorkingDirectory().path("charts/kubemdm/files/crds"))) {
            for (Path file : files.sorted().toList()) {
                plane.kubectl().apply(Files.readString(file));
            }
        }
        plane.kubectl().run("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s");
    }

    /** Removes a kind and all its objects. */
    void uninstallRollouts() {
        plane.kubectl().run("delete", "crd", "rollouts.kubemdm.io", "--timeout=30s");
    }

    ControlPlane plane() {
        return plane;
    }

    Broker broker() {
        return broker;
    }

    KubernetesClient client() {
        return plane.client();
    }

    /** A tenant of its own for one test. */
    String tenant(String prefix) {
        String name = prefix + "-" + Long.toString(System.nanoTime(), 36);
        client().resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
        return name;
    }

    /** Starts a replica and waits until it leads. */
    void lead() {
        start();
        await().atMost(Duration.ofSeconds(90)).until(() -> current().phase() == Control.Phase.LEADING);
    }

    /** {@link #lead()}, unless a replica leads. */
    void leadIfNobodyDoes() {
        if (control == null) {
            lead();
        }
    }

    /** What the next replica to be started lets pass. */
    void let(WipeSettings settings) {
        this.wipes = settings;
    }

    /** What the next replica to be started asks of lost devices, and the door that it opens. */
    void open(LostSettings lostDevices, @Nullable AutomationSettings door) {
        this.lost = lostDevices;
        this.automation = door;
    }

    /** How many devices policies may confine from the next replica on, and where they notify people. */
    void remedy(WipeBudget.Limits limits, @Nullable NotificationSettings webhook) {
        this.quarantine = limits;
        this.notifications = webhook;
    }

    /** Which changes need a second person from the next replica on. */
    void ask(ApprovalSettings settings) {
        this.approvals = settings;
    }

    /** Where queries of analyses go from the next replica on, null for nowhere. */
    void measureBy(@Nullable PrometheusSettings settings) {
        this.prometheus = settings;
    }

    /** Starts a replica. */
    Control start() {
        KafkaAccess kafka = broker.accessFor(Principal.OPERATOR);
        Settings settings = new Settings(
                "test",
                "operator-" + replicas.incrementAndGet(),
                kafka,
                signer,
                "kubemdm-operator",
                "default",
                Duration.ofSeconds(8),
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                100,
                Duration.ofMinutes(10),
                wipes,
                approvals,
                lost,
                quarantine,
                notifications,
                automation,
                new FlagSettings(null, null, 200, null, "default", "kubemdm-flags", Duration.ofSeconds(1)),
                prometheus);
        KubernetesClient client = ControlPlane.newClient(plane.kubeconfig());
        Control started = new Control(settings, client, vertx, Clock.systemUTC(), ended::incrementAndGet);
        control = started;
        started.start();
        return started;
    }

    Control current() {
        if (control == null) {
            throw new IllegalStateException("no replica was started");
        }
        return control;
    }

    /** Stops the replica in an orderly way. */
    void stop() {
        if (control != null) {
            control.close();
            control = null;
        }
    }

    /** How often the process would have ended. */
    int ended() {
        return ended.get();
    }

    /** The engine says this of a device. */
    void say(DeviceState state) {
        raw(Topic.STATE, state.device().toString(), Json.write(state));
    }

    /** Writes a record as the engine. */
    void raw(Topic topic, String key, byte @Nullable [] value) {
        try {
            engine.send(new ProducerRecord<>(topic.topicName(), key, value)).get();
        } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes a record as the operator. */
    void rawAsOperator(Topic topic, String key, byte @Nullable [] value) {
        try (Producer<String, byte[]> producer =
                new KafkaProducer<>(broker.accessFor(Principal.OPERATOR).producer("intruder"))) {
            producer.send(new ProducerRecord<>(topic.topicName(), key, value)).get();
        } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Another process takes the dispatcher's name, as a replica that believes it leads would. */
    void fenceDispatcher() {
        Map<String, Object> config =
                new HashMap<>(broker.accessFor(Principal.OPERATOR).producer("usurper"));
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, Principal.OPERATOR.prefix() + "-test");
        try (Producer<String, byte[]> usurper = new KafkaProducer<>(config)) {
            usurper.initTransactions();
        }
    }

    /** Every committed record of a topic, in order per partition. */
    List<ConsumerRecord<String, byte[]>> records(Topic topic) {
        return broker.spectator().all(topic);
    }

    /** Records of a topic whose key begins so. */
    List<ConsumerRecord<String, byte[]>> records(Topic topic, String prefix) {
        return records(topic).stream()
                .filter(r -> r.key() != null && r.key().startsWith(prefix))
                .toList();
    }

    /** Clears an object's status, as a restored cluster would. */
    void clearStatus(HasMetadata object) {
        client().resource(object)
                .subresource("status")
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"status\":null}");
    }

    Signer signer() {
        return signer;
    }

    static DeviceId id(String tenant, String name) {
        return new DeviceId(tenant, name);
    }

    private static Signer newSigner() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            return new Signer((ECPrivateKey) pair.getPrivate(), (ECPublicKey) pair.getPublic());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        stop();
        engine.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        plane.close();
        broker.close();
    }
}
