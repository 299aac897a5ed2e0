package io.kubemdm.protocol.audit;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One line of an answer of the operator's query API or of an exported file, both JSON Lines; exactly one field is there.
 * An export is {@code begin}, then for each partition {@code partition}, its {@code head}s and its {@code event}s, then
 * {@code end}. An answer is {@code head}s or {@code event}s and one {@code page}, without which it was cut.
 *
 * @param begin an export begins
 * @param partition a partition begins
 * @param head a signed head
 * @param event a record
 * @param page where to go on
 * @param end an export is whole
 */
public record AuditLine(
        @Nullable Begin begin,
        @Nullable Partition partition,
        @Nullable SignedHead head,
        @Nullable AuditRecord event,
        @Nullable Page page,
        @Nullable End end) {

    /** The version of the export's form that this class reads and writes. */
    public static final int VERSION = 1;

    /**
     * The first line.
     *
     * @param version {@value AuditLine#VERSION}
     * @param at when the export was made
     * @param partitions how many {@code mdm.events} has
     */
    public record Begin(@JsonProperty(required = true) int version, Instant at, int partitions) {}

    /**
     * A partition and what of it was there.
     *
     * @param first the lowest offset that Kafka still has; above 0 retention has cut the log
     * @param end the offset after the last committed record
     */
    public record Partition(int number, long first, long end) {}

    /**
     * The last line of an answer.
     *
     * @param next the offset to ask for next
     * @param end the offset after the last committed record; nothing is left when {@code next} is not below it
     */
    public record Page(long next, long end) {}

    /**
     * The last line of an export.
     *
     * @param events how many it holds
     */
    public record End(long events) {}

    public static AuditLine of(Begin begin) {
        return new AuditLine(begin, null, null, null, null, null);
    }

    public static AuditLine of(Partition partition) {
        return new AuditLine(null, partition, null, null, null, null);
    }

    public static AuditLine of(SignedHead head) {
        return new AuditLine(null, null, head, null, null, null);
    }

    public static AuditLine of(AuditRecord event) {
        return new AuditLine(null, null, null, event, null, null);
    }

    public static AuditLine of(Page page) {
        return new AuditLine(null, null, null, null, page, null);
    }

    public static AuditLine of(End end) {
        return new AuditLine(null, null, null, null, null, end);
    }
}
