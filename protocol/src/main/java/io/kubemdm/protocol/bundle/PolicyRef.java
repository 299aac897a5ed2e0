package io.kubemdm.protocol.bundle;

import java.util.Objects;

/**
 * One policy line at one version with one content.
 *
 * @param policy the line, e.g. {@code corp-baseline}
 * @param version semantic version
 * @param digest content address of the artefact
 */
public record PolicyRef(String policy, String version, String digest) {
    public PolicyRef {
        Objects.requireNonNull(policy, "policy");
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(digest, "digest");
    }
}
