package io.kubemdm.operator.wiperequest;

import static io.kubemdm.operator.wiperequest.WipeDecision.doing;
import static io.kubemdm.operator.wiperequest.WipeDecision.end;
import static io.kubemdm.operator.wiperequest.WipeDecision.erasesAll;
import static io.kubemdm.operator.wiperequest.WipeDecision.settled;
import static io.kubemdm.operator.wiperequest.WipeDecision.superseded;

import io.kubemdm.crds.wiperequest.WipePhase;
import io.kubemdm.operator.wiperequest.WipeDecision.Act;
import io.kubemdm.operator.wiperequest.WipeDecision.Input;
import io.kubemdm.operator.wiperequest.WipeRecordDecision.Approval;
import io.kubemdm.protocol.order.WipeBudget;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A request before anything is signed: whether it may go, and what it waits for. */
final class UnsignedDecision {

    private UnsignedDecision() {}

    static WipeDecision decide(Input in) {
        WipeRecordDecision record = bound(in);
        WipeDecision over = over(in, record);
        if (over != null) {
            return over;
        }
        // Also when the device was known once: whose it is and which counter it has must be known to sign.
        if (in.target().epoch() == 0) {
            return settled(
                    in,
                    record.epoch() == 0 ? null : record.inLine(null),
                    WipePhase.Held,
                    "DeviceUnknown",
                    "No device of this name has enrolled in this namespace: correct spec.deviceRef in a new request,"
                            + " or wait for the enrolment.",
                    in.expiresAt());
        }
        if (record.approval() == null && !in.approvals().enough()) {
            return pending(in, record);
        }
        WipeRecordDecision approved = record.approval() != null
                ? record
                : record.approved(new Approval(
                        in.now(), in.approvals().required(), in.approvals().by()));
        // Who erases a lost device does not wait for the lock that it never fetched.
        if (in.target().otherOpen() != null && !erasesAll(in.spec().type())) {
            return settled(
                    in,
                    approved.inLine(null),
                    WipePhase.Queued,
                    "AnotherCommandOpen",
                    "Another command of the device is not over; commands go one by one.",
                    in.expiresAt());
        }
        Act act = erasesAll(in.spec().type()) ? Act.SIGN_AND_REVOKE : Act.SIGN;
        return doing(
                act,
                approved.signed(in.target().highestSeq() + 1, in.now(), in.expiresAt()),
                WipePhase.Queued,
                "Issued",
                "It is signed and waits for the device to connect.",
                in.expiresAt());
    }

    /**
     * The same request when the budget does not let it be signed.
     *
     * @param signing what {@link #decide} said
     * @param next when one that waits may go
     */
    static WipeDecision held(Input in, WipeDecision signing, WipeBudget.Reached reached, Instant next) {
        WipeRecordDecision signed = Objects.requireNonNull(signing.record(), "a signing is remembered");
        Approval approval = Objects.requireNonNull(signed.approval(), "only what is approved is signed");
        WipeRecordDecision waits = bound(in).approved(approval).inLine(in.createdAt());
        long hours = reached.window().toHours();
        Act act = waits.equals(in.record()) ? Act.NOTHING : Act.REMEMBER;
        return new WipeDecision(
                act,
                waits,
                WipePhase.Held,
                hours == 1 ? "HourlyBudget" : "DailyBudget",
                reached.observed() + " of " + reached.limit() + " commands of this kind that the namespace may send in "
                        + hours + " h are sent; it goes out, in the order of creation, as the window moves.",
                reached,
                next.isBefore(in.expiresAt()) ? next : in.expiresAt());
    }

    private static WipeRecordDecision bound(Input in) {
        WipeRecordDecision record = in.record();
        return record != null && record.epoch() != 0
                ? record
                : WipeRecordDecision.bound(
                        in.uid(),
                        in.spec().type().name(),
                        in.spec().deviceRef().name(),
                        in.target().epoch(),
                        in.spent());
    }

    private static @Nullable WipeDecision over(Input in, WipeRecordDecision record) {
        if (WipeDecision.commandType(in.spec().type()) == null) {
            return rejected(in, record, "TypeUnknown", "This version does not know the type: use one it knows.");
        }
        var rejectedBy = in.approvals().rejectedBy();
        if (rejectedBy != null) {
            return rejected(
                    in,
                    record,
                    "RejectedByApprover",
                    rejectedBy.person() + " rejected it with WipeApproval " + rejectedBy.name() + ".");
        }
        if (in.spec().cancelled()) {
            return end(in, record, Act.REMEMBER, WipePhase.Cancelled, "Cancelled", "Cancelled before it was issued.");
        }
        if (!in.now().isBefore(in.expiresAt())) {
            return end(in, record, Act.REMEMBER, WipePhase.Expired, "Expired", "Expired before it could be issued.");
        }
        if (record.epoch() == 0) {
            return null;
        }
        if (record.epoch() != in.target().epoch() && in.target().epoch() != 0) {
            return superseded(in, record, Act.REMEMBER);
        }
        if (in.target().personal() && erasesAll(in.spec().type())) {
            return rejected(
                    in,
                    record,
                    "ForbiddenByOwnership",
                    "A Personal device is its owner's and is never erased as a whole: use SelectiveWipe or Retire.");
        }
        return in.target().twin() == null
                ? null
                : rejected(
                        in,
                        record,
                        "DuplicateRequest",
                        "WipeRequest " + in.target().twin()
                                + " asks for the same and is still open: wait for it or cancel it.");
    }

    private static WipeDecision rejected(Input in, WipeRecordDecision record, String reason, String message) {
        return end(in, record, Act.REMEMBER, WipePhase.Rejected, reason, message);
    }

    private static WipeDecision pending(Input in, WipeRecordDecision record) {
        ApprovalDecision approvals = in.approvals();
        boolean unknown = approvals.unknownRequester();
        return settled(
                in,
                record,
                WipePhase.PendingApproval,
                unknown ? "RequesterUnknown" : "ApprovalsMissing",
                unknown
                        ? "spec.requestedBy is empty, so that nobody can tell whether others approve it: create the request"
                                + " again with the chart's admission policies enabled, or fill it in."
                        : approvals.by().size() + " of " + approvals.required()
                                + " people have approved it; whoever asked does not count.",
                in.expiresAt());
    }
}
