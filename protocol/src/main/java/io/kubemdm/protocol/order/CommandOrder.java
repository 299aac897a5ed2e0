package io.kubemdm.protocol.order;

import io.kubemdm.protocol.approval.WipeProof;
import io.kubemdm.protocol.device.DeviceId;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A signed command for one device. Payload of a JWS of type {@link io.kubemdm.protocol.trust.JwsType#COMMAND}, value of
 * {@code mdm.commands} under {@code namespace/device/id}.
 *
 * @param id of a wipe the WipeRequest's uid, a dash, and the epoch; of a remediation a name that follows from its cause.
 *     The same command signed again keeps its id
 * @param epoch the enrolment it is for
 * @param seq counter of the command lane within the epoch, 1 to 2^53−1; strictly rising on the device
 * @param nonce 128 random bits, base64url
 * @param notAfter after this server time the command is void
 * @param params what the type needs, see {@link Remediation}; empty for all others
 * @param proof the approvers' signatures, for devices that demand them; null for none
 */
public record CommandOrder(
        String id,
        DeviceId device,
        long epoch,
        long seq,
        String nonce,
        Instant issuedAt,
        Instant notAfter,
        CommandType type,
        Map<String, String> params,
        @Nullable WipeProof proof) {
    public CommandOrder {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(device, "device");
        Objects.requireNonNull(nonce, "nonce");
        Objects.requireNonNull(issuedAt, "issuedAt");
        Objects.requireNonNull(notAfter, "notAfter");
        Objects.requireNonNull(type, "type");
    }

    /** A command without approvers' signatures. */
    public CommandOrder(
            String id,
            DeviceId device,
            long epoch,
            long seq,
            String nonce,
            Instant issuedAt,
            Instant notAfter,
            CommandType type,
            Map<String, String> params) {
        this(id, device, epoch, seq, nonce, issuedAt, notAfter, type, params, null);
    }
}
