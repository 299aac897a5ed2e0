package io.kubemdm.gateway.channel;

import io.kubemdm.gateway.downlink.Order;
import io.kubemdm.gateway.uplink.ReportStamp;
import io.kubemdm.gateway.uplink.Uplink;
import io.kubemdm.protocol.message.CommandDelivered;
import io.kubemdm.protocol.message.Hello;
import io.kubemdm.protocol.message.Report;
import io.kubemdm.protocol.message.SessionClosed;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway itself tells the engine of one session. The engine hears nothing of the coming and going of a device
 * that fetches its wipe with a revoked or ended certificate: for it, such a device is away.
 */
final class GatewayReports {

    /** Reports that are no agent's count little in the budget, but they count. */
    private static final long BYTES = 512;

    private final SessionParts parts;
    private Holder holder;
    private final ReportStamp stamp;
    private final Instant since;

    GatewayReports(SessionParts parts, Holder holder, ReportStamp stamp, Instant since) {
        this.parts = parts;
        this.holder = holder;
        this.stamp = stamp;
        this.since = since;
    }

    void opened(Hello hello, Instant now) {
        if (!holder.wipeOnly()) {
            submit("opened/" + hello.session(), Greeting.opened(hello, holder, parts, now));
        }
    }

    /** The certificate was revoked: the engine hears that the session is over, and nothing of it afterwards. */
    void confine(Holder narrowed, @Nullable Hello hello) {
        if (hello != null) {
            closed(hello.session(), CloseCause.Revoked);
        }
        holder = narrowed;
    }

    void delivered(Order.Command command) {
        submit(
                "delivered/" + command.id() + "/" + command.seq(),
                new CommandDelivered(command.id(), command.seq(), parts.gateway()));
    }

    void closed(long session, CloseCause cause) {
        if (!holder.wipeOnly()) {
            submit("closed/" + session, new SessionClosed(session, parts.gateway(), cause.name()));
        }
    }

    /** The moment makes the id this connection's: an agent that forgot its counter may open a session number again. */
    private <R extends Report> void submit(String what, R body) {
        parts.uplink()
                .submit(
                        stamp.gateway(
                                what + "/" + since.toEpochMilli(),
                                body,
                                parts.clock().instant()),
                        BYTES,
                        Uplink.Outcome.NONE);
    }
}
