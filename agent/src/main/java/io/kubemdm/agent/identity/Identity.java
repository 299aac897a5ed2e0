package io.kubemdm.agent.identity;

import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.trust.TrustBundle;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * Who this device is, whom it trusts and where it belongs.
 *
 * @param certificates the device's own first, then its issuer
 * @param trust pinned at enrolment and at each renewal
 * @param server where it enrolled
 * @param gateways {@code host:port} of each
 */
public record Identity(
        DeviceId device,
        DeviceKey key,
        List<X509Certificate> certificates,
        TrustBundle trust,
        String server,
        List<String> gateways) {

    /** The device's own certificate. */
    public X509Certificate certificate() {
        return certificates.getFirst();
    }

    /** When the certificate ends. */
    public Instant notAfter() {
        return certificate().getNotAfter().toInstant();
    }
}
