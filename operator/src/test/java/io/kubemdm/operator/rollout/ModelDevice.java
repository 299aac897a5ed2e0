package io.kubemdm.operator.rollout;

import io.kubemdm.operator.fleet.KnownDevice;
import io.kubemdm.operator.fleet.SampleDevice;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.PolicyReported;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A device of a model fleet: what the engine would know of it. */
final class ModelDevice {

    final DeviceId id;
    final Instant enrolledAt;
    boolean declared = true;
    String ring = "none";
    String timeZone = "UTC";
    boolean online = true;
    Instant onlineSince;

    @Nullable PolicyRef assigned;

    Instant assignedAt;

    @Nullable Instant appliedAt;

    PolicyReported.@Nullable State said;

    Instant saidAt;

    ModelDevice(String name, Instant now) {
        this.id = new DeviceId("acme", name);
        this.enrolledAt = now;
        this.onlineSince = now;
        this.assignedAt = now;
        this.saidAt = now;
    }

    /** The order names this version now; as the engine folds it. */
    void assign(@Nullable PolicyRef ref, Instant now) {
        if (ref == null ? assigned != null : !ref.equals(assigned)) {
            assigned = ref;
            assignedAt = now;
            appliedAt = null;
        }
        if (ref == null && said != null) {
            said = PolicyReported.State.Removed;
            saidAt = now;
        }
    }

    /** It tells what became of the assigned version. */
    void say(PolicyReported.State state, Instant now) {
        if (assigned == null || said == state) {
            return;
        }
        said = state;
        saidAt = now;
        if (state == PolicyReported.State.Applied && appliedAt == null) {
            appliedAt = now;
        }
    }

    void connect(boolean next, Instant now) {
        if (online != next) {
            online = next;
            onlineSince = now;
        }
    }

    KnownDevice known(PolicyRef bundle) {
        return new SampleDevice(id, enrolledAt)
                .online(online, onlineSince)
                .assigned(
                        assigned == null ? 0 : 1,
                        assignedAt,
                        assigned == null
                                ? List.of()
                                : List.of(new KnownDevice.Assigned(assigned, assignedAt, appliedAt)))
                .says(
                        said == null
                                ? List.of()
                                : List.of(new KnownDevice.Line(
                                        bundle,
                                        said,
                                        saidAt,
                                        null,
                                        null,
                                        said == PolicyReported.State.Applied ? bundle : null)))
                .known();
    }
}
