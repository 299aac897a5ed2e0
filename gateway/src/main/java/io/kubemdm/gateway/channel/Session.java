package io.kubemdm.gateway.channel;

import io.kubemdm.gateway.downlink.Downlink;
import io.kubemdm.gateway.downlink.Order;
import io.kubemdm.gateway.downlink.OrderBook;
import io.kubemdm.gateway.uplink.ReportStamp;
import io.kubemdm.protocol.message.AgentMessage;
import io.kubemdm.protocol.message.AgentReport;
import io.kubemdm.protocol.message.BundleRequested;
import io.kubemdm.protocol.message.CommandAcknowledged;
import io.kubemdm.protocol.message.Envelope;
import io.kubemdm.protocol.message.GatewayMessage;
import io.kubemdm.protocol.message.Hello;
import io.kubemdm.protocol.message.MessageAcknowledged;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.message.MessageRefused;
import io.kubemdm.protocol.message.ReceiptHandedIn;
import io.kubemdm.protocol.message.SessionAccepted;
import io.kubemdm.protocol.message.SessionDraining;
import io.vertx.core.Context;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One agent's connection after its certificate was found good. Confined to its event loop but for {@link #deliver} and
 * the methods that say otherwise.
 */
final class Session implements Downlink.Recipient {

    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    private static final int MAX_REFUSALS = 64;

    private final SessionParts parts;
    private final Context context;
    private final AgentSocket socket;
    private Holder holder;
    private final ReportStamp stamp;
    private final Acknowledgements acknowledgements;
    private final GatewayReports reports;
    private final OrderDesk orders;
    private final BundleErrands errands;
    private final Instant provenAt;
    private final Runnable recheck;
    private SessionState state;
    private int refusals;

    /** @param recheck looks at the certificate again; on the event loop */
    Session(SessionParts parts, Context context, AgentSocket socket, SessionState.Proven proven, Runnable recheck) {
        this.parts = parts;
        this.context = context;
        this.socket = socket;
        this.holder = proven.holder();
        this.stamp = new ReportStamp(holder.device(), holder.epoch(), parts.gateway());
        this.acknowledgements =
                new Acknowledgements(task -> context.runOnContext(ignored -> task.run()), this::acknowledge);
        this.errands = new BundleErrands(parts.downlink(), context, this::send);
        this.provenAt = parts.clock().instant();
        this.reports = new GatewayReports(parts, holder, stamp, provenAt);
        this.orders = new OrderDesk(parts, holder, socket, reports);
        this.recheck = recheck;
        this.state = proven;
    }

    Holder holder() {
        return holder;
    }

    /** Its certificate was revoked while a wipe waits for it: it fetches that, and may nothing else; on the event loop. */
    void confine(Holder narrowed) {
        if (!(state instanceof SessionState.Known known)) {
            return;
        }
        state = known.confined(narrowed);
        holder = narrowed;
        errands.cancel();
        LOG.info("session confined to its wipe device={} epoch={}", narrowed.device(), narrowed.epoch());
        Hello hello = known instanceof SessionState.Speaking speaking ? speaking.hello() : null;
        reports.confine(narrowed, hello);
        orders.confine(narrowed, hello);
        checkReader();
    }

    /** A whole message came. */
    void received(byte[] frame) {
        if (state instanceof SessionState.Closed) {
            return;
        }
        switch (AgentFrame.read(frame)) {
            case AgentFrame.Understood understood -> understood(understood.envelope(), frame.length);
            case AgentFrame.Refused refused -> refuse(refused.refusal());
            case AgentFrame.Rubbish rubbish -> {
                LOG.info("rubbish received device={} reason={}", holder.device(), rubbish.reason());
                end(CloseCause.Malformed);
            }
        }
    }

    private void understood(Envelope<AgentMessage> envelope, int length) {
        switch (envelope.body()) {
            case Hello hello when state instanceof SessionState.Proven proven -> greeted(proven, hello);
            case BundleRequested wanted
            when state instanceof SessionState.Speaking && !holder.wipeOnly() ->
                errands.fetch(wanted.digest(), envelope.messageId());
            case AgentReport report
            when state instanceof SessionState.Speaking speaking -> reported(speaking, report, envelope, length);
            default -> end(CloseCause.OutOfTurn);
        }
    }

    private void greeted(SessionState.Proven proven, Hello hello) {
        if (!Greeting.isSane(hello)) {
            end(CloseCause.Malformed);
            return;
        }
        CloseCause refusal = parts.sessions().enter(this, hello.session());
        if (refusal != null) {
            end(refusal);
            return;
        }
        state = proven.greeted(hello);
        Instant now = parts.clock().instant();
        reports.opened(hello, now);
        OrderBook.Issued issued = orders.issued();
        send(new SessionAccepted(now, holder.epoch(), issued.desiredSeq(), issued.commandSeq(), parts.gateway()));
        orders.open(hello);
        parts.meters().opened();
        LOG.info(
                "session opened device={} epoch={} session={} wipeOnly={}",
                holder.device(),
                holder.epoch(),
                hello.session(),
                holder.wipeOnly());
    }

    private void reported(
            SessionState.Speaking speaking, AgentReport report, Envelope<AgentMessage> envelope, int length) {
        MessageId id = envelope.messageId();
        if (!speaking.mayReceive(id)) {
            LOG.info(
                    "message out of turn device={} boot={} n={} last={}",
                    holder.device(),
                    id.boot(),
                    id.n(),
                    speaking.last());
            end(CloseCause.OutOfTurn);
            return;
        }
        state = speaking.received(id);
        if (holder.wipeOnly() && !answersWipe(report)) {
            decline(id);
            return;
        }
        Envelope<AgentReport> said = new Envelope<>(
                envelope.id(), envelope.source(), null, envelope.time(), 0, id, envelope.traceparent(), report);
        parts.uplink().submit(stamp.agent(said, parts.clock().instant()), length, acknowledgements.expect(id));
        holdBack();
    }

    private boolean answersWipe(AgentReport report) {
        return switch (report) {
            case CommandAcknowledged acknowledged -> orders.hasHandedOut(acknowledged.id());
            case ReceiptHandedIn receipt -> orders.hasHandedOut(receipt.id());
            default -> false;
        };
    }

    private void refuse(MessageRefused refusal) {
        if (!(state instanceof SessionState.Speaking)) {
            end(CloseCause.OutOfTurn);
            return;
        }
        parts.meters().refused(refusal.reason());
        LOG.info(
                "message refused device={} boot={} n={} reason={} message={}",
                holder.device(),
                refusal.boot(),
                refusal.n(),
                refusal.reason(),
                refusal.message());
        send(refusal);
        if (++refusals >= MAX_REFUSALS) {
            end(CloseCause.TooManyRefusals);
        }
    }

    /** Not counted: what a device saved up while it was away must not end the session before its receipt has come. */
    private void decline(MessageId id) {
        String reason = "Revoked";
        parts.meters().refused(reason);
        send(new MessageRefused(
                id.boot(), id.n(), reason, "the certificate is revoked or has ended: only its wipe may be answered"));
    }

    private void acknowledge() {
        if (acknowledgements.isLost()) {
            end(CloseCause.KafkaRefused);
            return;
        }
        MessageId next = acknowledgements.next();
        if (next != null) {
            send(new MessageAcknowledged(next.boot(), next.n()));
        }
        readOn();
    }

    private void holdBack() {
        if (acknowledgements.outstanding() >= parts.limits().maxUnacknowledged()
                || parts.budget().isExhausted()) {
            socket.pause();
            parts.sessions().waiting(this);
        }
    }

    /** Reads again if there is room; from any thread. */
    void relieved() {
        context.runOnContext(ignored -> readOn());
    }

    private void readOn() {
        if (socket.isPaused()
                && acknowledgements.outstanding() <= parts.limits().maxUnacknowledged() / 2
                && !parts.budget().isExhausted()) {
            parts.sessions().reading(this);
            socket.resume();
        }
    }

    @Override
    public void deliver(Order order) {
        context.runOnContext(ignored -> push(order));
    }

    private void push(Order order) {
        if (state instanceof SessionState.Speaking) {
            orders.push(order);
            checkReader();
        }
    }

    private void send(GatewayMessage message) {
        if (!(state instanceof SessionState.Closed)) {
            socket.send(message, holder.device(), parts.clock().instant(), () -> {});
            checkReader();
        }
    }

    private void checkReader() {
        if (socket.unwritten() > parts.limits().maxUnwrittenBytes()) {
            end(CloseCause.SlowReader);
        }
    }

    /** Tells the agent to go elsewhere within {@code seconds}; from any thread. */
    void drain(int seconds) {
        context.runOnContext(ignored -> {
            if (state instanceof SessionState.Open open) {
                send(new SessionDraining(seconds));
                state = open.drained();
            }
        });
    }

    /** The device may have lost rights; from any thread. */
    void doubted() {
        context.runOnContext(ignored -> recheck.run());
    }

    /** Ends it; from any thread. */
    void cut(CloseCause cause) {
        context.runOnContext(ignored -> end(cause));
    }

    /** Whether the hello is overdue. */
    boolean isLate(Instant now) {
        return state instanceof SessionState.Proven
                && now.isAfter(provenAt.plus(parts.limits().helloTimeout()));
    }

    /** Ends it, once. */
    void end(CloseCause cause) {
        if (!(state instanceof SessionState.Live live)) {
            return;
        }
        state = live.closed(cause);
        parts.sessions().leave(this);
        errands.cancel();
        if (live instanceof SessionState.Speaking speaking) {
            reports.closed(speaking.hello().session(), cause);
            parts.meters().closed();
        }
        parts.meters().ended(cause);
        if (cause.isOurs()) {
            socket.close(cause);
        }
        LOG.info("session closed device={} epoch={} cause={}", holder.device(), holder.epoch(), cause);
    }
}
