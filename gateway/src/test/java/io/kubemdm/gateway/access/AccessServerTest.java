package io.kubemdm.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
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
import java.nio.file.Files;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The role on a real port with real TLS; ledger and topics say what the test tells them. */
class AccessServerTest {

    private static final TestPki PKI = TestPki.create();
    private static final DeviceId DEVICE = DeviceId.parse("acme/d-1");
    private static final String WIKI = "https://wiki.example";
    private static final String DIGEST = "sha256:" + "0".repeat(64);
    private static final String FORM = "grant_type=client_credentials&client_id=acme%2Fd-1&resource=" + WIKI;

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final Map<String, Authorization> ledger = new ConcurrentHashMap<>();
    private final Standings standings = new Standings(() -> CompletableFuture.completedFuture(null), letter -> {});
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final TestPki.Member device = DeviceCertificates.issue(PKI, DEVICE);
    private int port;
    private SigningKeys keys;

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

    private void pair(String name, TestPki.Member member) throws IOException {
        TestPki.write(folder.resolve(name), "tls", member);
    }

    private void state(ComplianceState state) {
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

    private void judged(Instant through) {
        take(Topic.WATERMARKS, "0", new Watermark(0, through));
        standings.watermarks().confirm();
    }

    private void take(Topic topic, String key, Object value) {
        standings.accept(new CompactedTopic.Entry(topic, key, Json.write(value), 0, 0, Instant.now()));
    }

    private HttpResponse<String> post(TestPki.@Nullable Member as, String body) throws Exception {
        return send(
                as,
                HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/token"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build());
    }

    private HttpResponse<String> get(String path) throws Exception {
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

    private static JsonNode json(HttpResponse<String> answer) {
        return Json.read(answer.body().getBytes(java.nio.charset.StandardCharsets.UTF_8), JsonNode.class);
    }

    @Test
    void a_token_is_for_one_audience_for_minutes_and_for_this_certificate() throws Exception {
        HttpResponse<String> answer = post(device, FORM);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
        SignedJWT token = SignedJWT.parse(json(answer).path("access_token").asText());
        JWKSet jwks = JWKSet.parse(get("/jwks").body());
        assertThat(jwks.getKeys()).hasSize(2).noneMatch(key -> key.isPrivate());
        JWSVerifier verifier = new ECDSAVerifier(
                jwks.getKeyByKeyId(token.getHeader().getKeyID()).toECKey());
        assertThat(token.verify(verifier)).isTrue();
        assertThat(token.getHeader().getType().getType()).isEqualTo("at+jwt");
        JWTClaimsSet claims = token.getJWTClaimsSet();
        assertThat(claims.getIssuer()).isEqualTo("https://mdm.example:12443");
        assertThat(claims.getSubject()).isEqualTo("acme/d-1");
        assertThat(claims.getAudience()).containsExactly(WIKI);
        assertThat(claims.getExpirationTime().toInstant())
                .isEqualTo(claims.getIssueTime().toInstant().plus(Duration.ofMinutes(1)));
        assertThat(claims.getJWTID()).hasSize(36);
        assertThat(claims.getStringClaim("policy_digest")).isEqualTo(DIGEST);
        assertThat(claims.getJSONObjectClaim("cnf"))
                .containsEntry(
                        "x5t#S256",
                        com.nimbusds.jose.util.X509CertUtils.computeSHA256Thumbprint(device.certificate())
                                .toString());
        assertThat(meters.counter("kubemdm.access.tokens", "outcome", "Issued").count())
                .isEqualTo(1);
    }

    @Test
    void metadata_is_what_rfc_8414_says() throws Exception {
        JsonNode metadata = json(get("/.well-known/oauth-authorization-server"));

        assertThat(metadata.path("token_endpoint").asText()).isEqualTo("https://mdm.example:12443/token");
        assertThat(metadata.path("tls_client_certificate_bound_access_tokens").asBoolean())
                .isTrue();
        assertThat(get("/elsewhere").statusCode()).isEqualTo(404);
        assertThat(get("/token").statusCode()).isEqualTo(405);
    }

    @Test
    void who_shows_no_certificate_another_devices_or_a_revoked_one_is_no_client() throws Exception {
        assertThat(json(post(null, FORM)).path("reason").asText()).isEqualTo("NoCertificate");
        TestPki.Member other = DeviceCertificates.issue(PKI, DeviceId.parse("acme/d-2"));
        assertThat(json(post(other, FORM)).path("reason").asText()).isEqualTo("CertificateForeign");
        ledger.put(
                PresentedCertificate.fingerprint(device.certificate()),
                new Authorization.Revoked(DEVICE, 1, Instant.now()));

        HttpResponse<String> answer = post(device, FORM);

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(json(answer).path("error").asText()).isEqualTo("invalid_client");
    }

    @Test
    void a_certificate_under_another_root_gets_no_connection() {
        TestPki.Member foreign = DeviceCertificates.issue(TestPki.create(), DEVICE);

        assertThatThrownBy(() -> post(foreign, FORM)).isInstanceOf(IOException.class);
    }

    @Test
    void a_verdict_that_turns_bad_is_the_end_of_tokens_at_once_and_so_is_an_engine_that_stands_still()
            throws Exception {
        state(ComplianceState.NonCompliant);
        assertThat(json(post(device, FORM)).path("error").asText()).isEqualTo("access_denied");

        state(ComplianceState.Compliant);
        judged(Instant.now().minusSeconds(31));
        HttpResponse<String> answer = post(device, FORM);
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    }

    @Test
    void a_state_that_cannot_be_read_leaves_its_device_without_tokens() throws Exception {
        standings.accept(
                new CompactedTopic.Entry(Topic.STATE, DEVICE.toString(), new byte[] {1, 2}, 0, 1, Instant.now()));

        assertThat(json(post(device, FORM)).path("reason").asText()).isEqualTo("NotKnown");
    }

    @Test
    void too_much_and_too_often_are_refused() throws Exception {
        assertThat(post(device, FORM + "&x=" + "x".repeat(5_000)).statusCode()).isEqualTo(413);
        for (int request = 0; request < 20; request++) {
            assertThat(post(device, FORM).statusCode()).isEqualTo(200);
        }
        assertThat(post(device, FORM).statusCode()).isEqualTo(429);
    }

    @Test
    void a_rotation_signs_by_the_next_key_and_keeps_the_former_published() throws Exception {
        String old = keys.signer().keyId();
        Files.copy(folder.resolve("next/tls.crt"), folder.resolve("present/tls.crt"), replacing());
        Files.copy(folder.resolve("next/tls.key"), folder.resolve("present/tls.key"), replacing());
        pair("next", DeviceCertificates.issue(PKI, DEVICE));

        keys.look();

        assertThat(keys.signer().keyId()).isNotEqualTo(old);
        assertThat(JWKSet.parse(keys.jwks()).getKeys()).hasSize(3);
        assertThat(JWKSet.parse(keys.jwks()).getKeyByKeyId(old)).isNotNull();
    }

    private static java.nio.file.CopyOption replacing() {
        return java.nio.file.StandardCopyOption.REPLACE_EXISTING;
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
