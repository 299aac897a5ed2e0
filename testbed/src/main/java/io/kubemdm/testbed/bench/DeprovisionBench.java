package io.kubemdm.testbed.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.kubemdm.crds.device.Device;
import io.kubemdm.crds.wiperequest.WipeRequest;
import io.kubemdm.protocol.bundle.Digest;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.testbed.fleet.FleetListener;
import io.kubemdm.testbed.fleet.SimulatedDevice;
import io.kubemdm.testbed.process.TrustedPem;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * From the moment a directory system sends that a user is inactive (SCIM PATCH) to the WipeRequest for the user's device;
 * one user after the other, while as many devices send heartbeats.
 */
final class DeprovisionBench implements Benchmark {

    private static final int USERS = 100;
    private static final Duration HEARTBEAT = Duration.ofSeconds(10);
    private static final String TOKEN = "the-token-of-a-bench";

    private static final String VALUES = """
            automation:
              enabled: true
              tenants:
                %s: {scimTokenSha256: [%s]}
            """.formatted(
                    BenchFleet.NAMESPACE,
                    Digest.of(TOKEN.getBytes(StandardCharsets.UTF_8)).substring("sha256:".length()));

    @Override
    public String name() {
        return "deprovision";
    }

    @Override
    public void run(BenchSettings settings, Figures figures) throws Exception {
        int users = Math.max(2, settings.scaled(USERS));
        Histogram requested = new ConcurrentHistogram(3);
        try (var own = settings.region(name(), 0, VALUES);
                var bench = new BenchFleet(own.region(), FleetListener.NONE, HEARTBEAT, users, settings.seed());
                var directory = new DirectorySystem(bench);
                var requests = new Requests(bench)) {
            bench.bringUp(users, Duration.ofSeconds(2));
            Map<String, SimulatedDevice> owners = new LinkedHashMap<>();
            for (SimulatedDevice device : bench.fleet().devices()) {
                String user = "user-" + owners.size();
                bench.client()
                        .resources(Device.class)
                        .inNamespace(BenchFleet.NAMESPACE)
                        .withName(device.id().name())
                        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"owner\":\"" + user + "\"}}");
                owners.put(directory.create(user), device);
            }
            owners.forEach((id, device) -> {
                long sent = System.nanoTime();
                directory.deactivate(id);
                BenchFleet.await(
                        () -> requests.since.containsKey(device.id().name()),
                        Duration.ofMinutes(1),
                        "a request for the device of SCIM user " + id);
                long made =
                        Objects.requireNonNull(requests.since.get(device.id().name()));
                requested.recordValue(Math.max(0, (made - sent) / 1_000));
            });
            figures.distribution("requested", "ms", requested, 1_000);
        }
    }

    /** When the first request for each device was seen, as kubectl's watch sees it. */
    private static final class Requests implements AutoCloseable {
        private final Map<String, Long> since = new ConcurrentHashMap<>();
        private final Watch watch;

        Requests(BenchFleet bench) {
            watch = bench.client()
                    .resources(WipeRequest.class)
                    .inNamespace(BenchFleet.NAMESPACE)
                    .watch(new Watcher<>() {
                        @Override
                        public void eventReceived(Action action, WipeRequest wipe) {
                            since.putIfAbsent(wipe.getSpec().deviceRef().name(), System.nanoTime());
                        }

                        @Override
                        public void onClose(@Nullable WatcherException cause) {
                            // Whoever waits says so in a minute.
                        }
                    });
        }

        @Override
        public void close() {
            watch.close();
        }
    }

    /** Speaks SCIM to the region's operator. */
    private static final class DirectorySystem implements AutoCloseable {
        private final HttpClient http;
        private final String users;

        DirectorySystem(BenchFleet bench) throws Exception {
            http = HttpClient.newBuilder()
                    .sslContext(TrustedPem.context(bench.region().folder().pki().resolve("root/tls.crt")))
                    .build();
            users = bench.region().state().orElseThrow().addresses().get("KUBEMDM_AUTOMATION_URL") + "/tenants/"
                    + BenchFleet.NAMESPACE + "/scim/v2/Users";
        }

        String create(String name) {
            return send("POST", users, """
                    {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "%s", "active": true}
                    """.formatted(name)).path("id").asText();
        }

        void deactivate(String id) {
            send("PATCH", users + "/" + id, """
                    {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                     "Operations": [{"op": "replace", "path": "active", "value": false}]}
                    """);
        }

        private JsonNode send(String method, String url, String body) {
            try {
                HttpResponse<byte[]> answer = http.send(
                        HttpRequest.newBuilder(URI.create(url))
                                .header("Authorization", "Bearer " + TOKEN)
                                .header("Content-Type", "application/scim+json")
                                .method(method, BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.ofByteArray());
                if (answer.statusCode() / 100 != 2) {
                    throw new IllegalStateException(method + " " + url + ": " + answer.statusCode() + " "
                            + new String(answer.body(), StandardCharsets.UTF_8));
                }
                return Json.read(answer.body(), JsonNode.class);
            } catch (java.io.IOException | io.kubemdm.protocol.json.MalformedJson e) {
                throw new IllegalStateException(method + " " + url, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }

        @Override
        public void close() {
            http.close();
        }
    }
}
