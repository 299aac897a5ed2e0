package io.kubemdm.protocol.order;

import io.kubemdm.protocol.device.DeviceId;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a device swears it has done about a command. Payload of a JWS of type
 * {@link io.kubemdm.protocol.trust.JwsType#RECEIPT}, signed with the device's identity key after the act.
 *
 * @param id the command's id
 * @param seq the command's counter
 * @param outcome what came of it
 * @param erased what is gone, for people: paths, stores, key slots; at most {@value #MAX_ERASED}
 * @param storage what became of each encrypted device, at most {@value #MAX_STORAGE}; empty for types that erase none
 * @param failedStep where it stopped, when it failed
 */
public record Receipt(
        String id,
        DeviceId device,
        long epoch,
        long seq,
        CommandType type,
        Outcome outcome,
        List<String> erased,
        List<StorageEvidence> storage,
        @Nullable String failedStep,
        @Nullable String message,
        Instant completedAt) {

    /** How many things a receipt names. */
    public static final int MAX_ERASED = 256;

    /** How many encrypted devices a receipt speaks of. */
    public static final int MAX_STORAGE = 16;

    public Receipt {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(device, "device");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(outcome, "outcome");
        Objects.requireNonNull(erased, "erased");
        Objects.requireNonNull(completedAt, "completedAt");
        storage = storage == null ? List.of() : List.copyOf(storage);
        if (erased.size() > MAX_ERASED) {
            throw new IllegalArgumentException("erased has " + erased.size() + " entries, the limit is " + MAX_ERASED);
        }
        if (storage.size() > MAX_STORAGE) {
            throw new IllegalArgumentException(
                    "storage has " + storage.size() + " entries, the limit is " + MAX_STORAGE);
        }
    }

    /**
     * Whether the receipt shows what it claims: a completed erase of storage names at least one device and shows for each
     * that no key is left. Whoever believes a receipt asks this.
     */
    public boolean provesItsClaim() {
        return outcome != Outcome.Completed
                || !type.erasesStorage()
                || (!storage.isEmpty() && storage.stream().allMatch(StorageEvidence::provesErasure));
    }

    /** What came of a command. */
    public enum Outcome {
        Completed,
        Failed
    }
}
