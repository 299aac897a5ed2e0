package io.kubemdm.operator.fleet;

import io.kubemdm.protocol.bundle.PolicyRef;
import java.time.Instant;
import java.util.List;

/**
 * What is remembered of a PolicyBundle whose artefact is on {@code mdm.bundles}: the record under its name.
 *
 * @param uid of the object that has this content now
 * @param platforms empty means every platform
 * @param keyId of the key that signed it
 */
public record PublishedBundle(
        String uid, PolicyRef ref, List<String> platforms, int heartbeatSeconds, String keyId, Instant publishedAt) {

    public PublishedBundle {
        platforms = List.copyOf(platforms);
    }

    /** The same content under another object. */
    public PublishedBundle withUid(String next) {
        return new PublishedBundle(next, ref, platforms, heartbeatSeconds, keyId, publishedAt);
    }
}
