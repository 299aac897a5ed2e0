package io.kubemdm.testbed.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.kubemdm.bus.Partitions;
import io.kubemdm.bus.Principal;
import io.kubemdm.bus.Topic;
import io.kubemdm.cli.pki.Authority;
import io.kubemdm.cli.pki.Pki;
import io.kubemdm.cli.pki.PkiFolder;
import io.kubemdm.crds.device.Device;
import io.kubemdm.crds.wipeapproval.WipeApproval;
import io.kubemdm.crds.wiperequest.WipeRequest;
import io.kubemdm.operator.Settings;
import io.kubemdm.operator.approval.ApprovalSettings;
import io.kubemdm.operator.engine.EventFormat;
import io.kubemdm.operator.engine.PartitionHead;
import io.kubemdm.operator.engine.Scribe;
import io.kubemdm.operator.flag.FlagSettings;
import io.kubemdm.operator.plan.Planning;
import io.kubemdm.operator.query.QueryServer;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.event.Checkpoint;
import io.kubemdm.protocol.event.DeviceEvent;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.Receipt;
import io.kubemdm.protocol.state.DeviceState;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.Signer;
import io.kubemdm.testbed.Checkout;
import io.kubemdm.testbed.broker.Broker;
import io.kubemdm.testbed.controlplane.ControlPlane;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A real API server, a real broker, the query API between them, and events as the engine writes them. */
final class AuditStage implements AutoCloseable {

    static final int PARTITIONS = 3;

    private final Path dir;
    private final Broker broker;
    private final ControlPlane plane;
    private final KubernetesClient operator;
    private final Vertx vertx = Vertx.vertx();
    private final QueryServer server;
    private final Signer checkpoints;
    private final Producer<String, byte[]> engine;
    private final Map<DeviceId, DeviceState> states = new HashMap<>();
    private final Map<Integer, PartitionHead> heads = new HashMap<>();

    AuditStage(Path dir) throws Exception {
        this.dir = dir;
        Set<String> everybody =
                Stream.of(Principal.values()).map(Principal::user).collect(Collectors.toSet());
        this.broker = Broker.start(dir.resolve("kafka"), everybody, PARTITIONS);
        this.plane = ControlPlane.start(dir.resolve("kubernetes"));
        plane.kubectl().apply(Checkout.ofWorkingDirectory().path("charts/kubemdm/files/crds"));
        plane.kubectl().run("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s");
        // Established is not yet served: the first lists of a kind are answered with 429 while its storage begins.
        plane.client().resources(Device.class).inAnyNamespace().list();
        plane.client().resources(WipeRequest.class).inAnyNamespace().list();
        plane.client().resources(WipeApproval.class).inAnyNamespace().list();
        plane.kubectl().apply(PEOPLE);
        Pki pki = Pki.create(
                new Authority(new SecureRandom(), Instant.now()),
                new Pki.Hosts(List.of("localhost"), List.of("localhost"), List.of("localhost", "127.0.0.1")));
        new PkiFolder(pki()).create(pki);
        this.checkpoints = Settings.signer(pki().resolve("checkpoints-signing"));
        this.operator = ControlPlane.newClient(plane.kubeconfigOf("acme", "operator"));
        this.server = QueryServer.start(
                vertx,
                new QueryServer.Settings(
                        "127.0.0.1", 0, pki().resolve("query-tls/tls.crt"), pki().resolve("query-tls/tls.key")),
                operator,
                broker.accessFor(Principal.OPERATOR),
                new Planning.Settings(
                        ApprovalSettings.NONE,
                        new FlagSettings(null, null, 1, null, "acme", "kubemdm-flags", Duration.ofSeconds(1))),
                "test");
        Map<String, Object> config = broker.accessFor(Principal.ENGINE).producer("played-engine");
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, Principal.ENGINE.prefix() + "-played");
        this.engine = new KafkaProducer<>(config);
        engine.initTransactions();
    }

    /** An operator with the rights of the chart, an auditor, a tenant's viewer, one device's owner, and nobody. */
    private static final String PEOPLE = """
            apiVersion: v1
            kind: Namespace
            metadata: {name: acme}
            ---
            apiVersion: v1
            kind: List
            items:
            - {apiVersion: v1, kind: ServiceAccount, metadata: {name: operator, namespace: acme}}
            - {apiVersion: v1, kind: ServiceAccount, metadata: {name: auditor, namespace: acme}}
            - {apiVersion: v1, kind: ServiceAccount, metadata: {name: viewer, namespace: acme}}
            - {apiVersion: v1, kind: ServiceAccount, metadata: {name: owner, namespace: acme}}
            - {apiVersion: v1, kind: ServiceAccount, metadata: {name: nobody, namespace: acme}}
            - apiVersion: rbac.authorization.k8s.io/v1
              kind: ClusterRole
              metadata: {name: reviews}
              rules:
              - {apiGroups: [authentication.k8s.io], resources: [tokenreviews], verbs: [create]}
              - {apiGroups: [authorization.k8s.io], resources: [subjectaccessreviews], verbs: [create]}
              - {apiGroups: [kubemdm.io], resources: [devices, policybundles, rollouts], verbs: [get, list, watch]}
            - apiVersion: rbac.authorization.k8s.io/v1
              kind: Role
              metadata: {name: planner, namespace: acme}
              rules:
              - {apiGroups: [kubemdm.io], resources: [rollouts], verbs: [get, list, watch]}
            - apiVersion: rbac.authorization.k8s.io/v1
              kind: RoleBinding
              metadata: {name: planner, namespace: acme}
              roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: planner}
              subjects:
              - {kind: ServiceAccount, name: viewer, namespace: acme}
              - {kind: ServiceAccount, name: owner, namespace: acme}
            - apiVersion: rbac.authorization.k8s.io/v1
              kind: ClusterRole
              metadata: {name: sees}
              rules:
              - {apiGroups: [kubemdm.io], resources: [devices, wiperequests, wipeapprovals], verbs: [get, list, watch]}
            - apiVersion: rbac.authorization.k8s.io/v1
              kind: ClusterRoleBinding
              metadata: {name: operator}
              roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reviews}
              subjects: [{kind: ServiceAccount, name: operator, namespace: acme}]
            - apiVersion: rbac.authorization.k8s.io/v1
              kind: ClusterRoleBinding
              metadata: {name: auditor}
              roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: sees}
              subjects: [{kind: ServiceAccount, name: auditor, namespace: acme}]
            - apiVersion: rbac.authorization.k8s.io/v1
              kind: RoleBinding
              metadata: {name: viewer, namespace: acme}
              roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: sees}
              subjects: [{kind: ServiceAccount, name: viewer, namespace: acme}]
            - apiVersion: rbac.authorization.k8s.io/v1
              kind: Role
              metadata: {name: owner, namespace: acme}
              rules:
              - {apiGroups: [kubemdm.io], resources: [devices], resourceNames: [d-1], verbs: [get]}
            - apiVersion: rbac.authorization.k8s.io/v1
              kind: RoleBinding
              metadata: {name: owner, namespace: acme}
              roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: owner}
              subjects: [{kind: ServiceAccount, name: owner, namespace: acme}]
            """;

    Broker broker() {
        return broker;
    }

    ControlPlane plane() {
        return plane;
    }

    Path pki() {
        return dir.resolve("pki");
    }

    String url() {
        return "https://127.0.0.1:" + server.port();
    }

    /** Writes events of a device, each in a transaction of its own, as the engine does at rest. */
    void tell(DeviceId device, DeviceEvent... events) {
        int partition = Partitions.of(device, PARTITIONS);
        for (DeviceEvent event : events) {
            Scribe.Page page = Scribe.write(
                    states.get(device),
                    heads.getOrDefault(partition, PartitionHead.EMPTY),
                    new Scribe.Occasion(device, 1, Instant.now(), MessageId.NONE, null),
                    List.of(event));
            states.put(device, page.state());
            heads.put(partition, page.head());
            Scribe.Entry entry = page.entries().getFirst();
            inTransaction(new ProducerRecord<>(
                    Topic.EVENTS.topicName(),
                    partition,
                    device.toString(),
                    entry.value(),
                    EventFormat.headers(entry.record())));
        }
    }

    /** A WipeRequest for the device that is obeyed, and of whose receipt only the digest is kept. */
    void wipe(DeviceId device, String name) {
        plane.kubectl().apply("""
                apiVersion: kubemdm.io/v1alpha1
                kind: WipeRequest
                metadata: {name: %s, namespace: %s}
                spec: {deviceRef: {name: %s}, type: SelectiveWipe, reason: Lost, requestedBy: ann}
                """.formatted(name, device.namespace(), device.name()));
        String uid =
                plane.kubectl().run("get", "wipe", name, "-n", device.namespace(), "-o", "jsonpath={.metadata.uid}");
        String id = uid + "-1";
        tell(
                device,
                new DeviceEvent.CommandIssued(
                        id, name, CommandType.SelectiveWipe, 1, Instant.now().plus(Duration.ofDays(1))),
                new DeviceEvent.CommandPushed(id, 1, "gateway-0"),
                new DeviceEvent.CommandAnswered(id, 1, null, 0),
                new DeviceEvent.CommandEnded(
                        id,
                        1,
                        Receipt.Outcome.Completed,
                        "sha256:" + "0".repeat(64),
                        "key",
                        List.of("/srv/company"),
                        List.of(),
                        null,
                        null,
                        null));
    }

    static DeviceEvent enrolled() {
        return new DeviceEvent.Enrolled(
                "sha256:f",
                Instant.now().plus(Duration.ofDays(30)),
                "spki",
                "Linux",
                "Corporate",
                Map.of(),
                "laptops",
                null,
                null,
                null);
    }

    /** Signs where each partition stands. */
    void sign() {
        heads.forEach((partition, head) -> inTransaction(new ProducerRecord<>(
                Topic.CHECKPOINTS.topicName(),
                Integer.toString(partition),
                checkpoints
                        .sign(JwsType.CHECKPOINT, new Checkpoint(partition, head.chain(), Instant.now()))
                        .getBytes(StandardCharsets.US_ASCII))));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the commit tells
    private void inTransaction(ProducerRecord<String, byte[]> record) {
        engine.beginTransaction();
        engine.send(record);
        engine.commitTransaction();
    }

    @Override
    public void close() {
        engine.close();
        server.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        operator.close();
        plane.close();
        broker.close();
    }
}
