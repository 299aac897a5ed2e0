package io.kubemdm.protocol.message;

import java.util.Objects;

/**
 * A session ended. Ignored unless it is the device's latest one.
 *
 * @param cause CamelCase constant, also the metric's label
 */
public record SessionClosed(long session, String gateway, String cause) implements Report {
    public SessionClosed {
        Objects.requireNonNull(gateway, "gateway");
        Objects.requireNonNull(cause, "cause");
    }
}
