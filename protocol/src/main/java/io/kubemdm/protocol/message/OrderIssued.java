package io.kubemdm.protocol.message;

import java.util.Objects;

/**
 * A signed order, passed on as it is.
 *
 * @param lane which lane
 * @param jws compact JWS of a {@code DesiredOrder}, {@code CommandOrder} or {@code WithdrawnOrder}
 */
public record OrderIssued(Lane lane, String jws) implements GatewayMessage {
    public OrderIssued {
        Objects.requireNonNull(lane, "lane");
        Objects.requireNonNull(jws, "jws");
    }

    /** The two lanes of orders and what takes one back. */
    public enum Lane {
        desired,
        command,
        withdrawn
    }
}
