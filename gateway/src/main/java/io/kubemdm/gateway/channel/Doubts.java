package io.kubemdm.gateway.channel;

import io.kubemdm.protocol.device.DeviceId;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Devices that may have lost rights, until every command written with the loss is known: a session is to be cut or kept
 * for its wipe, and the wipe is on another topic than the revocation. Kafka is asked for all of them at once.
 */
final class Doubts {

    private final Supplier<CompletableFuture<Void>> commandsKnown;
    private final Consumer<DeviceId> look;
    private Set<DeviceId> waiting = new LinkedHashSet<>();
    private boolean asking;

    /**
     * None at first.
     *
     * @param commandsKnown completes, somehow, once every command that was written when it was asked for is known
     * @param look takes a device whose session is to be looked at; on several threads, must not block
     */
    Doubts(Supplier<CompletableFuture<Void>> commandsKnown, Consumer<DeviceId> look) {
        this.commandsKnown = commandsKnown;
        this.look = look;
    }

    /** A device may have lost rights; from any thread, does not block. */
    void add(DeviceId device) {
        synchronized (this) {
            waiting.add(device);
            if (asking) {
                return;
            }
            asking = true;
        }
        ask();
    }

    private void ask() {
        Set<DeviceId> asked;
        synchronized (this) {
            asking = !waiting.isEmpty();
            asked = waiting;
            waiting = new LinkedHashSet<>();
        }
        if (!asked.isEmpty()) {
            // Without an answer they are looked at all the same: who is revoked does not stay because Kafka is away.
            var unused = commandsKnown.get().whenComplete((done, failure) -> {
                asked.forEach(look);
                ask();
            });
        }
    }
}
