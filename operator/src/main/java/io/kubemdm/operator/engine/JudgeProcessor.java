package io.kubemdm.operator.engine;

import io.kubemdm.operator.engine.ReportReader.Read;
import io.kubemdm.operator.engine.ReportReader.Unreadable;
import io.kubemdm.operator.engine.Scribe.Occasion;
import io.kubemdm.operator.engine.Scribe.Page;
import io.kubemdm.protocol.event.DeviceEvent;
import io.kubemdm.protocol.message.AgentReport;
import io.kubemdm.protocol.message.DeviceAssigned;
import io.kubemdm.protocol.message.DeviceEnrolled;
import io.kubemdm.protocol.message.Heartbeat;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.message.SessionOpened;
import io.kubemdm.protocol.state.DeviceState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges one partition of {@code mdm.reports}: reads, decides, writes. Nothing in a record can stop it; what cannot be
 * judged becomes a dead letter. Kafka Streams makes a new one whenever a partition arrives or a transaction was aborted.
 */
final class JudgeProcessor implements Processor<String, byte[], String, Outgoing> {

    static final Duration TICK = Duration.ofSeconds(1);
    static final Duration SNAPSHOT_TICK = Duration.ofMinutes(5);

    /** How old a heartbeat may be, or how far a gateway's clock may be off, for actions to follow from it at once. */
    static final Duration FRESH = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(JudgeProcessor.class);

    private final EngineParts parts;
    private final CommitRhythm rhythm;
    private @Nullable ProcessorContext<String, Outgoing> context;
    private @Nullable OpenPartition partition;

    JudgeProcessor(EngineParts parts, CommitRhythm rhythm) {
        this.parts = parts;
        this.rhythm = rhythm;
    }

    @Override
    public void init(ProcessorContext<String, Outgoing> opened) {
        context = opened;
        OpenPartition open = new OpenPartition(opened, parts);
        partition = open;
        parts.punctuality().opened(open.number());
        opened.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, time -> open.tick());
        opened.schedule(SNAPSHOT_TICK, PunctuationType.WALL_CLOCK_TIME, time -> open.snapshot());
        WatermarkWriter watermarks = new WatermarkWriter(opened, parts);
        opened.schedule(WatermarkWriter.RHYTHM, PunctuationType.WALL_CLOCK_TIME, time -> watermarks.tick());
    }

    @Override
    public void close() {
        if (partition != null) {
            partition.close();
            partition = null;
        }
    }

    @Override
    public void process(Record<String, byte[]> record) {
        OpenPartition open = Objects.requireNonNull(partition);
        ProcessorContext<String, Outgoing> ours = Objects.requireNonNull(context);
        RecordMetadata where = ours.recordMetadata().orElseThrow();
        try {
            judge(open, ReportReader.read(record, open.number(), parts.partitions()));
        } catch (Unreadable e) {
            open.bury(record, where, String.valueOf(e.getMessage()));
        }
        parts.punctuality().judged(open.number(), where.offset());
        if (rhythm.isDue(System.nanoTime())) {
            ours.commit();
        }
    }

    private void judge(OpenPartition open, Read read) throws Unreadable {
        Instant now = parts.clock().instant();
        DeviceState state = open.state(read.key());
        Page page = decide(open, state, read, now);
        if (page != null) {
            open.publish(read.key(), page, now);
        }
        DeviceState after = page == null ? state : page.state();
        boolean speaks =
                read.report().body() instanceof AgentReport || read.report().body() instanceof SessionOpened;
        if (speaks && after != null && after.epoch() == read.report().epoch()) {
            open.heard(after, now);
        }
    }

    /** Everything that may fail because of a report's content, before anything is written. */
    private @Nullable Page decide(OpenPartition open, @Nullable DeviceState state, Read read, Instant now)
            throws Unreadable {
        PartitionHead head = open.head();
        try {
            Verdict verdict = Judge.decide(state, read.report());
            parts.meters().judged(read.kind(), verdict);
            return switch (verdict) {
                case Verdict.Ignored ignored ->
                    ignored.cause() == Verdict.Cause.Unchanged ? assess(open, state, null, read, now) : null;
                case Verdict.Refused refused -> throw new Unreadable(read.kind() + ": " + refused.reason());
                case Verdict.Transitions transitions ->
                    assess(
                            open,
                            state,
                            Scribe.write(state, head, occasion(state, read, now), transitions.events()),
                            read,
                            now);
            };
        } catch (RuntimeException e) {
            LOG.error("report could not be judged report={} device={}", read.kind(), read.key(), e);
            throw new Unreadable(read.kind() + " could not be judged: " + e);
        }
    }

    /** Adds to what a report changed by itself what follows from it by the rules. */
    private @Nullable Page assess(
            OpenPartition open, @Nullable DeviceState before, @Nullable Page page, Read read, Instant now) {
        DeviceState state = page == null ? before : page.state();
        if (state == null) {
            return page;
        }
        List<DeviceEvent> more =
                switch (read.report().body()) {
                    case Heartbeat heartbeat ->
                        heard(open, state, heartbeat, read.report().time(), now);
                    case DeviceAssigned assigned -> parts.assessment().elapsed(state, false, now);
                    default -> state.hasLeft() ? parts.assessment().elapsed(state, false, now) : List.of();
                };
        if (more.isEmpty()) {
            return page;
        }
        Page next = Scribe.write(state, page == null ? open.head() : page.head(), occasion(state, read, now), more);
        return page == null ? next : page.followedBy(next);
    }

    private List<DeviceEvent> heard(
            OpenPartition open, DeviceState state, Heartbeat heartbeat, Instant received, Instant now) {
        List<DeviceEvent> judged = parts.assessment().heard(state, heartbeat, isFresh(received, now), now);
        List<DeviceEvent> unusual = open.measured(state, heartbeat, received);
        if (unusual.isEmpty()) {
            return judged;
        }
        List<DeviceEvent> all = new ArrayList<>(judged);
        all.addAll(unusual);
        return all;
    }

    /** A heartbeat that lay about by our fault still tells how the device was, but nothing is done about that. */
    private static boolean isFresh(Instant received, Instant now) {
        return Duration.between(received, now).abs().compareTo(FRESH) <= 0;
    }

    private static Occasion occasion(@Nullable DeviceState state, Read read, Instant now) {
        boolean enrols = read.report().body() instanceof DeviceEnrolled;
        long known = state == null ? 0 : state.epoch();
        return new Occasion(
                read.device(),
                enrols ? read.report().epoch() : known,
                now,
                read.report().body() instanceof AgentReport ? read.report().messageId() : MessageId.NONE,
                read.report().traceparent());
    }
}
