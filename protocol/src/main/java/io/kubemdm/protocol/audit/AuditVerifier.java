package io.kubemdm.protocol.audit;

import io.kubemdm.protocol.audit.Flaw.Kind;
import io.kubemdm.protocol.json.MalformedJson;
import io.kubemdm.protocol.trust.Verifier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Verifies a whole log line by line, as exported: chains, sequences and signed heads of every partition. Keeps the heads of
 * one partition and a number per device, no record. Not for use by several threads.
 */
public final class AuditVerifier {

    /**
     * What one partition came to.
     *
     * @param events how many records it has
     * @param signedThrough offset of the last record that a signed head vouches for, -1 when there is none
     * @param flaw the first thing that is wrong, null when nothing is
     */
    public record Finding(
            int partition,
            long events,
            long lastOffset,
            long signedThrough,
            @Nullable Flaw flaw) {}

    private final @Nullable Verifier heads;
    private final Duration unsigned;
    private final List<Finding> findings = new ArrayList<>();
    private @Nullable Instant at;
    private @Nullable Open open;
    private boolean ended;
    private int announced;
    private long events;

    /** A partition while its lines come. */
    private static final class Open {
        private final AuditLine.Partition partition;
        private final ChainVerifier chain;
        private final SignedHeads heads;
        private @Nullable AuditRecord unsigned;

        Open(AuditLine.Partition partition, @Nullable Verifier verifier) {
            this.partition = partition;
            this.chain = new ChainVerifier(partition.number(), fromStart());
            this.heads = new SignedHeads(partition.number(), verifier);
        }

        private boolean fromStart() {
            return partition.first() == 0;
        }
    }

    /**
     * A verifier.
     *
     * @param heads believes the engine's checkpoints; null to leave their signatures unchecked
     * @param unsigned how old, by Kafka's clock, a record may get before a signed head stands at or after it; not asked when
     *     signatures are unchecked
     */
    public AuditVerifier(@Nullable Verifier heads, Duration unsigned) {
        this.heads = heads;
        this.unsigned = unsigned;
    }

    /**
     * The next line.
     *
     * @throws MalformedJson when no export has such a line there
     */
    public void accept(AuditLine line) {
        if (line.begin() != null) {
            begin(line.begin());
        } else if (at == null) {
            throw new MalformedJson("not an export: its first line must be {\"begin\": …}");
        } else if (line.partition() != null) {
            closePartition();
            open = new Open(line.partition(), heads);
        } else if (line.head() != null) {
            current(line.head().partition()).heads.add(line.head());
        } else if (line.event() != null) {
            event(current(line.event().partition()), line.event());
        } else if (line.end() != null) {
            end(line.end());
        } else {
            throw new MalformedJson("no export has such a line");
        }
    }

    private void begin(AuditLine.Begin begin) {
        if (begin.version() != AuditLine.VERSION) {
            throw new MalformedJson(
                    "export of version " + begin.version() + ", this program reads " + AuditLine.VERSION);
        }
        at = begin.at();
        announced = begin.partitions();
    }

    private void end(AuditLine.End end) {
        closePartition();
        ended = end.events() == events && findings.size() == announced;
    }

    private Open current(int partition) {
        if (open == null || open.partition.number() != partition) {
            throw new MalformedJson("a record of partition " + partition + " stands outside of it");
        }
        return open;
    }

    private void event(Open current, AuditRecord record) {
        current.chain.accept(record);
        events++;
        String head = current.chain.head();
        if (head != null && current.heads.seen(head, record.offset())) {
            current.unsigned = null;
        } else if (current.unsigned == null) {
            current.unsigned = record;
        }
    }

    private void closePartition() {
        Open closing = open;
        if (closing == null) {
            return;
        }
        open = null;
        ChainVerifier chain = closing.chain;
        Flaw flaw = chain.firstFlaw();
        if (flaw == null) {
            flaw = closing.heads.judge(chain, closing.fromStart());
        }
        if (flaw == null) {
            flaw = unsigned(closing);
        }
        findings.add(new Finding(
                closing.partition.number(), chain.events(), chain.lastOffset(), closing.heads.lastSeenOffset(), flaw));
    }

    private @Nullable Flaw unsigned(Open closing) {
        AuditRecord record = closing.unsigned;
        if (heads == null
                || record == null
                || at == null
                || !record.time().plus(unsigned).isBefore(at)) {
            return null;
        }
        return new Flaw(
                Kind.Unsigned,
                closing.partition.number(),
                record.offset(),
                "it is of " + record.time() + " and no signed head stands at or after it: whatever comes from here on"
                        + " could have been written by anybody who can write to Kafka");
    }

    /** Whether the last line of the export was there, and as many partitions and records as the export says it has. */
    public boolean complete() {
        return ended;
    }

    /** All partitions, in the order of the export. To be asked when the lines have ended, at whatever line. */
    public List<Finding> findings() {
        closePartition();
        return List.copyOf(findings);
    }
}
