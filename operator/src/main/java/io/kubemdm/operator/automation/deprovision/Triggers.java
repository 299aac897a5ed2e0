package io.kubemdm.operator.automation.deprovision;

import io.kubemdm.operator.automation.deprovision.TriggerDecision.Ask;
import io.kubemdm.operator.automation.deprovision.TriggerDecision.Kind;
import io.kubemdm.operator.dispatch.Batch;
import io.kubemdm.operator.dispatch.DecisionKey;
import io.kubemdm.operator.dispatch.Decisions;
import io.kubemdm.operator.dispatch.Dispatcher;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.DeviceDeprovision;
import io.kubemdm.protocol.message.DeviceWipe;
import io.kubemdm.protocol.message.Report;
import io.kubemdm.protocol.order.CommandType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The triggers on record, and which of them are open. */
public final class Triggers {

    private static final Logger LOG = LoggerFactory.getLogger(Triggers.class);
    private static final String KIND = "trigger";
    private static final int PER_BATCH = 50;

    private final Dispatcher dispatcher;
    private final Decisions decisions;
    private final Set<DecisionKey> open = ConcurrentHashMap.newKeySet();
    private final Map<DecisionKey, CompletableFuture<Void>> accepting = new ConcurrentHashMap<>();
    private volatile Runnable bell = () -> {};

    public Triggers(Dispatcher dispatcher, Decisions decisions) {
        this.dispatcher = dispatcher;
        this.decisions = decisions;
    }

    /** The key of a trigger. */
    public static DecisionKey key(String namespace, String id) {
        return new DecisionKey(KIND, namespace, id);
    }

    /**
     * Takes a trigger; one that is known already changes nothing.
     *
     * @return completes once it is on record, exceptionally when it is not
     */
    public CompletableFuture<Void> accept(DecisionKey key, TriggerDecision trigger) {
        // Two of the same at a time wait for one commit.
        CompletableFuture<Void> mine = new CompletableFuture<>();
        CompletableFuture<Void> first = accepting.putIfAbsent(key, mine);
        if (first != null) {
            return first;
        }
        if (find(key) != null) {
            accepting.remove(key);
            mine.complete(null);
            return mine;
        }
        var unused = dispatcher.submit(dispatcher.open().decide(key, trigger)).whenComplete((done, failure) -> {
            accepting.remove(key);
            if (failure == null) {
                committed(key, trigger);
                mine.complete(null);
            } else {
                mine.completeExceptionally(failure);
            }
        });
        return mine;
    }

    /** The trigger is on record, together with what else its batch held. */
    public void committed(DecisionKey key, TriggerDecision trigger) {
        LOG.info("trigger accepted trigger={} kind={} source={}", key, trigger.kind(), trigger.source());
        open.add(key);
        bell.run();
    }

    /** Finds what a former leader left open, and rings {@code whenOpened} from now on. */
    void begin(Runnable whenOpened) {
        decisions
                .all(TriggerDecision.class)
                .filter(each -> !each.getValue().closed())
                .forEach(each -> open.add(each.getKey()));
        bell = whenOpened;
    }

    /** Whether the trigger was pulled before. */
    public boolean isKnown(DecisionKey key) {
        return find(key) != null;
    }

    @Nullable TriggerDecision find(DecisionKey key) {
        return decisions.get(key, TriggerDecision.class);
    }

    /** Those that are open. */
    Map<DecisionKey, TriggerDecision> open() {
        Map<DecisionKey, TriggerDecision> triggers = new HashMap<>();
        for (DecisionKey key : List.copyOf(open)) {
            TriggerDecision trigger = find(key);
            if (trigger == null || trigger.closed()) {
                open.remove(key);
            } else {
                triggers.put(key, trigger);
            }
        }
        return triggers;
    }

    /**
     * Puts triggers on record, with a report for every request that is new; waits.
     *
     * @throws io.kubemdm.operator.dispatch.DispatchFailed when some of it is not
     */
    void commit(Map<DecisionKey, TriggerDecision> changed) {
        List<Batch> batches = new ArrayList<>();
        int count = 0;
        for (Map.Entry<DecisionKey, TriggerDecision> each : changed.entrySet()) {
            if (count++ % PER_BATCH == 0) {
                batches.add(dispatcher.open());
            }
            Batch batch = batches.getLast();
            batch.decide(each.getKey(), each.getValue());
            tellNew(batch, each.getKey(), each.getValue());
        }
        batches.forEach(dispatcher::commit);
        open.addAll(changed.keySet());
    }

    private void tellNew(Batch batch, DecisionKey key, TriggerDecision trigger) {
        TriggerDecision before = find(key);
        Set<String> told = before == null
                ? Set.of()
                : before.asks().stream().map(Ask::wipeRequest).collect(Collectors.toSet());
        for (Ask ask : trigger.asks()) {
            if (!told.contains(ask.wipeRequest())) {
                batch.report(new DeviceId(key.namespace(), ask.device()), ask.epoch(), report(key, trigger, ask));
            }
        }
    }

    private static Report report(DecisionKey key, TriggerDecision trigger, Ask ask) {
        CommandType type = CommandType.valueOf(ask.type().name());
        String source = trigger.source().name();
        return trigger.kind() == Kind.DeviceLost
                ? new DeviceWipe(key.name(), source, ask.wipeRequest(), type)
                : new DeviceDeprovision(key.name(), source, ask.wipeRequest(), type);
    }

    /** Forgets what was closed so long ago that no repeat comes, unless {@code needed} says otherwise. */
    void forget(Instant now, Set<DecisionKey> needed) {
        Batch batch = dispatcher.open();
        decisions
                .all(TriggerDecision.class)
                .filter(each -> each.getValue().forgettable(now) && !needed.contains(each.getKey()))
                .limit(PER_BATCH)
                .forEach(each -> batch.forget(each.getKey()));
        dispatcher.commit(batch);
    }
}
