package io.kubemdm.protocol.message;

import java.util.Objects;

/** A gateway has handed a command to the device's session. */
public record CommandDelivered(String id, long seq, String gateway) implements Report {
    public CommandDelivered {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(gateway, "gateway");
    }
}
