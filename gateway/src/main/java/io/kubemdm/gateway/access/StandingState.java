package io.kubemdm.gateway.access;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.state.Compliance;
import io.kubemdm.protocol.state.DeviceState;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What of a {@link DeviceState} decides about tokens, as it is read from {@code mdm.state}: the rest, most of it, is passed
 * over unread. Fields are those of the whole state; absent ones are null.
 */
record StandingState(
        @Nullable DeviceId device,
        long epoch,
        @Nullable Connection connection,
        @Nullable Declaration declared,
        @Nullable String conflict,
        @Nullable Map<String, Command> commands,
        @Nullable Compliance compliance) {

    /** Whether it is there. */
    record Connection(DeviceState.@Nullable Reach reach) {}

    /** What people want of it. */
    record Declaration(@Nullable JsonNode spec) {}

    /** A command and whether it is over. */
    record Command(CommandType type, @Nullable Ended ended) {}

    /** When it was over. */
    record Ended(Instant at) {}
}
