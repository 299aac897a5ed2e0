package io.kubemdm.protocol.audit;

import io.kubemdm.protocol.audit.Flaw.Kind;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.json.MalformedJson;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Checks one partition of {@code mdm.events}, record by record in order: each names the hash of its predecessor
 * ({@link EventChain}), says in key and headers what it says in its value, and each device's sequence rises by one. Where
 * retention has cut the log, the first record and each device's first stand as they are. Keeps one number per device and
 * no record. Not for use by several threads.
 */
public final class ChainVerifier {

    /** What a verifier needs of an event; newer kinds of event verify, too. */
    private record Link(DeviceId device, long sequence, String previous, Instant time) {}

    /** A device's last record. */
    private record Last(long sequence, long ordinal) {}

    private final int partition;
    private final boolean fromStart;
    private final Map<DeviceId, Last> devices = new HashMap<>();
    private @Nullable Flaw certain;
    private long certainOrdinal;
    private @Nullable BrokenLink broken;
    private @Nullable String head;
    private @Nullable Instant firstTime;
    private @Nullable Instant lastTime;
    private long lastOffset = -1;
    private long events;

    /**
     * A verifier.
     *
     * @param fromStart whether the log is whole: it then begins with {@link EventChain#GENESIS} and sequence 1
     */
    public ChainVerifier(int partition, boolean fromStart) {
        this.partition = partition;
        this.fromStart = fromStart;
        this.head = fromStart ? EventChain.GENESIS : null;
    }

    /** The next record. */
    public void accept(AuditRecord record) {
        if (record.offset() <= lastOffset) {
            certain(Kind.Reordered, record.offset(), "it stands after offset " + lastOffset);
        }
        Link link = link(record);
        if (link != null) {
            claims(record, link);
            follows(record, link);
            sequence(record, link);
            firstTime = firstTime == null ? link.time() : firstTime;
            lastTime = link.time();
        }
        String previous = link == null ? head : link.previous();
        head = EventChain.hash(
                record.key(), record.headers(), record.bytes(), previous == null ? EventChain.GENESIS : previous);
        if (broken != null) {
            broken.seen(head, record.offset());
        }
        lastOffset = record.offset();
        events++;
    }

    private @Nullable Link link(AuditRecord record) {
        try {
            Link link = Json.read(record.bytes(), Link.class);
            if (link.device() != null && link.previous() != null && link.time() != null) {
                return link;
            }
            certain(Kind.Edited, record.offset(), "it names no device, time or predecessor");
        } catch (MalformedJson e) {
            certain(Kind.Edited, record.offset(), "it cannot be read: " + e.getMessage());
        }
        return null;
    }

    /** Key and attributes follow from the value, so one that differs tells which record was touched. */
    private void claims(AuditRecord record, Link link) {
        Map<String, String> claims = Map.of(
                "key", link.device().toString(),
                "ce_subject", link.device().toString(),
                "ce_id", link.device() + "/" + link.sequence(),
                "ce_sequence", Long.toString(link.sequence()),
                "ce_time", link.time().toString());
        String differing = claims.entrySet().stream()
                .filter(claim -> !claim.getValue()
                        .equals(
                                claim.getKey().equals("key")
                                        ? record.key()
                                        : record.headers().get(claim.getKey())))
                .map(Map.Entry::getKey)
                .sorted()
                .collect(Collectors.joining(", "));
        if (!differing.isEmpty()) {
            certain(Kind.Edited, record.offset(), "its value and its " + differing + " differ");
        }
    }

    private void follows(AuditRecord record, Link link) {
        if (head == null || head.equals(link.previous())) {
            return;
        }
        if (broken == null) {
            broken = new BrokenLink(partition, record.offset(), lastOffset, events, link.previous());
        } else {
            broken.alsoBroken(events);
        }
    }

    private void sequence(AuditRecord record, Link link) {
        Last last = devices.put(link.device(), new Last(link.sequence(), events));
        long expected = last == null ? 1 : last.sequence() + 1;
        if (link.sequence() == expected || (last == null && !fromStart)) {
            return;
        }
        String detail = link.device() + " goes from sequence " + (expected - 1) + " to " + link.sequence();
        if (broken == null) {
            certain(link.sequence() > expected ? Kind.Missing : Kind.Reordered, record.offset(), detail);
        } else if (link.sequence() > expected && (last == null || last.ordinal() < broken.ordinal())) {
            broken.gap(detail);
        }
    }

    private void certain(Kind kind, long offset, String detail) {
        if (certain == null) {
            certain = new Flaw(kind, partition, offset, detail);
            certainOrdinal = events;
        }
    }

    /** The first thing that is wrong, null when all that was taken verifies. Judged with all records taken so far. */
    public @Nullable Flaw firstFlaw() {
        BrokenLink link = broken;
        Flaw known = certain;
        return link == null || (known != null && certainOrdinal <= link.ordinal()) ? known : link.judge();
    }

    /** How many records were taken. */
    public long events() {
        return events;
    }

    /** Hash of the last record; null before the first of a log cut by retention. */
    public @Nullable String head() {
        return head;
    }

    /** Offset of the last record, -1 before the first. */
    public long lastOffset() {
        return lastOffset;
    }

    /** When the first readable event happened; null before it. */
    public @Nullable Instant firstTime() {
        return firstTime;
    }

    /** When the last readable event happened; null before it. */
    public @Nullable Instant lastTime() {
        return lastTime;
    }

    /** The last sequence of each device. */
    public Map<DeviceId, Long> sequences() {
        return devices.entrySet().stream().collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, e -> e.getValue()
                .sequence()));
    }
}
