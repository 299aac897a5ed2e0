package io.kubemdm.operator.fleet;

import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.state.Compliance;
import io.kubemdm.protocol.state.DeviceState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** For tests: the state of a Linux device of the company that has just enrolled, beside it only what is said here. */
public final class SampleState {

    private final DeviceId id;
    private final Instant enrolledAt;
    private DeviceState.@Nullable Assignment assigned;
    private @Nullable Compliance compliance;

    public SampleState(DeviceId id, Instant enrolledAt) {
        this.id = id;
        this.enrolledAt = enrolledAt;
    }

    /** Its first order names these. */
    public SampleState ordered(PolicyRef... policies) {
        assigned = new DeviceState.Assignment(1, List.of(policies), 300);
        return this;
    }

    public SampleState judged(@Nullable Compliance verdicts) {
        compliance = verdicts;
        return this;
    }

    public DeviceState state() {
        return new DeviceState(
                id,
                1,
                1,
                new DeviceState.Identity(
                        "sha256:" + "0".repeat(64),
                        enrolledAt,
                        "c3BraQ==",
                        "Linux",
                        "Corporate",
                        Map.of(),
                        "t",
                        null,
                        null,
                        null,
                        enrolledAt),
                null,
                null,
                assigned,
                new TreeMap<>(),
                new TreeMap<>(),
                MessageId.NONE,
                0,
                null,
                compliance,
                enrolledAt);
    }
}
