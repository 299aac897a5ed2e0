package io.kubemdm.testbed.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpServer;
import io.kubemdm.agent.identity.TokenClient;
import io.kubemdm.agent.identity.TokenClient.Answer;
import io.kubemdm.crds.device.ComplianceState;
import io.kubemdm.crds.device.Device;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.message.AgentReport;
import io.kubemdm.protocol.message.Heartbeat;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.message.OrderIssued;
import io.kubemdm.testbed.fleet.FleetListener;
import io.kubemdm.testbed.fleet.SimulatedDevice;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * From the heartbeat whose fact is bad to what follows from it at once: the remediation at the device, the order that confines
 * it, the notification at its receiver, the first token that it is refused. A few devices at a time, while all send
 * heartbeats.
 */
final class RemedyBench implements Benchmark {

    private static final int DEVICES = 100;

    /** Each waits half a heartbeat for its turn to speak; one after the other, a hundred would take ten minutes. */
    private static final int AT_A_TIME = 4;

    private static final Duration HEARTBEAT = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** The fact that the policy is about. */
    private static final String FACT = "diskEncryption";

    private static final String AUDIENCE = "https://wiki.example.com";

    /** Where the operator's container would have the webhook's secret; a pod here has its own folder for {@code /tmp}. */
    private static final String SECRET = "/tmp/webhook.secret";

    private static final String POLICY = """
            apiVersion: kubemdm.io/v1alpha1
            kind: PolicyBundle
            metadata: {name: remedy-1, namespace: %1$s}
            spec:
              policy: remedy
              version: 1.0.0
              settings: {heartbeatInterval: 10s}
              rules:
                - {name: encrypted, expression: diskEncryption.encrypted, remediation: {action: Reapply}}
              nonComplianceActions:
                - {action: Notify}
                - {action: Remediate}
                - {action: Quarantine}
              access:
                - {audience: '%2$s', requires: Compliant}
            ---
            apiVersion: kubemdm.io/v1alpha1
            kind: Rollout
            metadata: {name: remedy-1, namespace: %1$s}
            spec:
              bundleRef: {name: remedy-1}
              selector: {}
              steps: [{name: all, percent: 100}]
            """.formatted(BenchFleet.NAMESPACE, AUDIENCE);

    @Override
    public String name() {
        return "remedy";
    }

    @Override
    public void run(BenchSettings settings, Figures figures) throws Exception {
        int devices = Math.max(2, settings.scaled(DEVICES));
        Moments moments = new Moments();
        HttpServer receiver = moments.receiver();
        try (var own = settings.region(name(), 0, values(receiver.getAddress().getPort()));
                var bench = new BenchFleet(own.region(), moments, HEARTBEAT, devices, settings.seed())) {
            Files.writeString(
                    own.region().folder().pods().resolve("kubemdm-operator-0/root" + SECRET),
                    "whsec_" + Base64.getEncoder().encodeToString(new byte[24]));
            bench.bringUp(devices, Duration.ofSeconds(2));
            bench.fleet().devices().forEach(device -> device.fact(FACT, encrypted(true)));
            for (String object : POLICY.split("---\n", -1)) {
                bench.create(object);
            }
            BenchFleet.await(() -> compliant(bench) == devices, Duration.ofMinutes(5), "every device is compliant");
            URI access = URI.create(String.valueOf(
                            own.region().state().orElseThrow().addresses().get("KUBEMDM_ACCESS_URL"))
                    .replaceFirst(",.*", ""));
            breakRules(bench.fleet().devices(), moments, access);
            figures.distribution("order", "ms", moments.since(moments.order), 1_000);
            figures.distribution("quarantined", "ms", moments.since(moments.quarantined), 1_000);
            figures.distribution("alert", "ms", moments.since(moments.alert), 1_000);
            figures.distribution("token_refused", "ms", moments.since(moments.refused), 1_000);
        } finally {
            receiver.stop(0);
        }
    }

    private static void breakRules(List<SimulatedDevice> devices, Moments moments, URI access) throws Exception {
        ExecutorService lanes = Executors.newFixedThreadPool(AT_A_TIME);
        try {
            List<Future<?>> turns = new ArrayList<>();
            for (SimulatedDevice device : devices) {
                turns.add(lanes.submit(() ->
                        breakRule(device, moments, new TokenClient(device.identity(), Clock.systemUTC()), access)));
            }
            for (Future<?> turn : turns) {
                turn.get();
            }
        } finally {
            lanes.shutdownNow();
        }
    }

    private static void breakRule(SimulatedDevice device, Moments moments, TokenClient tokens, URI access) {
        BenchFleet.await(
                () -> tokens.ask(access, AUDIENCE) instanceof Answer.Token,
                PATIENCE,
                "a token for " + device.id() + " while it is compliant");
        device.fact(FACT, encrypted(false));
        BenchFleet.await(() -> moments.bad.containsKey(device.id()), PATIENCE, "the heartbeat of " + device.id());
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (!(tokens.ask(access, AUDIENCE) instanceof Answer.Refused)) {
            if (System.nanoTime() > until) {
                throw new IllegalStateException("not reached within " + PATIENCE + ": no token for " + device.id());
            }
        }
        moments.refused.put(device.id(), System.nanoTime());
        await("remediation", moments.order, device);
        await("quarantine", moments.quarantined, device);
        await("notification", moments.alert, device);
    }

    private static void await(String what, Map<DeviceId, Long> moments, SimulatedDevice device) {
        BenchFleet.await(() -> moments.containsKey(device.id()), PATIENCE, what + " of " + device.id());
    }

    private static String values(int port) {
        return """
                approvals: {rollouts: 0}
                compliance: {budgets: {quarantine: {atLeast: 100000, percent: 100, perHour: 100000}}}
                operator: {config: {kubemdm: {notifications: {url: 'http://127.0.0.1:%d/', secret: '%s'}}}}
                gateway: {config: {kubemdm: {access: {max-requests-per-minute: 6000}}}}
                """.formatted(port, SECRET);
    }

    private static JsonNode encrypted(boolean encrypted) {
        return JsonNodeFactory.instance.objectNode().put("encrypted", encrypted);
    }

    private static long compliant(BenchFleet bench) {
        return bench.client().resources(Device.class).inNamespace(BenchFleet.NAMESPACE).list().getItems().stream()
                .filter(device -> device.getStatus() != null
                        && device.getStatus().compliance() != null
                        && device.getStatus().compliance().state() == ComplianceState.Compliant)
                .count();
    }

    /** When what was first seen of each device. */
    private static final class Moments implements FleetListener {
        private final Map<DeviceId, Long> bad = new ConcurrentHashMap<>();
        private final Map<DeviceId, Long> order = new ConcurrentHashMap<>();
        private final Map<DeviceId, Long> quarantined = new ConcurrentHashMap<>();
        private final Map<DeviceId, Long> alert = new ConcurrentHashMap<>();
        private final Map<DeviceId, Long> refused = new ConcurrentHashMap<>();

        HttpServer receiver() throws IOException {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", exchange -> {
                JsonNode event = Json.read(exchange.getRequestBody().readAllBytes(), JsonNode.class);
                alert.putIfAbsent(DeviceId.parse(event.path("subject").asText()), System.nanoTime());
                exchange.sendResponseHeaders(204, -1);
                exchange.close();
            });
            server.start();
            return server;
        }

        @Override
        public void onReported(DeviceId device, MessageId id, AgentReport report, long nanos) {
            if (report instanceof Heartbeat heartbeat
                    && heartbeat.facts().containsKey(FACT)
                    && !heartbeat.facts().get(FACT).path("encrypted").asBoolean(true)) {
                bad.putIfAbsent(device, nanos);
            }
        }

        @Override
        public void onOrderReceived(DeviceId device, OrderIssued issued, long nanos) {
            if (issued.lane() == OrderIssued.Lane.command) {
                order.putIfAbsent(device, nanos);
            } else if (payload(issued.jws()).path("quarantined").asBoolean(false)) {
                quarantined.putIfAbsent(device, nanos);
            }
        }

        private static JsonNode payload(String jws) {
            String payload = jws.split("\\.", -1)[1];
            return Json.read(
                    Base64.getUrlDecoder().decode(payload.getBytes(StandardCharsets.US_ASCII)), JsonNode.class);
        }

        Histogram since(Map<DeviceId, Long> moments) {
            Histogram since = new ConcurrentHistogram(3);
            moments.forEach((device, nanos) ->
                    since.recordValue(Math.max(0, (nanos - bad.getOrDefault(device, nanos)) / 1_000)));
            return since;
        }
    }
}
