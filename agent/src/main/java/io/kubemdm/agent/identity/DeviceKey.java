package io.kubemdm.agent.identity;

import io.kubemdm.protocol.trust.JwsType;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.util.List;

/** The device's identity key, P-256. Its private half may live in hardware: nobody asks for its bytes. */
public interface DeviceKey {

    /** The public half; the device is named by it. */
    ECPublicKey publicKey();

    /** A handle that TLS and certificate requests sign with. */
    PrivateKey handle();

    /** Signs a payload as a compact JWS. */
    String sign(JwsType type, Object payload);

    /** The same, with the certificates it is known by, its own first, so that it can be judged without asking anybody. */
    String sign(JwsType type, Object payload, List<X509Certificate> certificates);
}
