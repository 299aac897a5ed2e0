package io.kubemdm.protocol.message;

import java.util.Objects;

/**
 * Answers {@link BundleRequested}.
 *
 * @param jws compact JWS whose payload is the bundle's canonical JSON
 */
public record BundleDelivered(String digest, String jws) implements GatewayMessage {
    public BundleDelivered {
        Objects.requireNonNull(digest, "digest");
        Objects.requireNonNull(jws, "jws");
    }
}
