package io.kubemdm.agent.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.agent.Pki;
import io.kubemdm.agent.driver.Drivers;
import io.kubemdm.agent.driver.FilesDriver;
import io.kubemdm.agent.driver.ModuleDriver;
import io.kubemdm.agent.driver.PasswordDriver;
import io.kubemdm.agent.driver.PathLimits;
import io.kubemdm.agent.driver.VpnDriver;
import io.kubemdm.agent.program.Programs;
import io.kubemdm.agent.store.DeviceFiles;
import io.kubemdm.agent.store.MemoryStore;
import io.kubemdm.agent.store.PublicFiles;
import io.kubemdm.protocol.approval.ApproverKeys;
import io.kubemdm.protocol.approval.BundleProof;
import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.message.AgentReport;
import io.kubemdm.protocol.message.BundleDelivered;
import io.kubemdm.protocol.message.PolicyReported;
import io.kubemdm.protocol.message.PolicyReported.State;
import io.kubemdm.protocol.order.DesiredOrder;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.Verifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A device's policies, on memory and below a temporary root, against a server that is this fixture. */
abstract class PolicyFixture implements Policies.Mouth {

    static final Pki PKI = new Pki();

    @TempDir
    Path root;

    private final MemoryStore store = new MemoryStore();
    final AtomicLong ticks = new AtomicLong();
    final List<AgentReport> said = new ArrayList<>();
    final List<String> asked = new ArrayList<>();
    private final Map<String, BundleContent> published = new HashMap<>();
    Policies policies;
    private long seq;

    @Nullable ApproverKeys approvers;

    List<BundleProof> proofs = List.of();

    @BeforeEach
    void start() {
        DeviceFiles files = new DeviceFiles(root);
        Verifier verifier = new Verifier(List.of(PKI.ordersKey.publicKey()));
        policies = new Policies(
                new Policies.Ground(
                        store,
                        new Drivers(List.of(
                                new FilesDriver(files, new PathLimits(List.of("/etc/motd.d"))),
                                new PasswordDriver(files, null),
                                new VpnDriver(files, null),
                                ModuleDriver.usbStorage(files, null),
                                ModuleDriver.camera(files, new Programs(new PublicFiles(root))))),
                        () -> verifier,
                        "Linux",
                        new BundleQuorum(new DeviceId("acme", "d-a"), () -> approvers),
                        ticks::get),
                this);
        said.clear();
        asked.clear();
    }

    @Override
    public void report(AgentReport report) {
        said.add(report);
    }

    @Override
    public void request(String digest) {
        asked.add(digest);
    }

    void desire(PolicyRef... refs) {
        seq++;
        policies.follow(order(Arrays.asList(refs)));
    }

    DesiredOrder order(List<PolicyRef> refs) {
        return new DesiredOrder(new DeviceId("acme", "d-a"), 1, seq, Instant.EPOCH, refs, 60, null, proofs, null);
    }

    void deliver(PolicyRef ref) {
        policies.delivered(new BundleDelivered(
                ref.digest(), PKI.signer().sign(JwsType.BUNDLE, content(ref).canonical())));
    }

    /** Desires these policies and delivers the bundle of each. */
    void bring(PolicyRef... refs) {
        desire(refs);
        for (PolicyRef ref : refs) {
            deliver(ref);
        }
    }

    PolicyRef publish(BundleContent content) {
        published.put(content.digest(), content);
        return content.ref();
    }

    BundleContent content(PolicyRef ref) {
        return java.util.Objects.requireNonNull(published.get(ref.digest()));
    }

    static BundleContent motd(String line, String version, int priority, String text) {
        return bundle(
                line,
                version,
                priority,
                "{'files':[{'path':'/etc/motd.d/corp','mode':'0644','content':'" + text + "'}]}");
    }

    static BundleContent bundle(String line, String version, int priority, String settings) {
        return new BundleContent(
                line, version, List.of("Linux"), priority, "Enforce", json(settings), null, null, null, null);
    }

    private PolicyReported last() {
        return (PolicyReported) said.getLast();
    }

    State lastState() {
        return last().state();
    }

    String lastReason() {
        return String.valueOf(last().reason());
    }

    static JsonNode json(String text) {
        return Json.read(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8), JsonNode.class);
    }
}
