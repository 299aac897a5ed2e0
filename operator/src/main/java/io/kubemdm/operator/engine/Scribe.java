package io.kubemdm.operator.engine;

import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.event.DeviceEvent;
import io.kubemdm.protocol.event.EventRecord;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.state.DeviceState;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Gives decided events their place: sequence, time, link in the chain; and says what state they lead to. Pure. */
public final class Scribe {

    private Scribe() {}

    /**
     * What the events come from.
     *
     * @param epoch the enrolment they belong to
     * @param cause {@link MessageId#NONE} unless an agent's message
     */
    public record Occasion(
            DeviceId device,
            long epoch,
            Instant time,
            MessageId cause,
            @Nullable String traceparent) {}

    /**
     * One event as it goes to the log.
     *
     * @param value its bytes
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
    public record Entry(EventRecord record, byte[] value) {}

    /**
     * All that is written at once.
     *
     * @param stateBytes the new state as published
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
    public record Page(List<Entry> entries, DeviceState state, byte[] stateBytes, PartitionHead head) {

        /** This page and one that was written after it. */
        Page followedBy(Page next) {
            List<Entry> all = new ArrayList<>(entries);
            all.addAll(next.entries());
            return new Page(all, next.state(), next.stateBytes(), next.head());
        }
    }

    /** Writes {@code events}, at least one, after {@code state} and {@code head}. */
    public static Page write(
            @Nullable DeviceState state, PartitionHead head, Occasion occasion, List<DeviceEvent> events) {
        if (events.isEmpty()) {
            throw new IllegalArgumentException("no event to write");
        }
        DeviceState after = state;
        PartitionHead chain = head;
        List<Entry> entries = new ArrayList<>(events.size());
        for (DeviceEvent event : events) {
            EventRecord record = new EventRecord(
                    occasion.device(),
                    after == null ? 1 : after.sequence() + 1,
                    occasion.epoch(),
                    occasion.time().truncatedTo(ChronoUnit.MILLIS),
                    occasion.cause(),
                    chain.chain(),
                    occasion.traceparent(),
                    event);
            byte[] value = EventFormat.write(record);
            entries.add(new Entry(record, value));
            chain = chain.after(record, EventFormat.hash(record, value));
            after = Fold.evolve(after, record);
        }
        DeviceState last = Objects.requireNonNull(after);
        return new Page(entries, last, stateBytes(last), chain);
    }

    /** A state as published: canonical, so that equal states have equal bytes. */
    public static byte[] stateBytes(DeviceState state) {
        return Json.canonical(state);
    }
}
