package io.kubemdm.agent;

import io.kubemdm.agent.identity.Identity;
import io.kubemdm.agent.link.CloseCause;
import io.kubemdm.agent.link.Link;
import io.kubemdm.agent.link.LinkListener;
import io.kubemdm.agent.link.LinkSettings;
import io.kubemdm.agent.link.ServerTime;
import io.kubemdm.agent.order.Approvers;
import io.kubemdm.agent.order.CommandDecision;
import io.kubemdm.agent.order.Guard;
import io.kubemdm.agent.order.Orders;
import io.kubemdm.agent.order.ReplayGuard;
import io.kubemdm.agent.policy.BundleQuorum;
import io.kubemdm.agent.policy.Policies;
import io.kubemdm.agent.store.StoreFailed;
import io.kubemdm.agent.wipe.CommandRunner;
import io.kubemdm.agent.wipe.Departure;
import io.kubemdm.agent.wipe.OfflineLease;
import io.kubemdm.protocol.message.AgentReport;
import io.kubemdm.protocol.message.BundleDelivered;
import io.kubemdm.protocol.message.CommandAcknowledged;
import io.kubemdm.protocol.message.Heartbeat;
import io.kubemdm.protocol.message.Hello;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.message.MessageRefused;
import io.kubemdm.protocol.message.OrderIssued;
import io.kubemdm.protocol.message.SessionAccepted;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.DesiredOrder;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One device's agent: the parts put together, on one thread. A disk that refuses never ends it; what could not be
 * persisted is not done, and is tried again at the next heartbeat.
 */
public final class Agent implements LinkListener {

    /** Told to gateways and shown in {@code Device.status}. */
    public static final String VERSION = "0.1.0";

    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);
    private static final String PLATFORM = "Linux";

    private final AgentParts parts;
    private final Trust trust;
    private final Link link;
    private final ReplayGuard guard;
    private final Policies policies;
    private final Orders orders;
    private final CommandRunner runner;
    private final Departure departure;
    private final OfflineLease lease;
    private final Confinement confinement;
    private final DiskTrouble disk = new DiskTrouble();
    private final Speech speech;
    private final Docket docket;
    private final Leaving leaving;
    private final Vitals vitals;
    private final Rhythm rhythm;
    private @Nullable ServerTime serverTime;
    private boolean obeying;

    /**
     * An agent that does nothing until {@link #start}; it counts this start.
     *
     * @throws IllegalStateException when the device is not enrolled
     */
    public Agent(AgentParts parts) {
        Identity identity = parts.identities().read();
        if (identity == null) {
            throw new IllegalStateException("this device is not enrolled: run 'kubemdm-agent enroll' first");
        }
        this.parts = parts;
        this.trust = new Trust(parts, identity, this::serverNow, this::renewed);
        this.guard = new ReplayGuard(parts.store(), identity.device());
        this.link = new Link(
                new LinkSettings(
                        identity.device(),
                        parts.gateways(),
                        trust::tls,
                        parts.group(),
                        parts.executor(),
                        parts.localAddress(),
                        parts.ticks(),
                        parts.random()),
                parts.store(),
                parts.clock(),
                this);
        this.speech = new Speech(link, parts.observer());
        Approvers approvers = new Approvers(parts.store());
        this.policies = new Policies(
                new Policies.Ground(
                        parts.store(),
                        parts.drivers(),
                        trust::orders,
                        PLATFORM,
                        new BundleQuorum(identity.device(), approvers::keys),
                        parts.ticks()),
                new PolicyMouth());
        this.orders = new Orders(
                guard,
                trust::orders,
                new CommandDecision.Device(identity.device(), parts.acts().refused(), CommandRunner.SUPPORTED),
                approvers,
                new OrderObedience());
        this.docket = new Docket(orders, disk, this::serverNow);
        this.runner = new CommandRunner(
                guard,
                policies,
                parts.acts(),
                (type, payload) -> identity.key().sign(type, payload, trust.certificates()),
                this::serverNow,
                speech::say,
                new CommandRunner.Threads(Agent::aside, this::remedied));
        this.confinement = new Confinement(parts.acts().quarantine());
        this.vitals = new Vitals(parts, policies, confinement);
        this.lease = new OfflineLease(parts.store(), parts.acts(), parts.clock(), parts.ticks());
        this.rhythm = new Rhythm(
                new BeatTimer(parts.executor(), parts.random(), parts.ticks(), this::beat),
                lease,
                link::isOpen,
                parts.firstHeartbeat());
        this.departure = new Departure(
                new Departure.Ground(parts.store(), parts.identities(), parts.acts()),
                identity.device(),
                guard,
                speech,
                parts.ticks());
        this.leaving = new Leaving(departure, disk, parts.executor(), () -> {
            halt();
            parts.observer().onRetired();
        });
    }

    /** Finishes what a kill interrupted, connects and never stops by itself, except by retirement. */
    public void start() {
        startAfter(Duration.ZERO);
    }

    /** The same after a while, for fleets. */
    public void startAfter(Duration delay) {
        parts.executor().execute(() -> {
            disk.passes("resume", this::resume);
            trust.schedule();
            link.startAfter(delay);
            rhythm.schedule();
        });
    }

    /** Closes the session and does nothing more. */
    public void stop() {
        parts.executor().execute(this::halt);
    }

    /** Reports something from outside the agent's own rounds; kept until acknowledged as any other report. */
    public void tell(AgentReport report) {
        parts.executor().execute(() -> disk.passes("report", () -> speech.say(report)));
    }

    /** Scripts take minutes; a thread each, since they are rare. */
    private static void aside(Runnable scripts) {
        Thread.ofPlatform().daemon().name("scripts").start(scripts);
    }

    /** Scripts have ended: their receipt goes out, what had to wait for them is judged, and whether they helped. */
    private void remedied(Runnable ended) {
        parts.executor().execute(() -> {
            disk.passes("finish command", ended);
            docket.retry();
            rhythm.soon();
        });
    }

    private void halt() {
        runner.stop();
        rhythm.stop();
        leaving.stop();
        trust.stop();
        link.stop();
    }

    private void resume() {
        DesiredOrder inForce = orders.inForce();
        if (guard.now().departing() == null && inForce != null) {
            confinement.follow(inForce);
            rhythm.follow(inForce);
            policies.resume(inForce);
        }
        runner.carryOut();
        leaving.look();
    }

    @Override
    public Hello greet(long boot, long session) {
        return new Hello(
                VERSION,
                parts.facts().osVersion(),
                PLATFORM,
                boot,
                session,
                guard.now().desiredSeq(),
                guard.now().commandSeq(),
                parts.clock().instant());
    }

    @Override
    public void accepted(SessionAccepted accepted, ServerTime learnt) {
        serverTime = learnt;
        trust.timeLearnt();
        parts.observer().onAccepted(accepted);
        disk.passes("keep the lease", lease::contact);
        disk.passes("enter epoch", () -> {
            long before = guard.now().epoch();
            obeying = orders.enterEpoch(accepted.epoch());
            if (obeying && before != accepted.epoch()) {
                confinement.follow(null); // what the former enrolment ordered is over
                policies.forget();
            }
            policies.askForMissing();
        });
        beat();
    }

    @Override
    public void ordered(OrderIssued order) {
        parts.observer().onOrderReceived(order);
        if (!obeying || (guard.now().departing() != null && order.lane() == OrderIssued.Lane.desired)) {
            return;
        }
        docket.judge(order);
    }

    @Override
    public void delivered(BundleDelivered bundle) {
        speech.delivered(bundle.digest());
        disk.passes("apply bundle", () -> policies.delivered(bundle));
    }

    @Override
    public void refused(MessageRefused refused) {
        MessageId id = new MessageId(refused.boot(), refused.n());
        String digest = speech.refusedBundle(id);
        if (digest != null && refused.reason().equals("UnknownDigest")) {
            disk.passes("note missing bundle", () -> policies.unavailable(digest));
        }
        String receipt = speech.refusedReceipt(id);
        if (receipt != null) {
            departure.receiptRefused(receipt);
        }
        leaving.look();
    }

    @Override
    public void acknowledged(MessageId upTo) {
        parts.observer().onAcknowledged(upTo);
        speech.acknowledgedReceipts(upTo).forEach(departure::receiptAcknowledged);
        leaving.look();
    }

    @Override
    public void closed(CloseCause cause) {
        speech.closed();
        parts.observer().onClosed(cause);
        if (cause == CloseCause.Revoked) {
            departure.shutOut();
            leaving.look();
        }
        if (cause != CloseCause.Stopped && lease.next() != null) {
            rhythm.schedule();
        }
    }

    private void beat() {
        link.outbox().persistAll();
        disk.passes("keep the lease", link.isOpen() ? lease::contact : lease::count);
        disk.passes("finish command", runner::carryOut);
        leaving.look();
        if (guard.now().departing() == null) {
            docket.retry();
            confinement.follow(orders.inForce());
            disk.passes("look for drift", policies::beat);
        }
        if (link.isOpen() && guard.now().departing() == null) {
            StoreFailed.Kind outbox = link.outbox().trouble();
            speech.say(new Heartbeat(
                    parts.clock().instant(),
                    guard.now().desiredSeq(),
                    policies.inForce(),
                    vitals.facts(outbox != null ? outbox : disk.kind())));
        }
        rhythm.beaten();
    }

    private void renewed(Identity identity) {
        LOG.info("certificate renewed not_after={}", identity.notAfter());
        link.reconnect();
    }

    private Instant serverNow() {
        return serverTime == null
                ? parts.clock().instant()
                : serverTime.now(parts.ticks().getAsLong());
    }

    private final class PolicyMouth implements Policies.Mouth {
        @Override
        public void report(AgentReport report) {
            speech.say(report);
            rhythm.soon(); // facts are what a policy is judged by, not its report
        }

        @Override
        public void request(String digest) {
            speech.ask(digest);
        }
    }

    private final class OrderObedience implements Orders.Obedience {
        @Override
        public void desired(DesiredOrder order) {
            confinement.follow(order);
            boolean another = rhythm.follow(order);
            disk.passes("keep the lease", lease::contact);
            policies.follow(order);
            if (another) {
                rhythm.schedule();
            }
        }

        @Override
        public void carryOut() {
            Guard.Open open = guard.now().open();
            boolean remedies = open != null && open.order().type() == CommandType.Remediate;
            runner.carryOut();
            leaving.look();
            if (remedies && !runner.isRunningScripts()) {
                rhythm.soon(); // whoever asked for it wants to know whether it helped
            }
        }

        @Override
        public boolean isRemedying() {
            return runner.isRunningScripts();
        }

        @Override
        public void acknowledge(CommandAcknowledged acknowledgement) {
            speech.say(acknowledgement);
        }

        @Override
        public void handInAgain(String id, String receipt) {
            speech.handIn(id, receipt);
        }

        @Override
        public void takenBack(String id) {
            LOG.info("command will not be carried out id={}", id);
        }
    }
}
