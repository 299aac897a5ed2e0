package io.kubemdm.agent.wipe;

import java.util.List;

/**
 * The device's encrypted storage. Every act may be repeated after a kill. A mapping that is in use goes on: what is read
 * through it stays readable until the machine is off. Used by the agent's one thread.
 */
public interface EncryptedStorage {

    /**
     * A header's key slots.
     *
     * @param digest content address of the canonical JSON of the {@code keyslots} object
     * @param headerBytes from the device's start: both headers and the key slots' areas
     */
    record Slots(String digest, long headerBytes) {}

    /** What a device did not do; the message names the device. */
    final class Failed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        /** A failure of one device. */
        public Failed(String device, String message) {
            super(device + ": " + message);
        }
    }

    /** The devices to erase, as configured. */
    List<String> devices();

    /**
     * Reads a device's key slots.
     *
     * @throws Failed when it is no encrypted device
     */
    Slots read(String device);

    /** Erases every key slot. */
    void eraseSlots(String device);

    /** Overwrites this many bytes from the device's start, on disk when it returns. */
    void overwrite(String device, long bytes);

    /** Whether these bytes read back as overwritten, and nothing takes the device for an encrypted one any more. */
    boolean isOverwritten(String device, long bytes);
}
