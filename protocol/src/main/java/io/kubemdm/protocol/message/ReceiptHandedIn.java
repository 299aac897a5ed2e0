package io.kubemdm.protocol.message;

import java.util.Objects;

/**
 * A signed {@link io.kubemdm.protocol.order.Receipt}.
 *
 * @param id the command's id
 * @param receipt compact JWS
 */
public record ReceiptHandedIn(String id, String receipt) implements AgentReport {
    public ReceiptHandedIn {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(receipt, "receipt");
    }
}
