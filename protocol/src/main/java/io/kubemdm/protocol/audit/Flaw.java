package io.kubemdm.protocol.audit;

/**
 * What is wrong with a partition of the audit log.
 *
 * @param offset of the record it is about; for {@link Kind#Missing} and {@link Kind#Cut} of the last one before the gap,
 *     -1 when the gap is at the beginning
 * @param detail a sentence
 */
public record Flaw(Kind kind, int partition, long offset, String detail) {

    /** What kind of fault. */
    public enum Kind {
        /** The record is not what the engine wrote. */
        Edited,
        /** A record after it is gone. */
        Missing,
        /** Either of both; the log does not tell which. */
        EditedOrMissing,
        /** The record is not where the engine wrote it. */
        Reordered,
        /** Records of the end are gone: a signed head names one that is not there. */
        Cut,
        /** A signed head names a record that is not there, although the log goes on. */
        Rewritten,
        /** A head whose signature does not verify. */
        ForgedHead,
        /** No signed head stands above records that are old enough to have one. */
        Unsigned
    }

    /** One line. */
    @Override
    public String toString() {
        return kind + " partition=" + partition + " offset=" + offset + ": " + detail;
    }
}
