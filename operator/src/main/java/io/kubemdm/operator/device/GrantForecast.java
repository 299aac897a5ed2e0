package io.kubemdm.operator.device;

import io.kubemdm.operator.device.DeviceDecision.Grant;
import io.kubemdm.operator.fleet.LiveRollout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which rollout a device would obey if these admitted it. */
public final class GrantForecast {

    private GrantForecast() {}

    /** The rollout whose bundle the device would be told to have in a line, null when none is of the line. */
    public static @Nullable LiveRollout winner(String policy, List<LiveRollout> admitting) {
        Grant winner = DeviceDecision.winners(
                        admitting.stream().map(GrantForecast::grant).toList())
                .get(policy);
        return winner == null
                ? null
                : admitting.stream()
                        .filter(rollout -> grant(rollout).equals(winner))
                        .findFirst()
                        .orElse(null);
    }

    private static Grant grant(LiveRollout rollout) {
        return new Grant(rollout.bundle(), rollout.retire(), rollout.heartbeatSeconds());
    }
}
