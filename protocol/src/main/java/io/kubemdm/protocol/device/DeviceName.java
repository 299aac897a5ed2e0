package io.kubemdm.protocol.device;

import io.kubemdm.protocol.bundle.Digest;
import java.security.PublicKey;

/** The name a device's first key gives it: {@code d-} and the first 26 base32 characters of SHA-256 over its SPKI. */
public final class DeviceName {

    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
    private static final int CHARACTERS = 26;

    private DeviceName() {}

    /** The name for {@code key}, whose X.509 encoding is its SubjectPublicKeyInfo. 130 bits: no two keys share one. */
    public static String of(PublicKey key) {
        return of(key.getEncoded());
    }

    /** The name for a DER-encoded SubjectPublicKeyInfo. */
    public static String of(byte[] subjectPublicKeyInfo) {
        byte[] hash = Digest.sha256(subjectPublicKeyInfo);
        StringBuilder name = new StringBuilder("d-");
        int buffer = 0;
        int bits = 0;
        int next = 0;
        while (name.length() < CHARACTERS + 2) {
            if (bits < 5) {
                buffer = (buffer << 8) | (hash[next++] & 0xff);
                bits += 8;
            }
            name.append(ALPHABET.charAt((buffer >> (bits - 5)) & 31));
            bits -= 5;
        }
        return name.toString();
    }
}
