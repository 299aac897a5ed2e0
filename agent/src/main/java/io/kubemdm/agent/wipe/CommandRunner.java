package io.kubemdm.agent.wipe;

import io.kubemdm.agent.order.Guard;
import io.kubemdm.agent.order.ReplayGuard;
import io.kubemdm.agent.policy.Policies;
import io.kubemdm.agent.store.StoreFailed;
import io.kubemdm.agent.store.UnsafePath;
import io.kubemdm.protocol.message.AgentReport;
import io.kubemdm.protocol.message.ReceiptHandedIn;
import io.kubemdm.protocol.order.CommandOrder;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.Receipt;
import io.kubemdm.protocol.order.Receipt.Outcome;
import io.kubemdm.protocol.trust.JwsType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the open command out: plan, on disk → act → signed receipt, on disk → outbox. Each step may be repeated, so a
 * kill anywhere only delays it. Used by the agent's one thread.
 */
public final class CommandRunner {

    /** The types this agent can carry out. */
    public static final Set<CommandType> SUPPORTED = Set.of(
            CommandType.Lock, CommandType.Unlock, CommandType.Retire, CommandType.SelectiveWipe, CommandType.Reapply);

    private static final Logger LOG = LoggerFactory.getLogger(CommandRunner.class);

    /** What a selective wipe takes away of what policies set; the other drivers' settings are management, not data. */
    private static final Set<String> COMPANY_SETTINGS = Set.of("files", "trustedCertificates");

    private static final int MAX_NAMED = 200;

    /** Signs with the device's key. */
    public interface Seal {
        String sign(JwsType type, Object payload);
    }

    private final ReplayGuard guard;
    private final Policies policies;
    private final DeviceActs acts;
    private final Seal seal;
    private final Supplier<Instant> now;
    private final Consumer<AgentReport> outbox;

    /** A runner for one device; {@code now} is server time where it is known. */
    public CommandRunner(
            ReplayGuard guard,
            Policies policies,
            DeviceActs acts,
            Seal seal,
            Supplier<Instant> now,
            Consumer<AgentReport> outbox) {
        this.guard = guard;
        this.policies = policies;
        this.acts = acts;
        this.seal = seal;
        this.now = now;
        this.outbox = outbox;
    }

    /**
     * Carries out what is open, and hands in what was not handed in before a kill.
     *
     * @return the outcome of the command it finished, null when none was open
     * @throws StoreFailed when the disk refuses; to be called again later
     */
    public @Nullable Outcome carryOut() {
        handInLeftovers();
        Guard.Open open = guard.now().open();
        if (open == null) {
            return null;
        }
        CommandOrder order = open.order();
        if (open.plan() == null) {
            open = new Guard.Open(order, plan(order.type()));
            guard.remember(guard.now().carrying(open));
        }
        List<String> plan = open.plan() == null ? List.of() : open.plan();
        Act act = new Act();
        try {
            act.carryOut(order.type(), plan);
        } catch (StoreFailed | UnsafePath e) {
            if (e instanceof StoreFailed full && full.kind() == StoreFailed.Kind.DiskFull) {
                throw full;
            }
            LOG.error("command failed id={} type={} step={}: {}", order.id(), order.type(), act.step, e.getMessage());
            finish(order, Outcome.Failed, List.of(), act.step, String.valueOf(e.getMessage()));
            return Outcome.Failed;
        }
        finish(order, Outcome.Completed, plan, null, null);
        return Outcome.Completed;
    }

    private List<String> plan(CommandType type) {
        List<String> plan = new ArrayList<>();
        if (type == CommandType.Retire) {
            plan.addAll(policies.touched());
        } else if (type == CommandType.SelectiveWipe) {
            policies.touched().stream()
                    .filter(target -> COMPANY_SETTINGS.contains(target.substring(0, target.indexOf(':'))))
                    .forEach(plan::add);
        }
        if (type == CommandType.Retire || type == CommandType.SelectiveWipe) {
            acts.companyData().stream()
                    .filter(item -> plan.stream().noneMatch(target -> target.endsWith(":" + item)))
                    .map(item -> DATA + item)
                    .forEach(plan::add);
        }
        return List.copyOf(plan);
    }

    private static final String DATA = "data:";

    /** The acts of one command; remembers how far it came. */
    private final class Act {
        private String step = "";

        void carryOut(CommandType type, List<String> plan) {
            step = type.name();
            switch (type) {
                case Lock -> acts.lock();
                case Unlock -> acts.unlock();
                case Reapply -> policies.reapply();
                case SelectiveWipe -> {
                    step = "UndoSettings";
                    policies.suspend(COMPANY_SETTINGS);
                    eraseData(plan);
                }
                case Retire -> {
                    step = "UndoSettings";
                    if (!policies.undoAll()) {
                        throw new UnsafePath("not everything could be put back: " + policies.touched());
                    }
                    eraseData(plan);
                    step = "Unlock";
                    acts.unlock();
                }
                case FullWipe, CryptoErase -> throw new IllegalStateException(type + " is refused before it gets here");
            }
        }

        private void eraseData(List<String> plan) {
            step = "EraseData";
            plan.stream()
                    .filter(item -> item.startsWith(DATA))
                    .map(item -> item.substring(DATA.length()))
                    .forEach(acts::erase);
        }
    }

    private void finish(
            CommandOrder order,
            Outcome outcome,
            List<String> erased,
            @Nullable String failedStep,
            @Nullable String message) {
        Guard.Open latest = guard.now().open();
        long seq = latest == null ? order.seq() : latest.order().seq();
        Receipt receipt = new Receipt(
                order.id(),
                order.device(),
                order.epoch(),
                seq,
                order.type(),
                outcome,
                named(erased),
                List.of(),
                failedStep,
                message,
                now.get());
        String jws = seal.sign(JwsType.RECEIPT, receipt);
        Guard.Answered answer = new Guard.Answered(seq, order.notAfter(), order.type(), null, jws, outcome, false);
        guard.remember(guard.now().answering(order.id(), answer));
        LOG.info("command finished id={} type={} outcome={}", order.id(), order.type(), outcome);
        handInLeftovers();
    }

    private void handInLeftovers() {
        for (Map.Entry<String, Guard.Answered> entry : guard.now().answered().entrySet()) {
            Guard.Answered answer = entry.getValue();
            if (!answer.handedIn() && answer.receipt() != null) {
                outbox.accept(new ReceiptHandedIn(entry.getKey(), answer.receipt()));
                guard.remember(guard.now().answering(entry.getKey(), answer.inOutbox()));
            }
        }
    }

    private static List<String> named(List<String> erased) {
        if (erased.size() <= MAX_NAMED) {
            return erased;
        }
        List<String> named = new ArrayList<>(erased.subList(0, MAX_NAMED));
        named.add("and " + (erased.size() - MAX_NAMED) + " more");
        return named;
    }
}
