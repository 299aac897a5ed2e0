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
 * @param erased what is gone, for people: paths, stores, key slots
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
        @Nullable String failedStep,
        @Nullable String message,
        Instant completedAt) {
    public Receipt {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(device, "device");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(outcome, "outcome");
        Objects.requireNonNull(erased, "erased");
        Objects.requireNonNull(completedAt, "completedAt");
    }

    /** What came of a command. */
    public enum Outcome {
        Completed,
        Failed
    }
}
