package io.kubemdm.protocol.approval;

import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.order.CommandType;
import java.time.Instant;
import java.util.Objects;

/**
 * What an approver signs: this device, in this life, is erased this way, once. Signed as its RFC 8785 canonical JSON, so
 * that {@code ssh-keygen -Y sign -n wipe@kubemdm.io} over the very text that a person has read is enough.
 *
 * @param device {@code namespace/name}
 * @param epoch the enrolment it is for
 * @param nonce the WipeRequest's uid: a signature serves one request
 * @param notAfter after this server time it approves nothing
 */
public record WipeStatement(DeviceId device, long epoch, CommandType type, String nonce, Instant notAfter) {

    /** Purpose of the signature, {@code -n} of {@code ssh-keygen}. */
    public static final String NAMESPACE = "wipe@kubemdm.io";

    public WipeStatement {
        Objects.requireNonNull(device, "device");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(nonce, "nonce");
        Objects.requireNonNull(notAfter, "notAfter");
    }

    /** The text that is signed. */
    public byte[] canonical() {
        return Json.canonical(this);
    }
}
