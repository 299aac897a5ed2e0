package io.kubemdm.gateway.access;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.state.Compliance;
import io.kubemdm.protocol.state.DeviceState;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What of a device's state decides about its tokens.
 *
 * @param lifecycle {@code spec.lifecycle} as declared, null when nothing is
 * @param confined a person's quarantine, null when there is none
 * @param wiping whether a command that takes data or the device's membership is open
 * @param compliance null until judged in this epoch
 */
record Standing(
        long epoch,
        boolean online,
        @Nullable String lifecycle,
        @Nullable Confined confined,
        @Nullable String conflict,
        boolean wiping,
        @Nullable Compliance compliance) {

    /**
     * A person's quarantine.
     *
     * @param until null for until it is removed, also where the time cannot be read
     */
    record Confined(String reason, @Nullable Instant until) {}

    /** What matters of a state. */
    static Standing of(StandingState state) {
        StandingState.Connection connection = state.connection();
        JsonNode spec = state.declared() == null ? null : state.declared().spec();
        Collection<StandingState.Command> commands =
                state.commands() == null ? List.of() : state.commands().values();
        return new Standing(
                state.epoch(),
                connection != null && connection.reach() == DeviceState.Reach.Online,
                spec == null ? null : spec.path("lifecycle").asText("Active"),
                spec == null ? null : confined(spec.path("quarantine")),
                state.conflict(),
                commands.stream().anyMatch(each -> each.ended() == null && takes(each.type())),
                state.compliance());
    }

    private static @Nullable Confined confined(JsonNode quarantine) {
        if (quarantine.isMissingNode() || quarantine.isNull()) {
            return null;
        }
        return new Confined(
                quarantine.path("reason").asText("no reason given"),
                time(quarantine.path("until").asText("")));
    }

    private static @Nullable Instant time(String text) {
        try {
            return text.isEmpty() ? null : Instant.parse(text);
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static boolean takes(CommandType type) {
        return switch (type) {
            case Lock, Unlock, Remediate -> false;
            case Retire, SelectiveWipe, FullWipe, CryptoErase -> true;
        };
    }
}
