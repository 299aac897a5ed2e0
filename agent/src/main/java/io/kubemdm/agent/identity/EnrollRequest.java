package io.kubemdm.agent.identity;

import io.kubemdm.agent.link.Endpoint;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What enrolling takes.
 *
 * @param server {@code https://host:port}
 * @param namespace the tenant
 * @param token name of the EnrollmentToken
 * @param secret its secret
 * @param gateways where to connect afterwards, at least one
 * @param attributes of the device, by header name, e.g. {@code Kubemdm-Serial}
 * @param patience how long to wait for a person's approval
 */
public record EnrollRequest(
        URI server,
        String namespace,
        String token,
        String secret,
        ServerTrust trust,
        List<Endpoint> gateways,
        Map<String, String> attributes,
        Duration patience) {

    /** Never the secret. */
    @Override
    public String toString() {
        return "EnrollRequest[" + server + " " + namespace + "/" + token + "]";
    }
}
