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
import io.kubemdm.protocol.order.Remediation;
import io.kubemdm.protocol.order.StorageEvidence;
import io.kubemdm.protocol.trust.JwsType;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the open command out: plan, on disk → act → signed receipt, on disk → outbox. Each step may be repeated, so a
 * kill anywhere only delays it. Used by the agent's one thread; only scripts run beside it.
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

    /**
     * Where things run.
     *
     * @param scripts runs scripts, which may take minutes
     * @param agent the agent's one thread, from any other
     */
    public record Threads(Executor scripts, Executor agent) {}

    /** The step at which a remediation's scripts run. */
    private static final String SCRIPTS = "Scripts";

    private final ReplayGuard guard;
    private final Policies policies;
    private final DeviceActs acts;
    private final Seal seal;
    private final Supplier<Instant> now;
    private final Consumer<AgentReport> outbox;
    private final Threads threads;
    private @Nullable ScriptRun running;

    /** A runner for one device; {@code now} is server time where it is known. */
    public CommandRunner(
            ReplayGuard guard,
            Policies policies,
            DeviceActs acts,
            Seal seal,
            Supplier<Instant> now,
            Consumer<AgentReport> outbox,
            Threads threads) {
        this.guard = guard;
        this.policies = policies;
        this.acts = acts;
        this.seal = seal;
        this.now = now;
        this.outbox = outbox;
        this.threads = threads;
    }

    /** Whether scripts run at this moment. */
    public boolean isRunningScripts() {
        return running != null;
    }

    /** Ends scripts that run, without an outcome: the next start runs them again. */
    public void stop() {
        if (running != null) {
            running.giveUp();
            running = null;
        }
    }

    /**
     * Carries out what is open, and hands in what was not handed in before a kill.
     *
     * @return the outcome of the command it finished, null when none was open or its scripts run still
     * @throws StoreFailed when the disk refuses; to be called again later
     */
    public @Nullable Outcome carryOut() {
        handInLeftovers();
        Guard.Open open = guard.now().open();
        giveWay(open);
        if (open == null || running != null) {
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
        List<String> scripts = order.type() == CommandType.Remediate
                ? Remediation.of(order.params()).scripts()
                : List.of();
        if (!scripts.isEmpty()) {
            running = new ScriptRun(order, acts.scripts(), scripts, threads, this::scriptsEnded);
            running.start();
            return null;
        }
        finish(order, Outcome.Completed, plan, act.evidence(), null, null);
        return Outcome.Completed;
    }

    /** What is open now is not kept waiting by the scripts of another command, which are told as failed. */
    private void giveWay(Guard.@Nullable Open open) {
        ScriptRun other = running;
        if (other == null
                || (open != null && open.order().id().equals(other.order().id()))) {
            return;
        }
        stop();
        if (open != null) {
            finishScripts(
                    other.order(),
                    SCRIPTS,
                    "ended for the command " + open.order().id());
        }
    }

    private void scriptsEnded(ScriptRun run, Scripts.Ended ended) {
        if (run == running) {
            running = null;
            String script = ended.failed();
            finishScripts(
                    run.order(), script == null ? null : script.isEmpty() ? SCRIPTS : "script:" + script, ended.said());
        }
    }

    private void finishScripts(CommandOrder order, @Nullable String failedStep, @Nullable String said) {
        // A new enrolment has nothing to say of what the former one asked for.
        if (order.epoch() == guard.now().epoch()) {
            Outcome outcome = failedStep == null ? Outcome.Completed : Outcome.Failed;
            finish(order, outcome, List.of(), List.of(), failedStep, said);
        }
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
        long seq = latest == null || !latest.order().id().equals(order.id())
                ? order.seq()
                : latest.order().seq();
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
