package io.kubemdm.protocol.message;

import java.util.Objects;

/** Asks for a bundle by its digest; answered by {@link BundleDelivered} or {@link MessageRefused}. */
public record BundleRequested(String digest) implements AgentMessage {
    public BundleRequested {
        Objects.requireNonNull(digest, "digest");
    }
}
