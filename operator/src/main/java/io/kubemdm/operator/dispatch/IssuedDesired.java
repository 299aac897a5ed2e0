package io.kubemdm.operator.dispatch;

import io.kubemdm.protocol.approval.BundleProof;
import io.kubemdm.protocol.bundle.Digest;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.order.DesiredOrder;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The latest desired order of a device, as it stands on {@code mdm.desired}.
 *
 * @param proofs content address of the approvers' signatures in it, null for none
 */
public record IssuedDesired(
        long epoch,
        long seq,
        Instant issuedAt,
        List<PolicyRef> policies,
        int heartbeatSeconds,
        @Nullable Long lockAfterSeconds,
        @Nullable String proofs,
        boolean quarantined) {

    public IssuedDesired {
        policies = List.copyOf(policies);
    }

    static IssuedDesired of(DesiredOrder order) {
        return new IssuedDesired(
                order.epoch(),
                order.seq(),
                order.issuedAt(),
                order.policies(),
                order.heartbeatSeconds(),
                order.lockAfterSeconds(),
                address(order.proofs()),
                order.confines());
    }

    /** The content address of an order's approvers' signatures, null for none; they themselves are too long to keep. */
    public static @Nullable String address(@Nullable List<BundleProof> proofs) {
        return proofs == null ? null : Digest.of(Json.canonical(proofs));
    }
}
