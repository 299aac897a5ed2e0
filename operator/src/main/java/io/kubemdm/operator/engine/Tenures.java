package io.kubemdm.operator.engine;

import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.event.DeviceEvent;
import io.kubemdm.protocol.message.PolicyReported;
import io.kubemdm.protocol.state.DeviceState;
import io.kubemdm.protocol.state.DeviceState.Assignment;
import io.kubemdm.protocol.state.DeviceState.Tenure;
import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Since when each version is assigned, and since when the device has once had it in force: a rollout counts time-outs
 * and regressions by that (docs/decisions/0070).
 */
final class Tenures {

    private Tenures() {}

    /** The order as it becomes by an assignment: what was assigned before goes on as it began. */
    static Assignment assigned(StateDraft draft, DeviceEvent.Assigned e, Instant time) {
        Assignment before = draft.assigned;
        SortedMap<String, Tenure> tenures = new TreeMap<>();
        for (PolicyRef ref : e.policies()) {
            Tenure known = before != null && before.policies().contains(ref)
                    ? before.tenures().get(ref.policy())
                    : null;
            DeviceState.Policy said = draft.policies.get(ref.policy());
            // A device that has it already need not say so again.
            boolean inForce = said != null && said.ref().equals(ref) && said.state() == PolicyReported.State.Applied;
            tenures.put(ref.policy(), known != null ? known : new Tenure(time, inForce ? time : null));
        }
        return new Assignment(
                e.desiredSeq(), e.policies(), e.heartbeatSeconds(), Collections.unmodifiableSortedMap(tenures), time);
    }

    /** The order after a device said that a version is in force. */
    static @Nullable Assignment applied(@Nullable Assignment order, PolicyRef ref, Instant time) {
        Tenure tenure = order == null || !order.policies().contains(ref)
                ? null
                : order.tenures().get(ref.policy());
        if (order == null || tenure == null || tenure.appliedAt() != null) {
            return order;
        }
        SortedMap<String, Tenure> tenures = new TreeMap<>(order.tenures());
        tenures.put(ref.policy(), new Tenure(tenure.assignedAt(), time));
        return new Assignment(
                order.desiredSeq(),
                order.policies(),
                order.heartbeatSeconds(),
                Collections.unmodifiableSortedMap(tenures),
                order.at());
    }

    /** The version of a line that is in force after a device spoke of it, null for none. */
    static @Nullable PolicyRef inForce(DeviceState.@Nullable Policy before, DeviceEvent.PolicyChanged e) {
        PolicyRef former = before == null ? null : before.inForce();
        return switch (e.state()) {
            case Applied -> e.policy();
            case Removed -> null;
            // What it could not set, or refuses, is not in force; what was in force before still is.
            case Failed, Rejected, RolledBack -> e.policy().equals(former) ? null : former;
        };
    }
}
