package io.kubemdm.protocol.message;

import io.kubemdm.protocol.order.CommandType;
import java.time.Instant;
import java.util.Objects;

/**
 * The operator issued or re-signed a command; in the same transaction as the order.
 *
 * @param wipeRequest name of the WipeRequest; of a {@code Remediate} the policy line that asks for it
 */
public record CommandRequested(String id, String wipeRequest, CommandType type, long seq, Instant notAfter)
        implements Report {
    public CommandRequested {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(wipeRequest, "wipeRequest");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(notAfter, "notAfter");
    }
}
