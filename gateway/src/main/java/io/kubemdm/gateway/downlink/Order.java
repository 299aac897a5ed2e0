package io.kubemdm.gateway.downlink;

import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.OrderIssued;
import io.kubemdm.protocol.order.CommandOrder;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.DesiredOrder;
import io.kubemdm.protocol.order.WithdrawnOrder;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.SignatureRefused;
import io.kubemdm.protocol.trust.Verifier;
import java.time.Instant;

/**
 * One signed order, reduced to what a gateway decides by; the rest stays in the signed text, which is passed on as it is.
 */
public sealed interface Order {

    /** Whom it is for. */
    DeviceId device();

    /** The enrolment it is for. */
    long epoch();

    /** The signed text. */
    String jws();

    /** Where it was read. */
    Source source();

    /** How it travels. */
    default OrderIssued message() {
        return switch (this) {
            case Desired desired -> new OrderIssued(OrderIssued.Lane.desired, desired.jws());
            case Command command -> new OrderIssued(OrderIssued.Lane.command, command.jws());
            case Withdrawal withdrawal -> new OrderIssued(OrderIssued.Lane.withdrawn, withdrawal.jws());
        };
    }

    /**
     * Checks the signature.
     *
     * @throws SignatureRefused when it is not the operator's
     */
    default void verify(Verifier verifier) {
        switch (this) {
            case Desired desired -> verifier.verify(JwsType.DESIRED, desired.jws(), DesiredOrder.class);
            case Command command -> verifier.verify(JwsType.COMMAND, command.jws(), CommandOrder.class);
            case Withdrawal withdrawal -> verifier.verify(JwsType.WITHDRAWN, withdrawal.jws(), WithdrawnOrder.class);
        }
    }

    /** A record's place in its topic, so that an order found false later can still be named. */
    record Source(int partition, long offset) {}

    /** The desired lane's latest. */
    record Desired(DeviceId device, long epoch, long seq, Source source, String jws) implements Order {}

    /** Something of the command lane, about one command id. */
    sealed interface OfCommand extends Order {
        /** The command's id. */
        String id();

        /** Server time after which it is void. */
        Instant notAfter();
    }

    /** A command to carry out. */
    record Command(
            DeviceId device,
            long epoch,
            String id,
            long seq,
            CommandType type,
            Instant notAfter,
            Source source,
            String jws)
            implements OfCommand {

        /** Whether it ends the device's life with us, so that even a revoked device may fetch it. */
        public boolean isWipe() {
            return type.isWipe();
        }
    }

    /** What takes a command back. */
    record Withdrawal(DeviceId device, long epoch, String id, Instant notAfter, Source source, String jws)
            implements OfCommand {}
}
