package io.kubemdm.protocol.message;

import java.util.Objects;

/** The operator withdrew a command; in the same transaction as the withdrawal. */
public record CommandCancelled(String id, String reason) implements Report {
    public CommandCancelled {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(reason, "reason");
    }
}
