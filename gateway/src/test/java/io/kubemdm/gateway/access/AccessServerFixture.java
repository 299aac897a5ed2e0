package io.kubemdm.gateway.access;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.bus.CompactedTopic;
import io.kubemdm.bus.Topic;
import io.kubemdm.gateway.GatewayConfig;
import io.kubemdm.gateway.TestPki;
import io.kubemdm.gateway.channel.DeviceCertificates;
import io.kubemdm.gateway.ledger.Authorization;
import io.kubemdm.gateway.ledger.PresentedCertificate;
import io.kubemdm.gateway.peer.TlsEngine;
import io.kubemdm.gateway.peer.TlsMaterial;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.state.Compliance;
import io.kubemdm.protocol.state.ComplianceState;
import io.kubemdm.protocol.state.DeviceState;
import io.kubemdm.protocol.state.Watermark;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The role on a real port with real TLS; ledger and topics say what the test tells them. */
abstract class AccessServerFixture {

    static final TestPki PKI = TestPki.create();
    static final DeviceId DEVICE = DeviceId.parse("acme/d-1");
    static final String WIKI = "https://wiki.example";
    static final String DIGEST = "sha256:" + "0".repeat(64);
    static final String FORM = "grant_type=client_credentials&client_id=acme%2Fd-1&resource=" + WIKI;

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();
    final Map<String, Authorization> ledger = new ConcurrentHashMap<>();
    final Standings standings = new Standings(() -> CompletableFuture.completedFuture(null), letter -> {});
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final TestPki.Member device = DeviceCertificates.issue(PKI, DEVICE);
    private int port;
    SigningKeys keys;

    @BeforeEach
    void start() throws IOException {
        pair("present", DeviceCertificates.issue(PKI, DEVICE));
        pair("next", DeviceCertificates.issue(PKI, DEVICE));
        keys = new SigningKeys(folder.resolve("present"), folder.resolve("next"), Clock.systemUTC());
        TokenDesk desk = new TokenDesk(
                "https://mdm.example:12443",
                presented -> ledger.getOrDefault(presented.fingerprint(), new Authorization.Unlisted()),
                standings,
                keys,
                new RequestRate(20, () -> 0),
                Clock.systemUTC(),
                new AccessMeters(meters));
        AccessServer server = new AccessServer(
                vertx,
                TlsEngine.best(),
                TlsMaterial.read(new Tls(), new Trust(), Clock.systemUTC()),
                100,
                Metadata.of("https://mdm.example:12443"),
                keys::jwks,
                desk);
        port = server.listen("127.0.0.1", 0)
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        Instant now = Instant.now();
        ledger.put(
                PresentedCertificate.fingerprint(device.certificate()),
                new Authorization.Listed(DEVICE, 1, now, now.plus(Duration.ofDays(1))));
        state(ComplianceState.Compliant);
        judged(now);
    }

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    void pair(String name, TestPki.Member member) throws IOException {
        TestPki.write(folder.resolve(name), "tls", member);
    }

    void state(ComplianceState state) {
        Compliance compliance = new Compliance(
                state,
                Instant.now(),
                null,
                new TreeMap<>(),
                false,
                null,
                new TreeMap<>(Map.of(WIKI, new Compliance.Grant("base", DIGEST, 60, ComplianceState.Compliant))));
        DeviceState.Connection online =
                new DeviceState.Connection(DeviceState.Reach.Online, "here", "gateway-0", 1, "1", "1", Instant.now());
        take(
                Topic.STATE,
                DEVICE.toString(),
                new DeviceState(
                        DEVICE,
                        1,
                        1,
                        null,
                        null,
                        online,
                        null,
                        new TreeMap<>(),
                        new TreeMap<>(),
                        MessageId.NONE,
                        0,
                        null,
                        compliance,
                        Instant.now()));
    }

    void judged(Instant through) {
        take(Topic.WATERMARKS, "0", new Watermark(0, through));
        standings.watermarks().confirm();
    }

    private void take(Topic topic, String key, Object value) {
        standings.accept(new CompactedTopic.Entry(topic, key, Json.write(value), 0, 0, Instant.now()));
    }

    HttpResponse<String> post(TestPki.@Nullable Member as, String body) throws Exception {
        return send(
                as,
                HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/token"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build());
    }

    HttpResponse<String> get(String path) throws Exception {
        return send(
                null,
                HttpRequest.newBuilder(URI.create("https://localhost:" + port + path))
                        .build());
    }

    private static HttpResponse<String> send(TestPki.@Nullable Member as, HttpRequest request) throws Exception {
        try (HttpClient client = HttpClient.newBuilder()
                .sslContext(DeviceCertificates.client(PKI, as))
                .version(HttpClient.Version.HTTP_1_1)
                .build()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }

    static JsonNode json(HttpResponse<String> answer) {
        return Json.read(answer.body().getBytes(java.nio.charset.StandardCharsets.UTF_8), JsonNode.class);
    }

    /** As mounted. */
    private final class Tls implements GatewayConfig.Tls {
        Tls() {
            TestPki.write(folder, "server", PKI.server());
            TestPki.write(folder, "root", PKI.root());
            TestPki.write(folder, "orders", PKI.ordersKey());
            TestPki.write(folder, "ledger", PKI.ledgerKey());
        }

        @Override
        public Path certificate() {
            return folder.resolve("server.crt");
        }

        @Override
        public Path key() {
            return folder.resolve("server.key");
        }

        @Override
        public Path ca() {
            return folder.resolve("root.crt");
        }
    }

    /** As mounted. */
    private final class Trust implements GatewayConfig.Trust {
        @Override
        public Path root() {
            return folder.resolve("root.crt");
        }

        @Override
        public Path orders() {
            return folder.resolve("orders.crt");
        }

        @Override
        public Path ledger() {
            return folder.resolve("ledger.crt");
        }
    }
}
