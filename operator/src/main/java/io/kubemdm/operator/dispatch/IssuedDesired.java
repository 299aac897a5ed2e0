package io.kubemdm.operator.dispatch;

import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.order.DesiredOrder;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The latest desired order of a device, as it stands on {@code mdm.desired}. */
public record IssuedDesired(
        long epoch,
        long seq,
        Instant issuedAt,
        List<PolicyRef> policies,
        int heartbeatSeconds,
        @Nullable Long lockAfterSeconds) {

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
                order.lockAfterSeconds());
    }
}
