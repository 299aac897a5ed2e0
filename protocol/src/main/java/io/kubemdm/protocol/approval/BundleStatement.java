package io.kubemdm.protocol.approval;

import io.kubemdm.protocol.json.Json;
import java.util.Objects;

/**
 * What an approver of a bundle signs: this content may be in force on up to this share of the devices of this namespace.
 * Signed as its RFC 8785 canonical JSON, as a {@link WipeStatement} is.
 *
 * @param digest of the bundle
 * @param percent 0 to 100 percent of the places in {@link io.kubemdm.protocol.bundle.AdmissionOrder}
 */
public record BundleStatement(String digest, String namespace, int percent) {

    /** Purpose of the signature, {@code -n} of {@code ssh-keygen}. */
    public static final String NAMESPACE = "bundle@kubemdm.io";

    public BundleStatement {
        Objects.requireNonNull(digest, "digest");
        Objects.requireNonNull(namespace, "namespace");
        if (percent < 0 || percent > 100) {
            throw new IllegalArgumentException("percent: " + percent + " is not 0 to 100");
        }
    }

    /** The text that is signed. */
    public byte[] canonical() {
        return Json.canonical(this);
    }
}
