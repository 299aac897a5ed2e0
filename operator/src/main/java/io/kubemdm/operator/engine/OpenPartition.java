package io.kubemdm.operator.engine;

import io.kubemdm.bus.DeadLetter;
import io.kubemdm.bus.Principal;
import io.kubemdm.bus.Topic;
import io.kubemdm.operator.engine.Scribe.Occasion;
import io.kubemdm.operator.engine.Scribe.Page;
import io.kubemdm.operator.engine.analysis.PartitionAnalysis;
import io.kubemdm.protocol.analysis.AnalysisSnapshot;
import io.kubemdm.protocol.event.DeviceEvent;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.message.Heartbeat;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.state.DeviceState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One partition while this process owns it: its store, its head, its timers, and the one way to write events. Used by the
 * partition's thread only.
 */
final class OpenPartition {

    private static final Logger LOG = LoggerFactory.getLogger(OpenPartition.class);
    private static final int SNAPSHOTS_PER_TICK = 500;

    private final EngineParts parts;
    private final int number;
    private final ProcessorContext<String, Outgoing> context;
    private final PartitionStore store;
    private final SilenceWatch silence;
    private final ComplianceWatch compliance;
    private final PartitionAnalysis analysis;
    private PartitionHead head;
    private PartitionHead seenAtTick = PartitionHead.EMPTY;
    private boolean settled;

    OpenPartition(ProcessorContext<String, Outgoing> context, EngineParts parts) {
        this.parts = parts;
        this.context = context;
        this.number = context.taskId().partition();
        this.store = new PartitionStore(context.getStateStore(Topic.ENGINE_STORE));
        parts.heads().forget(number);
        PartitionHead stored = store.head();
        this.head = stored == null ? rebuild() : stored;
        this.silence = new SilenceWatch(number, parts);
        this.analysis = new PartitionAnalysis(number, parts.demands());
        Instant now = parts.clock().instant();
        this.compliance = new ComplianceWatch(parts.assessment(), silence::allowed);
        store.forEach(state -> {
            silence.changed(state, now);
            compliance.changed(state);
        });
    }

    int number() {
        return number;
    }

    PartitionHead head() {
        return head;
    }

    @Nullable DeviceState state(String device) {
        return store.state(device);
    }

    void heard(DeviceState state, Instant now) {
        silence.heard(state, now);
    }

    /** Measures a heartbeat; what is unusual is told by events. */
    List<DeviceEvent> measured(DeviceState state, Heartbeat heartbeat, Instant received) {
        return analysis.heard(state, heartbeat, received);
    }

    void close() {
        parts.memory().close(number);
        parts.heads().forget(number);
    }

    /** The store has come up without a head: what the log holds is put into it before anything is judged. */
    private PartitionHead rebuild() {
        Rebuilding rebuilt = parts.history().replay(number);
        if (rebuilt == null) {
            return PartitionHead.EMPTY;
        }
        rebuilt.states().forEach((device, state) -> store.put(device.toString(), Scribe.stateBytes(state), state));
        store.put(rebuilt.head());
        context.commit();
        return rebuilt.head();
    }

    /** Writes events, state and head. */
    void publish(String device, Page page, Instant now) {
        store.put(device, page.stateBytes(), page.state());
        store.put(page.head());
        head = page.head();
        for (Scribe.Entry entry : page.entries()) {
            parts.meters().event(entry.record().event());
            context.forward(
                    new Record<>(
                            device,
                            new Outgoing(number, entry.value()),
                            now.toEpochMilli(),
                            EventFormat.headers(entry.record())),
                    EngineTopology.EVENTS);
        }
        silence.changed(page.state(), now);
        compliance.changed(page.state());
    }

    /** Keeps a record that cannot be judged as a dead letter. */
    void bury(Record<String, byte[]> record, RecordMetadata where, String reason) {
        parts.meters().deadLetter();
        LOG.warn(
                "dead letter topic={} partition={} offset={} reason={}",
                where.topic(),
                where.partition(),
                where.offset(),
                reason);
        var letter = new DeadLetter(
                        where.topic(),
                        where.partition(),
                        where.offset(),
                        Principal.ENGINE.user(),
                        reason,
                        record.key(),
                        record.value())
                .toRecord();
        context.forward(
                new Record<>(
                        letter.key(),
                        new Outgoing(number, letter.value()),
                        parts.clock().millis(),
                        new RecordHeaders()),
                EngineTopology.DEAD_LETTERS);
    }

    /** Every second. */
    void tick() {
        Instant now = parts.clock().instant();
        if (!settled) {
            settled = true;
            parts.history().settled(number);
        }
        // A commit lies between two ticks of one processor: after an abort there would be a new processor.
        parts.heads().confirm(number, seenAtTick);
        seenAtTick = head;
        for (DeviceState state : silence.silent(now, store::state)) {
            List<DeviceEvent> events = new ArrayList<>();
            events.add(new DeviceEvent.Silenced());
            events.addAll(parts.assessment().silent(state, now));
            conclude(state, events, now);
        }
        compliance.due(now, silence.readingSince(), store::state, (state, events) -> conclude(state, events, now));
        for (AnalysisSnapshot snapshot : analysis.due(now)) {
            context.forward(
                    new Record<>(
                            snapshot.key(),
                            new Outgoing(number, Json.write(snapshot)),
                            now.toEpochMilli(),
                            new RecordHeaders()),
                    EngineTopology.ANALYSIS);
        }
    }

    /** Every few minutes. */
    void snapshot() {
        Instant now = parts.clock().instant();
        Instant through = head.snapshotsThrough();
        if (through == null) {
            return;
        }
        Map<String, Instant> due = new HashMap<>();
        store.forEachKey(device -> {
            if (SnapshotSchedule.due(device, through, now)) {
                due.put(device, SnapshotSchedule.slot(device, now));
            }
        });
        for (String device : SnapshotSchedule.first(due, SNAPSHOTS_PER_TICK)) {
            DeviceState state = store.state(device);
            if (state != null) {
                conclude(state, List.of(new DeviceEvent.Snapshotted(state)), now);
            }
        }
    }

    private void conclude(DeviceState state, List<DeviceEvent> events, Instant now) {
        Occasion occasion = new Occasion(state.device(), state.epoch(), now, MessageId.NONE, null);
        publish(state.device().toString(), Scribe.write(state, head, occasion, events), now);
    }
}
