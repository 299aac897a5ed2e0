package io.kubemdm.gateway.channel;

import io.kubemdm.gateway.downlink.Downlink;
import io.kubemdm.gateway.downlink.Order;
import io.kubemdm.gateway.downlink.OrderBook;
import io.kubemdm.protocol.message.Hello;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Hands one session its orders. Confined to the session's event loop. */
final class OrderDesk {

    private final SessionParts parts;
    private Holder holder;
    private final AgentSocket socket;
    private final GatewayReports reports;
    private @Nullable PushedOrders pushed;

    OrderDesk(SessionParts parts, Holder holder, AgentSocket socket, GatewayReports reports) {
        this.parts = parts;
        this.holder = holder;
        this.socket = socket;
        this.reports = reports;
    }

    /** Highest counters issued to the device. */
    OrderBook.Issued issued() {
        return parts.downlink().issued(holder.device(), holder.epoch());
    }

    /** From now on orders are handed out: first those that are pending. */
    void open(Hello hello) {
        pushed = new PushedOrders(holder, hello.desiredSeq());
        handOut(hello);
    }

    /** The certificate was revoked: from now on its wipes alone, first those that it has not been sent. */
    void confine(Holder narrowed, @Nullable Hello hello) {
        holder = narrowed;
        if (pushed != null && hello != null) {
            pushed.confine(narrowed);
            handOut(hello);
        }
    }

    private void handOut(Hello hello) {
        Downlink downlink = parts.downlink();
        List<Order> pending = holder.wipeOnly()
                ? downlink.openWipes(holder.device(), holder.epoch())
                : downlink.pending(holder.device(), holder.epoch(), hello.desiredSeq());
        pending.forEach(this::push);
    }

    /** Whether this session was handed a command of that id, and may answer it. */
    boolean hasHandedOut(String id) {
        return pushed != null && pushed.hasCommand(id);
    }

    /** Hands out an order, unless it is not meant for this session, or is not new to it. */
    void push(Order order) {
        PushedOrders sent = pushed;
        Instant now = parts.clock().instant();
        if (sent == null || !sent.take(order, now)) {
            return;
        }
        parts.meters().pushed(order);
        socket.send(order.message(), holder.device(), now, () -> {
            if (order instanceof Order.Command command) {
                reports.delivered(command);
            }
        });
    }
}
