package io.kubemdm.agent.wipe;

import io.kubemdm.agent.order.Erasure;
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
import io.kubemdm.protocol.order.StorageEvidence;
import io.kubemdm.protocol.trust.JwsType;
import java.nio.charset.StandardCharsets;
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

    /** The types this agent can carry out, where {@link DeviceActs#refused} does not say otherwise. */
    public static final Set<CommandType> SUPPORTED = Set.of(
            CommandType.Lock,
            CommandType.Unlock,
            CommandType.Retire,
            CommandType.SelectiveWipe,
            CommandType.FullWipe,
            CommandType.CryptoErase,
            CommandType.Remediate);

    private static final Logger LOG = LoggerFactory.getLogger(CommandRunner.class);

    private static final int MAX_NAMED = 200;
    private static final int NAMED_BYTES = 24 << 10;
    private static final int MAX_MESSAGE = 512;

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
            Erasure intended = order.type().erasesStorage() ? StorageErase.intend(acts.storage()) : null;
            open = open.planned(plan(order.type(), intended), intended);
            guard.remember(guard.now().carrying(open));
        }
        List<String> plan = open.plan() == null ? List.of() : open.plan();
        CommandAct act = new CommandAct(policies, acts, this::progress);
        try {
            act.carryOut(open, plan);
        } catch (StoreFailed | UnsafePath | StepFailed e) {
            if (e instanceof StoreFailed full && full.kind() == StoreFailed.Kind.DiskFull) {
                throw full;
            }
            String step = e instanceof StepFailed failed ? failed.step() : act.step();
            LOG.error("command failed id={} type={} step={}: {}", order.id(), order.type(), step, e.getMessage());
            finish(order, Outcome.Failed, List.of(), act.evidence(), step, String.valueOf(e.getMessage()));
            return Outcome.Failed;
        }
        finish(order, Outcome.Completed, plan, act.evidence(), null, act.said());
        return Outcome.Completed;
    }

    private List<String> plan(CommandType type, @Nullable Erasure erasure) {
        List<String> plan = new ArrayList<>();
        if (erasure != null) {
            erasure.disks().forEach(disk -> plan.add(CommandAct.STORAGE + disk.device()));
        }
        if (type == CommandType.Retire || type == CommandType.FullWipe) {
            plan.addAll(policies.touched());
        } else if (type == CommandType.SelectiveWipe) {
            policies.touched().stream()
                    .filter(target -> CommandAct.COMPANY_SETTINGS.contains(target.substring(0, target.indexOf(':'))))
                    .forEach(plan::add);
        }
        if (type == CommandType.Retire || type == CommandType.SelectiveWipe || type == CommandType.FullWipe) {
            acts.companyData().stream()
                    .filter(item -> plan.stream().noneMatch(target -> target.endsWith(":" + item)))
                    .map(item -> CommandAct.DATA + item)
                    .forEach(plan::add);
        }
        return List.copyOf(plan);
    }

    private void progress(Erasure further) {
        Guard.Open open = guard.now().open();
        if (open != null) {
            guard.remember(guard.now().carrying(open.erasing(further)));
        }
    }

    private void finish(
            CommandOrder order,
            Outcome outcome,
            List<String> erased,
            List<StorageEvidence> storage,
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
                storage,
                failedStep,
                cut(message),
                now.get());
        if (!receipt.provesItsClaim()) {
            throw new IllegalStateException("an erase is not called completed without proof: " + storage);
        }
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

    /** No longer than any gateway takes. */
    private static @Nullable String cut(@Nullable String message) {
        return message == null || message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE);
    }

    /** As many as fit into what a gateway takes; the rest is counted. */
    private static List<String> named(List<String> erased) {
        List<String> named = new ArrayList<>();
        int room = NAMED_BYTES;
        for (String item : erased) {
            room -= item.getBytes(StandardCharsets.UTF_8).length;
            if (room < 0 || named.size() == MAX_NAMED) {
                named.add("and " + (erased.size() - named.size()) + " more");
                return named;
            }
            named.add(item);
        }
        return named;
    }
}
