package io.kubemdm.operator.engine;

import io.kubemdm.protocol.event.EventRecord;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.message.PolicyReported;
import io.kubemdm.protocol.state.Compliance;
import io.kubemdm.protocol.state.DeviceState;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A state being changed by one event; never leaves {@link Fold}. */
final class StateDraft {

    DeviceState.@Nullable Identity identity;
    DeviceState.@Nullable Declaration declared;
    DeviceState.@Nullable Connection connection;
    DeviceState.@Nullable Assignment assigned;
    final SortedMap<String, DeviceState.Policy> policies = new TreeMap<>();
    final SortedMap<String, DeviceState.Command> commands = new TreeMap<>();
    MessageId processed = MessageId.NONE;
    int clockSkewSeconds;

    @Nullable String conflict;

    @Nullable Compliance compliance;

    private StateDraft() {}

    static StateDraft of(@Nullable DeviceState state) {
        StateDraft draft = new StateDraft();
        if (state != null) {
            draft.restore(state);
        }
        return draft;
    }

    void restore(DeviceState state) {
        identity = state.identity();
        declared = state.declared();
        connection = state.connection();
        assigned = state.assigned();
        policies.clear();
        policies.putAll(state.policies());
        commands.clear();
        commands.putAll(state.commands());
        processed = state.processed();
        clockSkewSeconds = state.clockSkewSeconds();
        conflict = state.conflict();
        compliance = state.compliance();
    }

    /** A new enrolment: only what people want of the device outlives the old one. */
    void beginLife(DeviceState.Identity enrolled) {
        identity = enrolled;
        connection = null;
        assigned = null;
        policies.clear();
        commands.clear();
        processed = MessageId.NONE;
        clockSkewSeconds = 0;
        conflict = null;
        compliance = null;
    }

    /** A line too many pushes out one that was undone, the longest ago first. */
    void putPolicy(String line, DeviceState.Policy policy) {
        policies.put(line, policy);
        while (policies.size() > Bounds.POLICIES) {
            String oldest = policies.entrySet().stream()
                    .filter(entry -> !entry.getKey().equals(line))
                    .filter(entry -> entry.getValue().state() == PolicyReported.State.Removed)
                    .min(Map.Entry.<String, DeviceState.Policy>comparingByValue(
                                    java.util.Comparator.comparing(DeviceState.Policy::since))
                            .thenComparing(Map.Entry.comparingByKey()))
                    .map(Map.Entry::getKey)
                    .orElse(null);
            if (oldest == null) {
                return;
            }
            policies.remove(oldest);
        }
    }

    DeviceState build(EventRecord record) {
        return new DeviceState(
                record.device(),
                record.epoch(),
                record.sequence(),
                identity,
                declared,
                connection,
                assigned,
                Collections.unmodifiableSortedMap(policies),
                Collections.unmodifiableSortedMap(commands),
                processed,
                clockSkewSeconds,
                conflict,
                compliance,
                record.time());
    }
}
