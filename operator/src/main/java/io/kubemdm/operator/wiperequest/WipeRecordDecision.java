package io.kubemdm.operator.wiperequest;

import io.kubemdm.crds.wiperequest.WipePhase;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of a WipeRequest on {@code mdm.decisions}; in one transaction with the order it speaks of.
 *
 * @param uid of the WipeRequest object
 * @param type what is asked
 * @param device name of the device
 * @param epoch the enrolment it is bound to, resolved once; 0 while it is not
 * @param seq counter of the latest signing, 0 before the first
 * @param issuedAt when it was first signed
 * @param signedAt when it was last signed
 * @param notAfter until when the order may be obeyed
 * @param withdrawn whether a withdrawal was signed
 * @param end how it ended, null while it has not
 */
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
        @Nullable End end) {

    /**
     * A terminal phase, which never leaves.
     *
     * @param deliveredAt when the command had been handed over, null if it had not
     * @param receipt what the device signed, null unless it did
     */
    public record End(
            WipePhase phase,
            String reason,
            String message,
            Instant at,
            @Nullable Instant deliveredAt,
            @Nullable Signed receipt) {}

    /** The receipt. */
    public record Signed(String digest, @Nullable String keyId, boolean erased, Instant receivedAt) {}

    /** Id of the command: the same for every signing. */
    public String commandId() {
        return uid + "-" + epoch;
    }

    static WipeRecordDecision bound(String uid, String type, String device, long epoch) {
        return new WipeRecordDecision(uid, type, device, epoch, 0, null, null, null, false, null);
    }

    WipeRecordDecision signed(long nextSeq, Instant now, Instant until) {
        return new WipeRecordDecision(
                uid, type, device, epoch, nextSeq, issuedAt == null ? now : issuedAt, now, until, withdrawn, end);
    }

    WipeRecordDecision taken() {
        return new WipeRecordDecision(uid, type, device, epoch, seq, issuedAt, signedAt, notAfter, true, end);
    }

    WipeRecordDecision ended(End how) {
        return new WipeRecordDecision(uid, type, device, epoch, seq, issuedAt, signedAt, notAfter, withdrawn, how);
    }
}
