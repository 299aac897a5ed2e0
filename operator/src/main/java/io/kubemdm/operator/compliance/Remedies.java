package io.kubemdm.operator.compliance;

import io.kubemdm.crds.Ownership;
import io.kubemdm.crds.device.Device;
import io.kubemdm.crds.wiperequest.OnExpiry;
import io.kubemdm.crds.wiperequest.WipeReason;
import io.kubemdm.crds.wiperequest.WipeType;
import io.kubemdm.operator.compliance.ActionDecision.Ask;
import io.kubemdm.operator.compliance.ActionDecision.Fired;
import io.kubemdm.operator.dispatch.Batch;
import io.kubemdm.operator.dispatch.CommandLanes;
import io.kubemdm.operator.dispatch.DecisionKey;
import io.kubemdm.operator.dispatch.Decisions;
import io.kubemdm.operator.dispatch.Dispatcher;
import io.kubemdm.operator.dispatch.Issued;
import io.kubemdm.operator.fleet.FleetDevice;
import io.kubemdm.operator.fleet.KnownDevice;
import io.kubemdm.operator.ownrequest.OwnRequests;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.state.Compliance;
import java.time.Clock;
import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does the actions that have fired on devices: what goes out is committed together with the memory that it did; WipeRequests,
 * which Kafka cannot commit, are created under names that follow from their cause, and remembered afterwards. Safe for several
 * threads, but for one device one at a time.
 */
public final class Remedies {

    /** Whose records these are on {@code mdm.decisions}. */
    public static final String KIND = "remedy";

    /** What it works with. */
    public record Parts(
            Dispatcher dispatcher,
            Issued issued,
            Decisions decisions,
            QuarantinePurse purse,
            CommandLanes lanes,
            OwnRequests requests,
            Notifier notifier,
            Clock clock) {}

    private static final Logger LOG = LoggerFactory.getLogger(Remedies.class);

    /** Those that wait for the budget do not all look at the same moment. */
    private static final int SPREAD_SECONDS = 60;

    private final Parts parts;
    private final RemedyOrders orders;

    public Remedies(Parts parts) {
        this.parts = parts;
        this.orders = new RemedyOrders(parts.issued());
    }

    /** What is to be done about a device, not done yet; in any case to be committed or given up. */
    public final class Plan {

        private final DeviceId device;
        private final Device object;
        private final FleetDevice found;
        private final Instant now;
        private final @Nullable RemedyRecordDecision before;
        private final @Nullable ActionDecision decision;
        private final boolean charged;

        private Plan(
                Device object,
                FleetDevice found,
                Instant now,
                @Nullable RemedyRecordDecision before,
                @Nullable ActionDecision decision,
                boolean charged) {
            this.device = found.id();
            this.object = object;
            this.found = found;
            this.now = now;
            this.before = before;
            this.decision = decision;
            this.charged = charged;
        }

        /** Whether policies confine the device. */
        public boolean confines() {
            return decision != null && decision.confines();
        }

        /**
         * Commits a batch with what is to be done in it, tells people, creates WipeRequests.
         *
         * @return when to look again, null when nothing waits
         * @throws io.kubemdm.operator.dispatch.DispatchFailed when nothing of the batch is on record
         * @throws io.fabric8.kubernetes.client.KubernetesClientException when a WipeRequest could not be created
         */
        public @Nullable Instant commit(Batch batch) {
            Instant cleared = orders.clear(batch, found, now);
            if (decision == null) {
                parts.dispatcher().commit(batch);
                return cleared;
            }
            remember(batch, decision.record());
            decision.notices()
                    .forEach(each -> batch.decide(noticeKey(each), Notices.of(found.id(), epoch(), object, each, now)));
            Lock lane = decision.remedies().isEmpty() ? null : parts.lanes().of(device);
            if (lane != null) {
                lane.lock();
            }
            try {
                orders.issue(batch, found, decision.remedies(), now);
                parts.dispatcher().commit(batch);
            } catch (RuntimeException e) {
                if (charged) {
                    parts.purse().giveBack(device, now);
                }
                throw e;
            } finally {
                if (lane != null) {
                    lane.unlock();
                }
            }
            decision.notices().forEach(each -> parts.notifier().ring(noticeKey(each)));
            tell(decision);
            ask(decision);
            return earlier(cleared, decision.lookAgain());
        }

        private void remember(Batch batch, RemedyRecordDecision record) {
            if (record.isEmpty()) {
                if (before != null) {
                    batch.forget(recordKey(device));
                }
            } else if (!record.equals(before)) {
                batch.decide(recordKey(device), record);
            }
        }

        private void ask(ActionDecision decided) {
            RemedyRecordDecision record = decided.record();
            for (Ask ask : decided.asks()) {
                if (!parts.requests().isKnown(device.namespace(), ask.name())
                        && parts.requests().create(request(ask))) {
                    LOG.info(
                            "wipe asked for device={} type={} policy={}",
                            device,
                            ask.type(),
                            ask.fired().policy());
                }
                record = record.done(ask.fired().policy(), ask.fired().index());
            }
            if (!decided.asks().isEmpty()) {
                parts.dispatcher().commit(parts.dispatcher().open().decide(recordKey(device), record));
            }
        }

        private OwnRequests.Ask request(Ask ask) {
            return new OwnRequests.Ask(
                    device,
                    ask.name(),
                    ask.type(),
                    WipeReason.PolicyEscalation,
                    "policy " + ask.fired().policy() + " is not complied with since "
                            + ask.fired().line().nonCompliantSince(),
                    ask.fired().line().ref().policy() + "@"
                            + ask.fired().line().ref().version(),
                    ask.type() == WipeType.Lock ? OnExpiry.KeepTrying : OnExpiry.RevokeAndDeny);
        }

        private void tell(ActionDecision decided) {
            decided.remedies()
                    .forEach(each -> LOG.info(
                            "remediation ordered device={} policy={} reapply={} scripts={}",
                            device,
                            each.fired().policy(),
                            each.what().reapply(),
                            each.what().scripts()));
            boolean was = before != null && before.epoch() == epoch() && before.confinedSince() != null;
            if (was != decided.confines()) {
                LOG.info("quarantine by policy {} device={}", decided.confines() ? "begins" : "ends", device);
            }
        }

        private DecisionKey noticeKey(Fired fired) {
            return new DecisionKey(Notifier.KIND, device.namespace(), device.name() + "-" + fired.mark());
        }

        private long epoch() {
            return found.known() == null ? 0 : found.known().epoch();
        }
    }

    /** Decides about a device; does nothing yet, except that it takes from the budget. */
    public Plan plan(Device object, FleetDevice found) {
        Instant now = parts.clock().instant();
        KnownDevice known = found.known();
        RemedyRecordDecision before = parts.decisions().get(recordKey(found.id()), RemedyRecordDecision.class);
        KnownDevice.Judged judged = known == null ? null : known.judged();
        if (known == null || !found.addressable() || (judged == null && before == null)) {
            parts.purse().settled(found.id());
            return new Plan(object, found, now, before, null, false);
        }
        SortedMap<String, Compliance.Line> fired =
                judged == null ? Collections.unmodifiableSortedMap(new TreeMap<>()) : judged.fired();
        Compliance.Quarantine quarantine = judged == null ? null : judged.quarantine();
        boolean asks = ActionDecision.asksForRoom(known.epoch(), quarantine, before);
        Instant roomAt = asks ? parts.purse().take(found.id(), now) : null;
        if (!asks) {
            parts.purse().settled(found.id());
        }
        ActionDecision decision = ActionDecision.decide(new ActionDecision.Input(
                found.id(),
                known.epoch(),
                fired,
                quarantine,
                before,
                orders.open(known, now),
                roomAt == null
                        ? null
                        : roomAt.plusSeconds(Math.floorMod(found.id().hashCode(), SPREAD_SECONDS)),
                isPersonal(object, known),
                now));
        return new Plan(object, found, now, before, decision, asks && roomAt == null);
    }

    /** A device is a person's own if it enrolled so or its object says so: neither can be talked away by the other. */
    private static boolean isPersonal(Device object, KnownDevice known) {
        return object.getSpec().ownership() != Ownership.Corporate
                || known.enrolment() == null
                || Ownership.of(known.enrolment().ownership()) != Ownership.Corporate;
    }

    private static DecisionKey recordKey(DeviceId device) {
        return new DecisionKey(KIND, device.namespace(), device.name());
    }

    static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.isBefore(other) ? one : other;
    }
}
