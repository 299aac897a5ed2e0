package io.kubemdm.protocol.audit;

import io.kubemdm.protocol.audit.Flaw.Kind;
import org.jspecify.annotations.Nullable;

/** The first link of a partition that does not hold, and what later records tell of its cause. */
final class BrokenLink {

    private final int partition;
    private final long offset;
    private final long before;
    private final long ordinal;
    private final String named;
    private boolean nextIsBroken;
    private long namedAt = -1;
    private @Nullable String gap;

    /**
     * A link that does not hold.
     *
     * @param offset of the record whose predecessor is not the one it names
     * @param before offset of the record that stands before it, -1 when it is the first
     * @param ordinal how many records stand before it
     * @param named the hash it names
     */
    BrokenLink(int partition, long offset, long before, long ordinal, String named) {
        this.partition = partition;
        this.offset = offset;
        this.before = before;
        this.ordinal = ordinal;
        this.named = named;
    }

    long ordinal() {
        return ordinal;
    }

    /** A record at or after the link, and its hash. */
    void seen(String hash, long at) {
        if (namedAt < 0 && hash.equals(named)) {
            namedAt = at;
        }
    }

    /** The link of the record with this ordinal does not hold either. */
    void alsoBroken(long later) {
        nextIsBroken |= later == ordinal + 1;
    }

    /** A device's sequence jumps over this place. */
    void gap(String detail) {
        gap = gap == null ? detail : gap;
    }

    /**
     * What happened, as far as records tell. A hash does not say whether its record was edited or is gone. A jump in a
     * device's sequence says gone; two records that Kafka numbered without a gap, or a record that neither follows its
     * predecessor nor is followed, say edited. Where Kafka left a gap, which the end of a transaction does too, it may be
     * either.
     */
    Flaw judge() {
        if (namedAt >= 0) {
            return flaw(Kind.Reordered, offset, "it stands before the record it follows, which is at " + namedAt);
        }
        if (gap != null) {
            return flaw(Kind.Missing, before, "a record between it and offset " + offset + " is missing: " + gap);
        }
        if (nextIsBroken) {
            return flaw(Kind.Edited, offset, "neither does it name its predecessor nor its successor it");
        }
        if (before < 0) {
            return flaw(Kind.Missing, before, "records before offset " + offset + " are missing");
        }
        if (offset == before + 1) {
            return flaw(Kind.Edited, before, "its successor names another hash: " + named);
        }
        return flaw(
                Kind.EditedOrMissing,
                before,
                "it was edited, or a record between it and offset " + offset + " is missing: offset " + offset
                        + " names hash " + named);
    }

    private Flaw flaw(Kind kind, long at, String detail) {
        return new Flaw(kind, partition, at, detail);
    }
}
