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
import io.kubemdm.gateway.TestPki;
import io.kubemdm.gateway.channel.DeviceCertificates;
import io.kubemdm.gateway.ledger.Authorization;
import io.kubemdm.gateway.ledger.PresentedCertificate;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.state.ComplianceState;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Who gets a token, for what, and who does not. */
class AccessServerTest extends AccessServerFixture {

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
}
