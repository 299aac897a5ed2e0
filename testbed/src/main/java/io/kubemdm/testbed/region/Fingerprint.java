package io.kubemdm.testbed.region;

import io.kubemdm.testbed.process.ChildSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeMap;

/** Tells whether a running process was started from what would be started now. */
final class Fingerprint {

    private Fingerprint() {}

    /** Of command, environment and whatever else counts, as 16 hexadecimal digits. */
    static String of(ChildSpec spec, String revision) {
        MessageDigest digest = sha256();
        for (String word : spec.command()) {
            digest.update(word.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
        }
        new TreeMap<>(spec.environment()).forEach((key, value) -> {
            digest.update((key + "=" + value).getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
        });
        digest.update(revision.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
