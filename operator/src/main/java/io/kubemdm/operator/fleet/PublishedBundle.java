package io.kubemdm.operator.fleet;

import io.kubemdm.protocol.approval.BundleProof;
import io.kubemdm.protocol.bundle.PolicyRef;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of a PolicyBundle whose artefact is on {@code mdm.bundles}: the record under its name.
 *
 * @param uid of the object that has this content now
 * @param platforms empty means every platform
 * @param keyId of the key that signed it
 * @param proof what approvers signed for devices, null for nothing
 */
public record PublishedBundle(
        String uid,
        PolicyRef ref,
        List<String> platforms,
        int heartbeatSeconds,
        String keyId,
        Instant publishedAt,
        @Nullable BundleProof proof) {

    public PublishedBundle {
        platforms = List.copyOf(platforms);
    }

    /** The same content under another object. */
    public PublishedBundle withUid(String next) {
        return new PublishedBundle(next, ref, platforms, heartbeatSeconds, keyId, publishedAt, proof);
    }

    /** With further signatures. */
    public PublishedBundle withProof(@Nullable BundleProof next) {
        return new PublishedBundle(uid, ref, platforms, heartbeatSeconds, keyId, publishedAt, next);
    }
}
