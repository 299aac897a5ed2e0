package io.kubemdm.protocol.trust;

import io.kubemdm.protocol.bundle.Digest;
import java.security.PublicKey;
import java.util.Base64;

/** Names a key: the first 22 characters of the unpadded base64url of SHA-256 over its SPKI. */
public final class KeyId {

    private KeyId() {}

    /** The key's name. */
    public static String of(PublicKey key) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(Digest.sha256(key.getEncoded()))
                .substring(0, 22);
    }
}
