package io.kubemdm.operator.dispatch;

import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.order.CommandOrder;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.WithdrawnOrder;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A command as it stands on {@code mdm.commands}.
 *
 * @param seq 0 when only its withdrawal is left
 * @param type null of a withdrawal
 */
public record IssuedCommand(
        String id,
        DeviceId device,
        long epoch,
        long seq,
        Instant notAfter,
        @Nullable CommandType type,
        boolean withdrawn) {

    static IssuedCommand of(CommandOrder order) {
        return new IssuedCommand(
                order.id(), order.device(), order.epoch(), order.seq(), order.notAfter(), order.type(), false);
    }

    static IssuedCommand of(WithdrawnOrder order, long seq) {
        return new IssuedCommand(order.id(), order.device(), order.epoch(), seq, order.notAfter(), null, true);
    }
}
