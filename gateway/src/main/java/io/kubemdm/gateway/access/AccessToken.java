package io.kubemdm.gateway.access;

import com.nimbusds.jwt.JWTClaimsSet;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.Signer;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;

/**
 * A token before it is signed: a JWT (RFC 9068) bound to the certificate of the connection it is handed out on (RFC 8705 §3).
 *
 * @param fingerprint of that certificate, {@code sha256:…}
 * @param id {@code jti}, in our log and in the token
 */
record AccessToken(
        String issuer,
        DeviceId device,
        String audience,
        String fingerprint,
        AccessDecision.Granted granted,
        Instant issuedAt,
        UUID id) {

    private static final String SHA256 = "sha256:";

    /** The compact JWS. */
    String sign(Signer signer) {
        Instant expires = issuedAt.plus(granted.life());
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(issuer)
                .subject(device.toString())
                .audience(audience)
                .issueTime(Date.from(issuedAt))
                .notBeforeTime(Date.from(issuedAt))
                .expirationTime(Date.from(expires))
                .jwtID(id.toString())
                .claim("client_id", device.toString())
                .claim("cnf", Map.of("x5t#S256", thumbprint()))
                .claim("policy", granted.grant().policy())
                .claim("policy_digest", granted.grant().digest())
                .claim("compliance", granted.state().name())
                .build();
        return signer.sign(JwsType.ACCESS, claims.toJSONObject());
    }

    /** The certificate's SHA-256 as RFC 8705 §3.1 writes it. */
    private String thumbprint() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(HexFormat.of().parseHex(fingerprint.substring(SHA256.length())));
    }
}
