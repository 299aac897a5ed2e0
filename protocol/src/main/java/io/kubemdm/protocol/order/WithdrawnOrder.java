package io.kubemdm.protocol.order;

import io.kubemdm.protocol.device.DeviceId;
import java.time.Instant;
import java.util.Objects;

/**
 * Says that a command is void before it was obeyed. It takes the command's place in {@code mdm.commands} until
 * {@code notAfter}, so that no gateway that was away revives it. Payload of a JWS of type
 * {@link io.kubemdm.protocol.trust.JwsType#WITHDRAWN}.
 */
public record WithdrawnOrder(String id, DeviceId device, long epoch, Instant withdrawnAt, Instant notAfter) {
    public WithdrawnOrder {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(device, "device");
        Objects.requireNonNull(notAfter, "notAfter");
    }
}
