package io.kubemdm.agent.wipe;

import io.kubemdm.agent.identity.Identity;
import io.kubemdm.agent.identity.IdentityStore;
import io.kubemdm.agent.order.DepartureDecision;
import io.kubemdm.agent.order.DepartureDecision.Post;
import io.kubemdm.agent.order.Guard.Departing;
import io.kubemdm.agent.order.ReplayGuard;
import io.kubemdm.agent.store.Documents;
import io.kubemdm.agent.store.Store;
import io.kubemdm.agent.store.StoreFailed;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.order.CommandType;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a device leaves management after its last receipt:
 *
 * <pre>
 * sending ──(acknowledged, or 10 min)──▶ destroying ──▶ turning off ──▶ gone
 *                                     identity and key     storage erased only
 * </pre>
 *
 * From destroying on each step is on disk before it is taken, so that a kill only delays it. Used by the agent's one thread.
 */
public final class Departure {

    /** Where the step is remembered once nothing goes back. */
    private static final String NAME = "departure.json";

    private static final Logger LOG = LoggerFactory.getLogger(Departure.class);

    /** Steps without return. */
    enum Step {
        Destroying,
        TurningOff,
        Gone
    }

    /**
     * What is remembered.
     *
     * @param boot the start of the machine at which it was turned off
     */
    record Written(
            DeviceId device,
            String id,
            CommandType type,
            Step step,
            @Nullable String boot) {
        Written at(Step next, String now) {
            return new Written(device, id, type, next, now);
        }
    }

    /** What a departure takes away. */
    public record Ground(Store store, IdentityStore identities, DeviceActs acts) {}

    /** Hands receipts in. */
    public interface Mail {
        /** Whether the receipt of this command is kept until Kafka has it. */
        boolean isWaiting(String id);

        /** Sends it, and keeps it until Kafka has it. */
        void handIn(String id, String receipt);
    }

    private final Ground ground;
    private final DeviceId device;
    private final ReplayGuard guard;
    private final Mail mail;
    private final LongSupplier ticks;
    private @Nullable Long since;
    private @Nullable String refused;
    private @Nullable String acknowledged;
    private boolean shutOut;
    private boolean sent;

    /** A departure that begins when {@code guard} says so; {@code ticks} are monotonic nanoseconds. */
    public Departure(Ground ground, DeviceId device, ReplayGuard guard, Mail mail, LongSupplier ticks) {
        this.ground = ground;
        this.device = device;
        this.guard = guard;
        this.mail = mail;
        this.ticks = ticks;
    }

    /** After a start, whether an erase's receipt arrived is not known any more: then it goes out again. */
    private void ensureSent(Departing departing) {
        if (!sent && departing.type().erasesStorage() && !mail.isWaiting(departing.id())) {
            mail.handIn(departing.id(), departing.receipt());
        }
        sent = true;
    }

    /**
     * Kafka has this command's receipt. A later copy of it may be on its way, because the command came once more; that
     * one need not arrive, and cannot: with its receipt the device's access has ended.
     */
    public void receiptAcknowledged(String id) {
        acknowledged = id;
    }

    /** A gateway will never take this command's receipt. */
    public void receiptRefused(String id) {
        refused = id;
    }

    /**
     * A gateway hung up because our certificate is revoked. With a retirement's receipt in Kafka it says so to everybody,
     * also to a device whose acknowledgement was lost with an earlier gateway.
     */
    public void shutOut() {
        shutOut = true;
    }

    /** How long until {@link #isDue} may become true by itself; null when nothing is to be waited for. */
    public @Nullable Duration due() {
        Departing departing = guard.now().departing();
        return departing == null || !(departing.type().erasesStorage() || shutOut)
                ? null
                : DepartureDecision.PATIENCE.minus(waited());
    }

    /** Whether it is time to go; to be asked whenever something was heard. */
    public boolean isDue() {
        Departing departing = guard.now().departing();
        if (departing == null) {
            return false;
        }
        Duration waited = waited();
        if (begun() != null) {
            return true;
        }
        ensureSent(departing);
        Post post = post(departing.id());
        return DepartureDecision.mayLeave(departing.type(), post, waited);
    }

    private Post post(String id) {
        if (id.equals(acknowledged)) {
            return Post.Acknowledged;
        }
        if (id.equals(refused)) {
            return Post.Refused;
        }
        if (!mail.isWaiting(id)) {
            return Post.Acknowledged;
        }
        return shutOut ? Post.ShutOut : Post.Waiting;
    }

    /**
     * Goes: nothing is said after it.
     *
     * @throws StoreFailed when the disk refuses; to be called again
     */
    public void leave() {
        Departing departing = guard.now().departing();
        if (departing == null) {
            throw new IllegalStateException("no command ended management");
        }
        Written begun = begun();
        finish(
                ground,
                begun != null
                        ? begun
                        : remember(
                                ground.store(),
                                new Written(device, departing.id(), departing.type(), Step.Destroying, null)));
    }

    private @Nullable Written begun() {
        Written found = Documents.read(ground.store(), NAME, Written.class);
        return found != null && found.device().equals(device) ? found : null;
    }

    /**
     * Finishes a departure that a kill interrupted.
     *
     * @return the device that has left, so that no agent is to run; null when there is none
     */
    public static @Nullable DeviceId finish(Ground ground) {
        Written at = Documents.read(ground.store(), NAME, Written.class);
        Identity present = ground.identities().read();
        if (at == null || (present != null && !present.device().equals(at.device()))) {
            // None, or that of an identity before this one.
            return null;
        }
        finish(ground, at);
        return at.device();
    }

    private static void finish(Ground ground, Written from) {
        Written at = from;
        String boot = ground.acts().bootId();
        if (at.step() == Step.Destroying) {
            ground.identities().erase();
            LOG.info("device left management id={} type={}", at.id(), at.type());
            at = remember(ground.store(), at.at(at.type().erasesStorage() ? Step.TurningOff : Step.Gone, boot));
        }
        if (at.step() == Step.TurningOff) {
            // Once: a machine that was started again after it is not turned off once more.
            if (boot.equals(at.boot())) {
                ground.acts().powerOff();
            } else {
                remember(ground.store(), at.at(Step.Gone, boot));
            }
        }
    }

    private static Written remember(Store store, Written next) {
        Documents.write(store, NAME, next);
        return next;
    }

    private Duration waited() {
        long now = ticks.getAsLong();
        if (since == null) {
            since = now;
        }
        return Duration.ofNanos(now - since);
    }
}
