package io.kubemdm.protocol.trust;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import io.kubemdm.protocol.bundle.Digest;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.json.MalformedJson;
import io.kubemdm.protocol.trust.SignatureRefused.Reason;
import java.security.interfaces.ECPublicKey;
import java.text.ParseException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Believes what the keys it was made with have signed, and nothing else. Immutable, safe for several threads. */
public final class Verifier {

    /**
     * What was believed, and whose signature it bears.
     *
     * @param digest content address of the very bytes that were signed
     */
    public record Verified<T>(T payload, String keyId, String digest) {}

    private final Map<String, ECDSAVerifier> keys = new HashMap<>();

    /** A verifier that trusts these keys, all for the same use. */
    public Verifier(Collection<ECPublicKey> trusted) {
        for (ECPublicKey key : trusted) {
            try {
                keys.put(KeyId.of(key), new ECDSAVerifier(key));
            } catch (JOSEException e) {
                throw new IllegalArgumentException("a trusted key is not a P-256 key", e);
            }
        }
    }

    /**
     * Checks type, key and signature of a compact JWS and reads its payload.
     *
     * @throws SignatureRefused whatever is wrong with it
     */
    public <T> Verified<T> verify(JwsType type, String compact, Class<T> payload) {
        JWSObject jws = parse(compact);
        String typ = jws.getHeader().getType() == null
                ? "none"
                : jws.getHeader().getType().getType();
        if (!type.header().equals(typ)) {
            throw new SignatureRefused(Reason.WrongType, "expected " + type.header() + ", found " + typ);
        }
        String keyId = jws.getHeader().getKeyID();
        ECDSAVerifier key = keyId == null ? null : keys.get(keyId);
        if (key == null) {
            throw new SignatureRefused(
                    Reason.UnknownKey, "no key we trust for " + type.header() + " is named " + keyId);
        }
        check(jws, key);
        byte[] bytes = jws.getPayload().toBytes();
        try {
            return new Verified<>(Json.read(bytes, payload), keyId, Digest.of(bytes));
        } catch (MalformedJson e) {
            throw new SignatureRefused(Reason.Malformed, "signed payload is " + e.getMessage(), e);
        }
    }

    private static JWSObject parse(String compact) {
        if (compact.length() > 2 * Json.MAX_BYTES) {
            throw new SignatureRefused(Reason.Malformed, "longer than " + 2 * Json.MAX_BYTES + " characters");
        }
        try {
            JWSObject jws = JWSObject.parse(compact);
            if (!JWSAlgorithm.ES256.equals(jws.getHeader().getAlgorithm())) {
                throw new SignatureRefused(
                        Reason.Malformed, "algorithm " + jws.getHeader().getAlgorithm() + " is not ES256");
            }
            return jws;
        } catch (ParseException e) {
            throw new SignatureRefused(Reason.Malformed, "not a compact JWS", e);
        }
    }

    private static void check(JWSObject jws, ECDSAVerifier key) {
        try {
            if (!jws.verify(key)) {
                throw new SignatureRefused(Reason.BadSignature, "the signature does not match");
            }
        } catch (JOSEException e) {
            throw new SignatureRefused(Reason.BadSignature, "the signature cannot be checked", e);
        }
    }
}
