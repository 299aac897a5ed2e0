package io.kubemdm.protocol.trust;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import io.kubemdm.protocol.json.Json;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;

/** Signs with one P-256 key (ES256, RFC 7518 §3.4). Safe for use by several threads. */
public final class Signer {

    private final ECDSASigner signer;
    private final String keyId;

    /**
     * A signer for a key pair.
     *
     * @throws IllegalArgumentException when the key is not on P-256
     */
    public Signer(ECPrivateKey key, ECPublicKey publicKey) {
        try {
            this.signer = new ECDSASigner(key);
        } catch (JOSEException e) {
            throw new IllegalArgumentException("the signing key is not a P-256 key", e);
        }
        if (!signer.supportedJWSAlgorithms().contains(JWSAlgorithm.ES256)) {
            throw new IllegalArgumentException("the signing key is not a P-256 key");
        }
        this.keyId = KeyId.of(publicKey);
    }

    /** The {@code kid} header of what this signer signs, see {@link KeyId}. */
    public String keyId() {
        return keyId;
    }

    /** Signs the canonical JSON of {@code payload}; the result is a compact JWS (RFC 7515 §7.1). */
    public String sign(JwsType type, Object payload) {
        return sign(type, Json.canonical(payload));
    }

    /** Signs these very bytes. */
    public String sign(JwsType type, byte[] payload) {
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.ES256)
                .type(new JOSEObjectType(type.header()))
                .keyID(keyId)
                .build();
        JWSObject jws = new JWSObject(header, new Payload(payload));
        try {
            jws.sign(signer);
        } catch (JOSEException e) {
            throw new IllegalStateException("signing failed", e);
        }
        return jws.serialize();
    }
}
