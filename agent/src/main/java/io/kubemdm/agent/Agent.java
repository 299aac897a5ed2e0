package io.kubemdm.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kubemdm.agent.driver.FactSheet;
import io.kubemdm.agent.driver.Facts;
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
import io.kubemdm.protocol.fact.FactCatalogue;
import io.kubemdm.protocol.message.AgentReport;
import io.kubemdm.protocol.message.BundleDelivered;
import io.kubemdm.protocol.message.BundleRequested;
import io.kubemdm.protocol.message.CommandAcknowledged;
import io.kubemdm.protocol.message.CommandAcknowledged.Refusal;
import io.kubemdm.protocol.message.Heartbeat;
import io.kubemdm.protocol.message.Hello;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.message.MessageRefused;
import io.kubemdm.protocol.message.OrderIssued;
import io.kubemdm.protocol.message.ReceiptHandedIn;
import io.kubemdm.protocol.message.SessionAccepted;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.DesiredOrder;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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
    private static final int MAX_DEFERRED = 16;

    /** As many bundles as a gateway fetches for one session at a time. */
    private static final int MAX_ASKED = 8;

    /** After a disk refused what leaving needs. */
    private static final Duration AGAIN = Duration.ofMinutes(1);

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
    private final Deque<OrderIssued> deferred = new ArrayDeque<>(1);
    private final Map<MessageId, String> asked = new HashMap<>(2);
    private final Map<MessageId, String> receipts = new HashMap<>(2);
    private @Nullable ServerTime serverTime;
    private Duration interval;
    private final BeatTimer beats;
    private @Nullable ScheduledFuture<?> leaving;
    private boolean left;
    private boolean obeying;
    private StoreFailed.@Nullable Kind trouble;

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
        this.interval = parts.firstHeartbeat();
        this.beats = new BeatTimer(parts.executor(), parts.random(), parts.ticks(), this::beat);
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
        this.runner = new CommandRunner(
                guard,
                policies,
                parts.acts(),
                (type, payload) -> identity.key().sign(type, payload, trust.certificates()),
                this::serverNow,
                this::report);
        this.confinement = new Confinement(parts.acts().quarantine());
        this.lease = new OfflineLease(parts.store(), parts.acts(), parts.clock(), parts.ticks());
        this.departure = new Departure(
                new Departure.Ground(parts.store(), parts.identities(), parts.acts()),
                identity.device(),
                guard,
                new ReceiptMail(),
                parts.ticks());
    }

    /** Finishes what a kill interrupted, connects and never stops by itself, except by retirement. */
    public void start() {
        startAfter(Duration.ZERO);
    }

    /** The same after a while, for fleets. */
    public void startAfter(Duration delay) {
        parts.executor().execute(() -> {
            guarded("resume", this::resume);
            trust.schedule();
            link.startAfter(delay);
            schedule();
        });
    }

    /** Closes the session and does nothing more. */
    public void stop() {
        parts.executor().execute(this::halt);
    }

    /** Reports something from outside the agent's own rounds; kept until acknowledged as any other report. */
    public void tell(AgentReport report) {
        parts.executor().execute(() -> guarded("report", () -> report(report)));
    }

    private void halt() {
        beats.stop();
        if (leaving != null) {
            leaving.cancel(false);
        }
        trust.stop();
        link.stop();
    }

    private void resume() {
        DesiredOrder inForce = orders.inForce();
        if (guard.now().departing() == null && inForce != null) {
            confinement.follow(inForce);
            interval = Duration.ofSeconds(inForce.heartbeatSeconds());
            lease.allow(inForce.lockAfterSeconds());
            policies.resume(inForce);
        }
        runner.carryOut();
        leaveIfDue();
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
        guarded("keep the lease", lease::contact);
        guarded("enter epoch", () -> {
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
        if (!guarded("judge " + order.lane(), () -> orders.judge(order, serverNow()))
                && deferred.size() < MAX_DEFERRED) {
            deferred.add(order);
        }
    }

    @Override
    public void delivered(BundleDelivered bundle) {
        asked.values().remove(bundle.digest());
        guarded("apply bundle", () -> policies.delivered(bundle));
    }

    @Override
    public void refused(MessageRefused refused) {
        String digest = asked.remove(new MessageId(refused.boot(), refused.n()));
        if (digest != null && refused.reason().equals("UnknownDigest")) {
            guarded("note missing bundle", () -> policies.unavailable(digest));
        }
        String receipt = receipts.remove(new MessageId(refused.boot(), refused.n()));
        if (receipt != null) {
            departure.receiptRefused(receipt);
        }
        leaveIfDue();
    }

    @Override
    public void acknowledged(MessageId upTo) {
        parts.observer().onAcknowledged(upTo);
        receipts.entrySet().removeIf(receipt -> {
            boolean known = receipt.getKey().compareTo(upTo) <= 0;
            if (known) {
                departure.receiptAcknowledged(receipt.getValue());
            }
            return known;
        });
        leaveIfDue();
    }

    @Override
    public void closed(CloseCause cause) {
        asked.clear();
        parts.observer().onClosed(cause);
        if (cause == CloseCause.Revoked) {
            departure.shutOut();
            leaveIfDue();
        }
        if (cause != CloseCause.Stopped && lease.next() != null) {
            schedule();
        }
    }

    private void beat() {
        link.outbox().persistAll();
        guarded("keep the lease", link.isOpen() ? lease::contact : lease::count);
        guarded("finish command", runner::carryOut);
        leaveIfDue();
        if (guard.now().departing() == null) {
            retryDeferred();
            confinement.follow(orders.inForce());
            guarded("look for drift", policies::beat);
        }
        if (link.isOpen() && guard.now().departing() == null) {
            say(new Heartbeat(parts.clock().instant(), guard.now().desiredSeq(), policies.inForce(), facts()));
        }
        beats.beaten();
        schedule();
    }

    private void retryDeferred() {
        for (int left = deferred.size(); left > 0; left--) {
            OrderIssued order = deferred.remove();
            if (!guarded("judge " + order.lane(), () -> orders.judge(order, serverNow()))) {
                deferred.add(order);
            }
        }
    }

    private void schedule() {
        Duration look = link.isOpen() ? null : lease.next();
        beats.within(look == null || look.compareTo(interval) > 0 ? interval : look);
    }

    private void beatSoon() {
        if (link.isOpen()) {
            beats.soon();
        }
    }

    private Map<String, JsonNode> facts() {
        Map<String, JsonNode> facts =
                new LinkedHashMap<>(Facts.collect(parts.facts(), parts.drivers(), policies.notApplicable()));
        Long applied = policies.applyMillis();
        if (applied != null) {
            facts.put("apply", JsonNodeFactory.instance.objectNode().put("milliseconds", applied));
        } else if (facts.computeIfAbsent(FactSheet.UNMEASURED, name -> JsonNodeFactory.instance.objectNode())
                instanceof ObjectNode unmeasured) {
            unmeasured.put(FactCatalogue.APPLY_TIME, "nothing was applied since the agent started");
        }
        if (parts.acts().isLocked()) {
            facts.put("locked", BooleanNode.TRUE);
        }
        facts.putAll(confinement.facts());
        Refusal eraseRefused = parts.acts().refused().get(CommandType.CryptoErase);
        if (eraseRefused != null) {
            facts.put("eraseRefused", TextNode.valueOf(eraseRefused.name()));
        }
        StoreFailed.Kind outbox = link.outbox().trouble();
        if (outbox != null || trouble != null) {
            facts.put("agentStorage", TextNode.valueOf(String.valueOf(outbox != null ? outbox : trouble)));
        }
        return facts;
    }

    private void report(AgentReport report) {
        say(report);
    }

    private void say(AgentReport report) {
        MessageId id = link.report(report);
        if (id != null) {
            if (report instanceof ReceiptHandedIn receipt) {
                receipts.put(id, receipt.id());
            }
            parts.observer().onReported(report, id);
        }
    }

    /** The identity goes once the receipt is in Kafka or, without storage, in ten minutes: until then it hands it in. */
    private void leaveIfDue() {
        Duration due = departure.due();
        if (left) {
            return;
        }
        if (departure.isDue()) {
            if (guarded("leave", departure::leave)) {
                left = true;
                halt();
                parts.observer().onRetired();
                return;
            }
            due = AGAIN;
        }
        if (due != null) {
            if (leaving != null) {
                leaving.cancel(false);
            }
            leaving = parts.executor().schedule(this::leaveIfDue, due.toMillis() + 1, TimeUnit.MILLISECONDS);
        }
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

    /** Runs a step; false when the disk refused it. */
    private boolean guarded(String what, Runnable step) {
        try {
            step.run();
            trouble = null;
            return true;
        } catch (StoreFailed e) {
            if (trouble == null) {
                LOG.error("cannot {}, trying again later: {}", what, e.getMessage());
            }
            trouble = e.kind();
            return false;
        }
    }

    private final class PolicyMouth implements Policies.Mouth {
        @Override
        public void report(AgentReport report) {
            Agent.this.report(report);
            beatSoon(); // facts are what a policy is judged by, not its report
        }

        @Override
        public void request(String digest) {
            if (!asked.containsValue(digest) && asked.size() < MAX_ASKED) {
                MessageId id = link.ask(new BundleRequested(digest));
                if (id != null) {
                    asked.put(id, digest);
                }
            }
        }
    }

    private final class ReceiptMail implements Departure.Mail {
        @Override
        public boolean isWaiting(String id) {
            return link.outbox().waiting().stream()
                    .anyMatch(e -> e.body() instanceof ReceiptHandedIn receipt
                            && receipt.id().equals(id));
        }

        @Override
        public void handIn(String id, String receipt) {
            report(new ReceiptHandedIn(id, receipt));
        }
    }

    private final class OrderObedience implements Orders.Obedience {
        @Override
        public void desired(DesiredOrder order) {
            confinement.follow(order);
            Duration before = interval;
            interval = Duration.ofSeconds(order.heartbeatSeconds());
            lease.allow(order.lockAfterSeconds());
            guarded("keep the lease", lease::contact);
            policies.follow(order);
            if (!interval.equals(before)) {
                schedule();
            }
        }

        @Override
        public void carryOut() {
            Guard.Open open = guard.now().open();
            boolean remedies = open != null && open.order().type() == CommandType.Remediate;
            runner.carryOut();
            leaveIfDue();
            if (remedies) {
                beatSoon(); // whoever asked for it wants to know whether it helped
            }
        }

        @Override
        public void acknowledge(CommandAcknowledged acknowledgement) {
            report(acknowledgement);
        }

        @Override
        public void handInAgain(String id, String receipt) {
            report(new ReceiptHandedIn(id, receipt));
        }

        @Override
        public void takenBack(String id) {
            LOG.info("command will not be carried out id={}", id);
        }
    }
}
