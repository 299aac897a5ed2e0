package io.kubemdm.operator.automation.deprovision;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kubemdm.crds.device.Device;
import io.kubemdm.crds.wiperequest.OnExpiry;
import io.kubemdm.crds.wiperequest.WipeReason;
import io.kubemdm.operator.automation.deprovision.TriggerDecision.Ask;
import io.kubemdm.operator.automation.deprovision.TriggerDecision.Kind;
import io.kubemdm.operator.automation.deprovision.TriggerDecision.Source;
import io.kubemdm.operator.dispatch.DecisionKey;
import io.kubemdm.operator.dispatch.DispatchFailed;
import io.kubemdm.operator.fleet.Fleet;
import io.kubemdm.operator.ownrequest.OwnRequests;
import io.kubemdm.operator.watch.Copy;
import io.kubemdm.protocol.device.DeviceId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one WipeRequest per device of every trigger. A level-triggered loop on the leader: what is on record and not made is
 * made, by whichever leader finds it. First the trigger with its requests and the reports about them is committed, then the
 * requests are created, then it is remembered that they are, so that one that a person deletes stays deleted.
 */
public final class Deprovisioning implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Deprovisioning.class);
    private static final Duration FULL_LOOK = Duration.ofSeconds(30);
    private static final Duration RETRY = Duration.ofSeconds(2);

    private final Triggers triggers;
    private final Affected affected;
    private final OwnRequests requests;
    private final LostSettings lost;
    private final Clock clock;
    private final Semaphore bell = new Semaphore(0);
    private final Thread thread =
            Thread.ofPlatform().name("deprovisioning").daemon().unstarted(this::run);
    private volatile boolean closed;

    public Deprovisioning(
            Triggers triggers,
            Copy<Device> devices,
            Fleet fleet,
            OwnRequests requests,
            LostSettings lost,
            Clock clock) {
        this.triggers = triggers;
        this.affected = new Affected(devices, fleet);
        this.requests = requests;
        this.lost = lost;
        this.clock = clock;
    }

    /** Where triggers are handed in. */
    public Triggers triggers() {
        return triggers;
    }

    /** Starts the loop; records, states and objects must have been read. */
    public void start() {
        triggers.begin(bell::release);
        thread.start();
    }

    /** A device was declared lost. */
    public void ringLost() {
        if (lost.any()) {
            bell.release();
        }
    }

    /** Whether an enrolled device has this name. */
    public boolean isThere(DeviceId device) {
        return affected.isThere(device);
    }

    @Override
    public void close() {
        closed = true;
        bell.release();
    }

    private void run() {
        Duration pause = Duration.ZERO;
        while (!closed) {
            try {
                boolean rung = bell.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS);
                bell.drainPermits();
                if (!closed) {
                    pause = pass(!rung) ? FULL_LOOK : RETRY;
                }
            } catch (InterruptedException e) {
                return;
            } catch (DispatchFailed e) {
                LOG.warn("triggers not on record, tried again error={}", e.getMessage());
                pause = RETRY;
            } catch (RuntimeException e) {
                LOG.error("triggers not looked at, tried again", e);
                pause = RETRY;
            }
        }
    }

    /** Looks at every open trigger. @return false when something is to be tried again soon */
    private boolean pass(boolean full) {
        Instant now = clock.instant();
        Set<DecisionKey> standing = lost(now);
        Map<DecisionKey, TriggerDecision> open = triggers.open();
        Map<DecisionKey, List<TriggerDecision.Candidate>> found = affected.by(open);
        Map<DecisionKey, TriggerDecision> changed = new HashMap<>();
        open.forEach((key, trigger) -> {
            TriggerDecision next = trigger.look(key.name(), found.getOrDefault(key, List.of()), now);
            if (!next.equals(trigger)) {
                changed.put(key, next);
            }
        });
        triggers.commit(changed);
        boolean all = create();
        if (full) {
            triggers.forget(now, standing);
        }
        return all;
    }

    /** Pulls a trigger for every enrolment that is lost. @return the triggers of those that are */
    private Set<DecisionKey> lost(Instant now) {
        Set<DecisionKey> standing = new HashSet<>();
        Map<DecisionKey, TriggerDecision> fresh = new HashMap<>();
        if (lost.any()) {
            affected.lost()
                    .filter(each -> lost.asks(each.getValue().personal()))
                    .forEach(each -> {
                        DeviceId device = each.getKey();
                        long epoch = each.getValue().epoch();
                        DecisionKey key = Triggers.key(device.namespace(), "lost-" + device.name() + "-" + epoch);
                        standing.add(key);
                        if (triggers.find(key) == null
                                && !requests.isKnown(
                                        device.namespace(), TriggerDecision.lostName(device.name(), epoch))) {
                            fresh.put(
                                    key,
                                    TriggerDecision.pulled(
                                            Kind.DeviceLost, Source.Lifecycle, List.of(device.name()), now));
                        }
                    });
            triggers.commit(fresh);
        }
        return standing;
    }

    private boolean create() {
        boolean all = true;
        Map<DecisionKey, TriggerDecision> changed = new HashMap<>();
        for (Map.Entry<DecisionKey, TriggerDecision> each : triggers.open().entrySet()) {
            Set<String> made = new HashSet<>();
            for (Ask ask : each.getValue().asks()) {
                if (!ask.made()) {
                    if (create(each.getKey(), each.getValue(), ask)) {
                        made.add(ask.wipeRequest());
                    } else {
                        all = false;
                    }
                }
            }
            if (!made.isEmpty()) {
                changed.put(each.getKey(), each.getValue().made(made));
            }
        }
        triggers.commit(changed);
        return all;
    }

    private boolean create(DecisionKey key, TriggerDecision trigger, Ask ask) {
        boolean left = trigger.kind() == Kind.UserDeactivated;
        DeviceId device = new DeviceId(key.namespace(), ask.device());
        try {
            boolean fresh = requests.create(new OwnRequests.Ask(
                    device,
                    ask.wipeRequest(),
                    ask.type(),
                    left ? WipeReason.Offboarding : WipeReason.Lost,
                    (left ? "the device's user was deactivated" : "the device was reported lost") + ", by "
                            + trigger.source(),
                    key.name(),
                    OnExpiry.RevokeAndDeny));
            if (fresh) {
                LOG.info("wipe asked for device={} type={} trigger={}", device, ask.type(), key);
            }
            return true;
        } catch (KubernetesClientException e) {
            LOG.warn("wipe not asked for, tried again device={} trigger={} error={}", device, key, e.getMessage());
            return false;
        }
    }
}
