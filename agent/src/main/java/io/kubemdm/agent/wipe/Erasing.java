package io.kubemdm.agent.wipe;

import io.kubemdm.protocol.message.CommandAcknowledged.Refusal;
import io.kubemdm.protocol.order.CommandType;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether this device erases its storage. Decided by the device itself, whatever an order says.
 *
 * @param personal whether the device is its user's own: then never
 * @param allowed whether the agent runs as the machine's installed service, or was told that it may
 * @param storage what there is to erase
 */
public record Erasing(boolean personal, boolean allowed, EncryptedStorage storage) {

    /** The types it refuses, each with the answer; empty when it erases. */
    public Map<CommandType, Refusal> refused() {
        Refusal refusal = refusal();
        return refusal == null ? Map.of() : Map.of(CommandType.FullWipe, refusal, CommandType.CryptoErase, refusal);
    }

    private @Nullable Refusal refusal() {
        if (personal) {
            return Refusal.Forbidden;
        }
        if (!allowed) {
            return Refusal.DestructiveNotAllowed;
        }
        return storage.devices().isEmpty() ? Refusal.Unsupported : null;
    }
}
