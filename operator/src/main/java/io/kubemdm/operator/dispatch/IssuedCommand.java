package io.kubemdm.operator.dispatch;

import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.order.CommandOrder;
import io.kubemdm.protocol.order.WithdrawnOrder;
import java.time.Instant;

/**
 * A command as it stands on {@code mdm.commands}.
 *
 * @param seq 0 when only its withdrawal is left
 */
public record IssuedCommand(String id, DeviceId device, long epoch, long seq, Instant notAfter, boolean withdrawn) {

    static IssuedCommand of(CommandOrder order) {
        return new IssuedCommand(order.id(), order.device(), order.epoch(), order.seq(), order.notAfter(), false);
    }

    static IssuedCommand of(WithdrawnOrder order, long seq) {
        return new IssuedCommand(order.id(), order.device(), order.epoch(), seq, order.notAfter(), true);
    }
}
