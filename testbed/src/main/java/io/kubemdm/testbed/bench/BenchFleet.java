package io.kubemdm.testbed.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.kubemdm.agent.identity.EnrollRequest;
import io.kubemdm.agent.identity.ServerTrust;
import io.kubemdm.agent.link.Endpoint;
import io.kubemdm.protocol.bundle.Digest;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.trust.Pem;
import io.kubemdm.testbed.fleet.DeviceCount;
import io.kubemdm.testbed.fleet.Fleet;
import io.kubemdm.testbed.fleet.FleetListener;
import io.kubemdm.testbed.fleet.FleetSettings;
import io.kubemdm.testbed.fleet.Scenario;
import io.kubemdm.testbed.process.Readiness;
import io.kubemdm.testbed.region.Region;
import io.kubemdm.testbed.region.RegionState.PartState;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** A simulated fleet in a namespace of its own of a region that is up. */
public final class BenchFleet implements AutoCloseable {

    static final String NAMESPACE = "bench";

    private static final String TOKEN = "bench";
    private static final Duration QUIET = Duration.ofSeconds(3);

    private final Region region;
    private final String namespace;
    private final KubernetesClient client;
    private final String secret;
    private final Fleet fleet;

    BenchFleet(Region region, FleetListener listener, Duration heartbeat, int devices, long seed) {
        this(region, NAMESPACE, listener, heartbeat, devices, seed);
    }

    BenchFleet(Region region, String namespace, FleetListener listener, Duration heartbeat, int devices, long seed) {
        this(region, namespace, listener, heartbeat, devices, seed, Scenario.NONE);
    }

    /**
     * Makes the namespace and its token; no device is there before {@link #bringUp}.
     *
     * @param devices as many will there be, at most
     * @param seed of what they do
     * @param scenario what some of them do otherwise
     */
    public BenchFleet(
            Region region,
            String namespace,
            FleetListener listener,
            Duration heartbeat,
            int devices,
            long seed,
            Scenario scenario) {
        this.region = region;
        this.namespace = namespace;
        this.client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(region.folder().kubeconfig().toFile()))
                .build();
        byte[] random = new byte[32];
        new java.security.SecureRandom().nextBytes(random);
        this.secret = HexFormat.of().formatHex(random);
        this.fleet = new Fleet(
                FleetSettings.of(Endpoint.parseAll(address("KUBEMDM_GATEWAY_URL")), heartbeat, devices, seed)
                        .with(scenario),
                listener);
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .build())
                .create();
        create("""
                apiVersion: kubemdm.io/v1alpha1
                kind: EnrollmentToken
                metadata: {name: %s, namespace: %s}
                spec: {secretHash: '%s', expiresAt: '%s'}
                """.formatted(
                TOKEN,
                namespace,
                Digest.of(secret.getBytes(StandardCharsets.UTF_8)),
                java.time.Instant.now().plus(Duration.ofDays(1)).truncatedTo(java.time.temporal.ChronoUnit.SECONDS)));
    }

    /** Its devices. */
    public Fleet fleet() {
        return fleet;
    }

    /** As an administrator. */
    public KubernetesClient client() {
        return client;
    }

    /** Where its objects are. */
    public String namespace() {
        return namespace;
    }

    private String address(String variable) {
        return region.state().orElseThrow().addresses().get(variable);
    }

    /** Creates an object from YAML. */
    void create(String yaml) {
        client.resource(yaml).create();
    }

    /** What enrolling one device takes. */
    EnrollRequest request() {
        try {
            String root = Files.readString(region.folder().pki().resolve("root/tls.crt"), StandardCharsets.US_ASCII);
            String first = address("KUBEMDM_ENROLL_URL").replaceFirst(",.*", "");
            return new EnrollRequest(
                    URI.create(first),
                    namespace,
                    TOKEN,
                    secret,
                    new ServerTrust.Roots(Pem.certificates(root)),
                    Endpoint.parseAll(address("KUBEMDM_GATEWAY_URL")),
                    Map.of("Kubemdm-Platform", "Linux"),
                    Duration.ofMinutes(1));
        } catch (IOException e) {
            throw new IllegalStateException("the region's root certificate cannot be read", e);
        }
    }

    /** The same as options of {@code kubemdm-agent enroll}. */
    List<String> enrollOptions() {
        return List.of(
                "--server",
                address("KUBEMDM_ENROLL_URL").replaceFirst(",.*", ""),
                "--gateway",
                address("KUBEMDM_GATEWAY_URL"),
                "--ca",
                region.folder().pki().resolve("root/tls.crt").toString(),
                "--token",
                namespace + "/" + TOKEN + ":" + secret);
    }

    /** Enrols, connects and waits until every device that is to be online has a session, and all have their objects. */
    public void bringUp(int devices, Duration ramp) {
        fleet.enrol(request(), devices, 8);
        fleet.start(ramp);
        long online = fleet.devices().stream()
                .filter(device -> !device.staysOffline())
                .count();
        await(() -> fleet.counts().connected() == online, Duration.ofMinutes(5), "all devices connected");
        await(() -> deviceObjects() == devices, Duration.ofMinutes(5), "all Device objects");
    }

    long deviceObjects() {
        return DeviceCount.in(namespace, client);
    }

    /** Waits until nothing of ours has been written to the Kubernetes API for three seconds: what is under way is done. */
    void awaitQuiet(PrintStream progress) {
        progress.println("letting statuses settle");
        long[] last = {-1, System.nanoTime()};
        boolean quiet = Readiness.await(
                () -> {
                    long now = ApiWrites.of(client);
                    if (now != last[0]) {
                        last[0] = now;
                        last[1] = System.nanoTime();
                    }
                    return System.nanoTime() - last[1] > QUIET.toNanos();
                },
                Duration.ofMinutes(10),
                Duration.ofMillis(250));
        if (!quiet) {
            throw new IllegalStateException("the Kubernetes API is still written to after ten minutes");
        }
    }

    /** An object's status, empty while there is none. */
    public JsonNode status(String kind, String name) {
        GenericKubernetesResource object = client.genericKubernetesResources("kubemdm.io/v1alpha1", kind)
                .inNamespace(namespace)
                .withName(name)
                .get();
        Object status = object == null ? null : object.getAdditionalProperties().get("status");
        return status == null ? MissingNode.getInstance() : Json.mapper().valueToTree(status);
    }

    /** Waits for the phase of an object. */
    void awaitPhase(String kind, String name, String phase, Duration limit) {
        JsonNode[] status = {MissingNode.getInstance()};
        boolean reached = Readiness.await(
                () -> {
                    status[0] = status(kind, name);
                    return phase.equals(status[0].path("phase").asText());
                },
                limit);
        if (!reached) {
            throw new IllegalStateException(
                    kind + " " + name + " is not " + phase + " after " + limit + ": " + status[0]);
        }
    }

    /** Waits for a condition. */
    public static void await(BooleanSupplier condition, Duration limit, String what) {
        if (!Readiness.await(condition::getAsBoolean, limit)) {
            throw new IllegalStateException("not reached within " + limit + ": " + what);
        }
    }

    /** The region it is in. */
    Region region() {
        return region;
    }

    /** Process ids of the region's parts by name. */
    Map<String, Long> pids() {
        Map<String, Long> pids = new HashMap<>();
        for (PartState part : region.state().orElseThrow().parts()) {
            if (part.pid() != null) {
                pids.put(part.name(), part.pid());
            }
        }
        return pids;
    }

    /** The process of a service's first replica. */
    public long pid(String service) {
        return pids().entrySet().stream()
                .filter(one -> one.getKey().startsWith(service))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no process of " + service + " among " + pids().keySet()));
    }

    @Override
    public void close() {
        fleet.close();
        client.close();
    }
}
