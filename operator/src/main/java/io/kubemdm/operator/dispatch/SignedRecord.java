package io.kubemdm.operator.dispatch;

import com.nimbusds.jose.JWSObject;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.json.MalformedJson;
import io.kubemdm.protocol.trust.JwsType;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;

/**
 * One of our own signed records, read back. The signature is not checked: nobody else may write where it lies, devices
 * check it, and a former key of ours may have made it.
 */
public final class SignedRecord {

    private final JWSObject jws;

    private SignedRecord(JWSObject jws) {
        this.jws = jws;
    }

    /**
     * Reads a compact JWS.
     *
     * @throws MalformedJson when it is none
     */
    public static SignedRecord of(byte[] value) {
        try {
            return new SignedRecord(JWSObject.parse(new String(value, StandardCharsets.US_ASCII)));
        } catch (ParseException e) {
            throw new MalformedJson("not a compact JWS", e);
        }
    }

    boolean is(JwsType type) {
        return jws.getHeader().getType() != null
                && type.header().equals(jws.getHeader().getType().getType());
    }

    /**
     * Its payload.
     *
     * @throws MalformedJson when the header names another type or the payload is not of that shape
     */
    public <T> T read(JwsType type, Class<T> payload) {
        if (!is(type)) {
            throw new MalformedJson("not a JWS of type " + type.header());
        }
        return Json.read(jws.getPayload().toBytes(), payload);
    }
}
