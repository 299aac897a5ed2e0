package io.kubemdm.protocol.trust;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.util.Base64;
import io.kubemdm.protocol.json.Json;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.util.ArrayList;
import java.util.List;

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

    /** As {@link #sign(JwsType, Object)}, with the signer's certificates, its own first ({@code x5c}, RFC 7515 §4.1.6). */
    public String sign(JwsType type, Object payload, List<X509Certificate> certificates) {
        List<Base64> chain = new ArrayList<>();
        for (X509Certificate certificate : certificates) {
            chain.add(Base64.encode(encoded(certificate)));
        }
        return sign(header(type).x509CertChain(chain).build(), Json.canonical(payload));
    }

    /** Signs these very bytes. */
    public String sign(JwsType type, byte[] payload) {
        return sign(header(type).build(), payload);
    }

    private JWSHeader.Builder header(JwsType type) {
        return new JWSHeader.Builder(JWSAlgorithm.ES256)
                .type(new JOSEObjectType(type.header()))
                .keyID(keyId);
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a parsed certificate always has an encoding", e);
        }
    }

    private String sign(JWSHeader header, byte[] payload) {
        JWSObject jws = new JWSObject(header, new Payload(payload));
        try {
            jws.sign(signer);
        } catch (JOSEException e) {
            throw new IllegalStateException("signing failed", e);
        }
        return jws.serialize();
    }
}
