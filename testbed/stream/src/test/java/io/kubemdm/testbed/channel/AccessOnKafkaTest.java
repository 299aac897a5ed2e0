package io.kubemdm.testbed.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.bus.Principal;
import io.kubemdm.bus.Topic;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.state.Compliance;
import io.kubemdm.protocol.state.ComplianceState;
import io.kubemdm.protocol.state.DeviceState;
import io.kubemdm.protocol.trust.Pem;
import io.kubemdm.testbed.Checkout;
import io.kubemdm.testbed.broker.Broker;
import io.kubemdm.testbed.engine.EngineProcess;
import io.kubemdm.testbed.process.Child;
import io.kubemdm.testbed.process.ChildSpec;
import io.kubemdm.testbed.process.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tokens with everything real but the verdict, which is written into the engine's changelog before it starts: broker, engine
 * and gateway as processes, and the sample resource server that lets devices in.
 */
class AccessOnKafkaTest {

    private static final DeviceId DEVICE = DeviceId.parse("acme/d-1");
    private static final DeviceId THIEF = DeviceId.parse("acme/d-2");
    private static final String WIKI = "https://wiki.example";

    @TempDir
    Path dir;

    private final java.util.Deque<AutoCloseable> opened = new java.util.ArrayDeque<>();

    @AfterEach
    void closeAll() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    private <C extends AutoCloseable> C opened(C resource) {
        opened.push(resource);
        return resource;
    }

    @Test
    void a_service_takes_the_token_from_its_device_alone_and_there_is_none_once_the_engine_is_dead() throws Exception {
        Broker broker = opened(Broker.start(
                dir.resolve("kafka"),
                Arrays.stream(Principal.values()).map(Principal::user).collect(Collectors.toSet()),
                2));
        Records records = opened(new Records(broker));
        Installation installation = Installation.lay(dir.resolve("keys"));
        Installation.Holder device = enrolled(records, installation, DEVICE);
        Installation.Holder thief = enrolled(records, installation, THIEF);
        records.put(
                Principal.ENGINE,
                Topic.STATE,
                DEVICE.toString(),
                new String(Json.write(compliant()), StandardCharsets.UTF_8));
        Path state = Files.createDirectories(dir.resolve("engine"));
        Child engine = EngineProcess.start(broker.accessFor(Principal.ENGINE), "engine-0", state);
        opened(engine::kill9);
        int port = Ports.free(1).getFirst();
        String access = "https://localhost:" + port;
        opened(gateway(broker, installation, access, port)).awaitReady();
        String service = service(installation, access);

        await().atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofSeconds(5))
                .untilAsserted(() ->
                        assertThat(ask(installation, device, access).body()).contains("access_token"));
        String token = Json.read(
                        ask(installation, device, access).body().getBytes(StandardCharsets.UTF_8), JsonNode.class)
                .path("access_token")
                .asText();

        await().atMost(Duration.ofMinutes(1)).ignoreExceptions().untilAsserted(() -> {
            HttpResponse<String> page = visit(installation, device, service, token);
            assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
            assertThat(page.body()).contains("hello acme/d-1");
        });
        assertThat(visit(installation, thief, service, token).statusCode()).isEqualTo(401);

        engine.kill9();
        await().atMost(Duration.ofSeconds(35))
                .pollInterval(Duration.ofSeconds(4))
                .untilAsserted(() -> {
                    HttpResponse<String> answer = ask(installation, device, access);
                    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
                    assertThat(answer.body()).contains("EngineBehind");
                });
    }

    private static Installation.Holder enrolled(Records records, Installation installation, DeviceId device) {
        Installation.Holder holder = installation.device(device);
        records.put(Principal.ENROLL, Topic.CERTIFICATES, holder.fingerprint(), installation.entry(holder, device, 1));
        return holder;
    }

    private static DeviceState compliant() {
        Instant now = Instant.now();
        Compliance.Grant grant =
                new Compliance.Grant("base", "sha256:" + "0".repeat(64), 300, ComplianceState.Compliant);
        return new DeviceState(
                DEVICE,
                1,
                1,
                null,
                null,
                new DeviceState.Connection(DeviceState.Reach.Online, "local", "gateway-0", 1, "1", "1", now),
                null,
                new TreeMap<>(),
                new TreeMap<>(),
                MessageId.NONE,
                0,
                null,
                new Compliance(
                        ComplianceState.Compliant,
                        now,
                        null,
                        new TreeMap<>(),
                        false,
                        null,
                        new TreeMap<>(Map.of(WIKI, grant))),
                now);
    }

    private GatewayProcess gateway(Broker broker, Installation installation, String issuer, int port)
            throws IOException {
        Map<String, String> settings = new HashMap<>(installation.settings());
        settings.put("kubemdm.roles", "access");
        settings.put("kubemdm.access.issuer", issuer);
        settings.put("kubemdm.access.key", key(installation, "access-signing"));
        settings.put("kubemdm.access.next-key", key(installation, "access-signing-next"));
        return GatewayProcess.start(
                dir,
                "gateway-0",
                broker.accessFor(Principal.GATEWAY),
                settings,
                Map.of("PORT_ACCESS", Integer.toString(port)));
    }

    /** Any certificate serves: tokens are verified by the key. */
    private static String key(Installation installation, String name) throws IOException {
        Path folder = Files.createDirectories(installation.folder().resolve(name));
        Installation.Holder holder = installation.device(DEVICE);
        Files.writeString(folder.resolve("tls.crt"), Pem.of(holder.certificate()));
        Files.writeString(folder.resolve("tls.key"), Pem.of(holder.keys().getPrivate()));
        return folder.toString();
    }

    /** The sample's program; its address. */
    private String service(Installation installation, String access) {
        int port = Ports.free(1).getFirst();
        Path folder = installation.folder().toAbsolutePath();
        Path program = Checkout.ofWorkingDirectory()
                .path("samples/08-access/resource-server/target/quarkus-app/quarkus-run.jar");
        Child child = Child.start(new ChildSpec(
                "resource-server",
                java.util.List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx128m",
                        "-jar",
                        program.toString()),
                Map.of(
                        "BIND_HOST", "127.0.0.1",
                        "PORT", Integer.toString(port),
                        "ACCESS_URL", access,
                        "AUDIENCE", WIKI,
                        "SERVER_CERTIFICATE", folder.resolve("tls.crt").toString(),
                        "SERVER_KEY", folder.resolve("tls.key").toString(),
                        "KUBEMDM_CA", folder.resolve("ca.crt").toString()),
                dir,
                dir.resolve("resource-server.log"),
                ChildSpec.Lifeline.WITH_PARENT));
        opened(child::kill9);
        return "https://localhost:" + port;
    }

    private static HttpResponse<String> ask(Installation installation, Installation.Holder as, String access)
            throws IOException, InterruptedException {
        return send(
                installation,
                as,
                HttpRequest.newBuilder(URI.create(access + "/token"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(
                                "grant_type=client_credentials&client_id=" + DEVICE + "&resource=" + WIKI))
                        .build());
    }

    private static HttpResponse<String> visit(
            Installation installation, Installation.Holder as, String service, String token)
            throws IOException, InterruptedException {
        return send(
                installation,
                as,
                HttpRequest.newBuilder(URI.create(service + "/wiki"))
                        .header("Authorization", "Bearer " + token)
                        .build());
    }

    private static HttpResponse<String> send(Installation installation, Installation.Holder as, HttpRequest request)
            throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newBuilder()
                .sslContext(installation.client(as))
                .version(HttpClient.Version.HTTP_1_1)
                .build()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }
}
