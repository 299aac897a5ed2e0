package io.kubemdm.protocol.order;

import io.kubemdm.protocol.bundle.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * What an erase has made of one encrypted device.
 *
 * @param device as configured on the device, such as {@code /dev/nvme0n1p3}; at most {@value #MAX_NAME} characters
 * @param slotsBefore content address of the canonical JSON (RFC 8785) of the LUKS2 header's {@code keyslots} object,
 *     read before anything was erased
 * @param slotsAfter the same, read back after the erase; {@link #NO_SLOTS} when no key is left
 * @param headerOverwritten whether both headers are gone, checked by reading back
 */
public record StorageEvidence(String device, String slotsBefore, String slotsAfter, boolean headerOverwritten) {

    /** Longest name of a device. */
    public static final int MAX_NAME = 256;

    /** The content address of an empty {@code keyslots} object. */
    public static final String NO_SLOTS = Digest.of("{}".getBytes(StandardCharsets.UTF_8));

    public StorageEvidence {
        Objects.requireNonNull(device, "device");
        if (device.isEmpty() || device.length() > MAX_NAME) {
            throw new IllegalArgumentException("device is not 1 to " + MAX_NAME + " characters");
        }
        requireDigest("slotsBefore", slotsBefore);
        requireDigest("slotsAfter", slotsAfter);
    }

    /** Whether no key is left and the headers are gone. */
    public boolean provesErasure() {
        return slotsAfter.equals(NO_SLOTS) && headerOverwritten;
    }

    private static void requireDigest(String name, String digest) {
        Objects.requireNonNull(digest, name);
        if (!Digest.isDigest(digest)) {
            throw new IllegalArgumentException(name + " is not sha256: and 64 hexadecimal digits");
        }
    }
}
