package io.kubemdm.protocol.audit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The hash that links the records of a partition of {@code mdm.events}: SHA-256 over the record's key, the number of its
 * CloudEvents headers, each of them as name and value in the order of their names, its value, and the hash of the record
 * before it. Every text and every value is preceded by its length in bytes, and lengths and the number are 4 bytes, most
 * significant first, so that no two records feed the same bytes.
 */
public final class EventChain {

    /** What the first record of a partition names as its predecessor's hash. */
    public static final String GENESIS = "sha256:" + "0".repeat(64);

    /** Headers with this prefix are hashed: the CloudEvents attributes of Kafka's binary mode. */
    public static final String HASHED = "ce_";

    private EventChain() {}

    /**
     * A record's hash.
     *
     * @param headers all of them; those that are no CloudEvents attributes do not count
     * @param previous the hash of the record before it, {@link #GENESIS} for the first
     */
    public static String hash(String key, Map<String, String> headers, byte[] value, String previous) {
        SortedMap<String, String> attributes = new TreeMap<>();
        headers.forEach((name, text) -> {
            if (name.startsWith(HASHED)) {
                attributes.put(name, text);
            }
        });
        MessageDigest digest = sha256();
        feed(digest, key);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, attributes.size()));
        attributes.forEach((name, text) -> {
            feed(digest, name);
            feed(digest, text);
        });
        feed(digest, value);
        feed(digest, previous);
        return "sha256:" + HexFormat.of().formatHex(digest.digest());
    }

    private static void feed(MessageDigest digest, String text) {
        feed(digest, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void feed(MessageDigest digest, byte[] bytes) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
        digest.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
