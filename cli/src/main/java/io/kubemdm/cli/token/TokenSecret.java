package io.kubemdm.cli.token;

import io.kubemdm.protocol.bundle.Digest;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * A token's secret: 256 random bits as 43 characters of base64url. The hash is over these characters, so that
 * {@code printf %s SECRET | sha256sum} gives it too.
 */
final class TokenSecret {

    private static final int BYTES = 32;

    private final String text;

    private TokenSecret(String text) {
        this.text = text;
    }

    /** A fresh one. */
    static TokenSecret random(SecureRandom random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return new TokenSecret(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /** The secret itself: shown once, never logged. */
    String reveal() {
        return text;
    }

    /** What the cluster may know. */
    String hash() {
        return Digest.of(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public String toString() {
        return "TokenSecret[hidden]";
    }
}
