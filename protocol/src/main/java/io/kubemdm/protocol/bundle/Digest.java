package io.kubemdm.protocol.bundle;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Content addresses, written {@code sha256:} and 64 lower-case hexadecimal digits. */
public final class Digest {

    private static final Pattern FORM = Pattern.compile("sha256:[0-9a-f]{64}");

    private Digest() {}

    /** The content address of {@code content}. */
    public static String of(byte[] content) {
        return "sha256:" + HexFormat.of().formatHex(sha256(content));
    }

    /** Whether {@code text} has the form of a content address. */
    public static boolean isDigest(String text) {
        return FORM.matcher(text).matches();
    }

    /** SHA-256. */
    public static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
