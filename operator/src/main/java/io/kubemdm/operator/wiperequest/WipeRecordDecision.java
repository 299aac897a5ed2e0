package io.kubemdm.operator.wiperequest;

import io.kubemdm.crds.wiperequest.WipePhase;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of a WipeRequest on {@code mdm.decisions}; in one transaction with the order it speaks of.
 *
 * @param uid of the WipeRequest object
 * @param type what is asked
 * @param device name of the device
 * @param epoch the enrolment it is bound to, resolved once; 0 while it is not
 * @param seq counter of the latest signing, 0 before the first
 * @param issuedAt when it was first signed, which is what it is charged to the budget for
 * @param signedAt when it was last signed
 * @param notAfter until when the order may be obeyed
 * @param withdrawn whether a withdrawal was signed
 * @param acknowledgedAt when the device said that it erases itself, null for other types and while it has not: what it said
 *     outlives its enrolment
 * @param end how it ended, null while it has not
 * @param approval who let it go, null while nobody has; what becomes of their WipeApprovals later changes nothing
 * @param inLineSince the request's creation while it waits for the budget, null while it does not
 * @param spent what earlier objects of this name took from the budget and still counts
 * @param late what the device signed after the request had ended, null while it has not
 */
@RecordBuilder
public record WipeRecordDecision(
        String uid,
        String type,
        String device,
        long epoch,
        long seq,
        @Nullable Instant issuedAt,
        @Nullable Instant signedAt,
        @Nullable Instant notAfter,
        boolean withdrawn,
        @Nullable Instant acknowledgedAt,
        @Nullable End end,
        @Nullable Approval approval,
        @Nullable Instant inLineSince,
        List<Spent> spent,
        @Nullable Late late)
        implements WipeRecordDecisionBuilder.With {

    @SuppressWarnings("NullAway") // records of an earlier version have no such list
    public WipeRecordDecision {
        spent = spent == null ? List.of() : List.copyOf(spent);
    }

    /**
     * A terminal phase, which never leaves.
     *
     * @param deliveredAt when the command had been handed over, null if it had not
     * @param acknowledgedAt when the device had acknowledged it, null if it had not
     * @param receipt what the device signed, null unless it did
     */
    public record End(
            WipePhase phase,
            String reason,
            String message,
            Instant at,
            @Nullable Instant deliveredAt,
            @Nullable Instant acknowledgedAt,
            @Nullable Signed receipt) {}

    /** The receipt. */
    public record Signed(String digest, @Nullable String keyId, boolean erased, Instant receivedAt) {}

    /**
     * Somebody's decision: the WipeApproval's name, and who the API server says made it.
     *
     * @param signature for devices that demand a quorum themselves, null without one
     */
    public record Approver(
            String name, String person, @Nullable String signature) {}

    /**
     * The moment from which it may go.
     *
     * @param required how many approvals it took, 0 for none
     */
    public record Approval(Instant at, int required, List<Approver> by) {
        public Approval {
            by = List.copyOf(by);
        }
    }

    /** A command signed for an earlier object of the same name. */
    public record Spent(String type, Instant at) {}

    /** What came after the end: a receipt, and when the command had been handed over. */
    public record Late(
            boolean completed, Signed receipt, @Nullable Instant deliveredAt) {}

    /** Id of the command: the same for every signing. */
    public String commandId() {
        return uid + "-" + epoch;
    }

    /** Whether the command stays signed although the request has ended: for a device that comes back months later. */
    boolean standing() {
        return end != null && end.phase() == WipePhase.Expired && seq > 0 && !withdrawn && late == null;
    }

    static WipeRecordDecision bound(String uid, String type, String device, long epoch, List<Spent> spent) {
        return new WipeRecordDecision(
                uid, type, device, epoch, 0, null, null, null, false, null, null, null, null, spent, null);
    }

    WipeRecordDecision approved(Approval how) {
        return withApproval(how);
    }

    WipeRecordDecision inLine(@Nullable Instant since) {
        return withInLineSince(since);
    }

    WipeRecordDecision signed(long nextSeq, Instant now, Instant until) {
        return with(next -> next.seq(nextSeq)
                .issuedAt(issuedAt == null ? now : issuedAt)
                .signedAt(now)
                .notAfter(until)
                .inLineSince(null));
    }

    WipeRecordDecision acknowledged(Instant when) {
        return withAcknowledgedAt(when);
    }

    WipeRecordDecision taken() {
        return with(next -> next.withdrawn(true).inLineSince(null));
    }

    WipeRecordDecision ended(End how) {
        return with(next -> next.end(how).inLineSince(null));
    }

    WipeRecordDecision confirmed(Late how) {
        return with(next -> next.late(how).inLineSince(null));
    }
}
