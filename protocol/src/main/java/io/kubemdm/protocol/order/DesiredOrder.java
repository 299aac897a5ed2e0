package io.kubemdm.protocol.order;

import io.kubemdm.protocol.approval.BundleProof;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.device.DeviceId;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The signed desired state of one device; the latest wins. Payload of a JWS of type
 * {@link io.kubemdm.protocol.trust.JwsType#DESIRED}, value of {@code mdm.desired} under {@code namespace/device}.
 *
 * @param epoch the enrolment it is for; another one's is refused
 * @param seq counter of the desired lane within the epoch, 1 to 2^53−1, a device refuses a lower one than it has
 * @param policies one reference per policy line, sorted by line; a line that is gone from the list is undone
 * @param heartbeatSeconds how often to report, 10 to 86400
 * @param lockAfterSeconds how long without a gateway until the device locks itself, null for never
 * @param proofs the approvers' signatures under bundles with files or scripts, null for none
 * @param quarantined true confines the device before anything else of the order; null, which is not written, and false
 *     release it
 */
public record DesiredOrder(
        DeviceId device,
        long epoch,
        long seq,
        Instant issuedAt,
        List<PolicyRef> policies,
        int heartbeatSeconds,
        @Nullable Long lockAfterSeconds,
        @Nullable List<BundleProof> proofs,
        @Nullable Boolean quarantined) {
    public DesiredOrder {
        Objects.requireNonNull(device, "device");
        Objects.requireNonNull(issuedAt, "issuedAt");
        Objects.requireNonNull(policies, "policies");
    }

    /** A desired state without an offline lease. */
    public DesiredOrder(
            DeviceId device, long epoch, long seq, Instant issuedAt, List<PolicyRef> policies, int heartbeatSeconds) {
        this(device, epoch, seq, issuedAt, policies, heartbeatSeconds, null, null, null);
    }

    /** Whether the device is to be confined. */
    public boolean confines() {
        return Boolean.TRUE.equals(quarantined);
    }

    /** The largest counter: above it JSON numbers lose precision (RFC 8785 §3.2.2.3). */
    public static final long MAX_SEQ = (1L << 53) - 1;
}
