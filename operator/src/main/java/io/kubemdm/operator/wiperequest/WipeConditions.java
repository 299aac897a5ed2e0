package io.kubemdm.operator.wiperequest;

import io.kubemdm.crds.Condition;
import io.kubemdm.crds.wiperequest.WipePhase;
import io.kubemdm.crds.wiperequest.WipeRequest;
import io.kubemdm.operator.status.Conditions;
import io.kubemdm.operator.wiperequest.WipeRecordDecision.End;
import io.kubemdm.protocol.ledger.Revocation;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.WipeBudget;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The conditions of a request; each with the time of the fact behind it, so that a lost status comes back the same. */
final class WipeConditions {

    private final WipeDecision.Input in;
    private final WipeDecision decision;
    private final @Nullable WipeRecordDecision record;
    private final @Nullable End end;
    private final Instant created;
    private final Conditions conditions;

    private WipeConditions(WipeRequest request, WipeDecision.Input in, WipeDecision decision) {
        this.in = in;
        this.decision = decision;
        this.record = decision.record();
        this.end = record == null ? null : record.end();
        this.created = in.createdAt();
        this.conditions = new Conditions(
                request.getStatus() == null ? List.of() : request.getStatus().conditions(),
                request.getMetadata().getGeneration());
    }

    static List<Condition> of(
            WipeRequest request, WipeDecision.Input in, WipeDecision decision, @Nullable Revocation revocation) {
        WipeConditions of = new WipeConditions(request, in, decision);
        of.approved();
        of.withinBudget();
        of.delivered();
        of.confirmed();
        of.accessRevoked(revocation);
        of.evidenceWeak();
        of.lateErase();
        return of.conditions.list();
    }

    private void approved() {
        var approval = record == null ? null : record.approval();
        boolean signed = record != null && record.seq() > 0;
        if (approval != null && approval.required() > 0) {
            conditions.set(
                    "Approved",
                    true,
                    "Approved",
                    approval.by().size() + " people other than the requester approved it; " + approval.required()
                            + " were needed.",
                    approval.at());
        } else if (approval != null || signed || in.approvals().required() == 0) {
            conditions.set("Approved", true, "NotRequired", "This type needs no approval here.", created);
        } else if (end == null) {
            boolean pending = decision.phase() == WipePhase.PendingApproval;
            conditions.set(
                    "Approved",
                    false,
                    pending ? decision.reason() : "ApprovalsMissing",
                    pending ? decision.message() : "It needs " + in.approvals().required() + " approvals.",
                    created);
        } else {
            conditions.set("Approved", false, end.reason(), "It ended before enough people had approved it.", created);
        }
    }

    private void withinBudget() {
        CommandType type = WipeDecision.commandType(in.spec().type());
        if (decision.reached() != null) {
            conditions.set("WithinBudget", false, decision.reason(), decision.message(), created);
        } else if (type == null || WipeBudget.Lane.of(type) == null) {
            conditions.set("WithinBudget", true, "NoBudget", "No budget limits this type.", created);
        } else if (record != null && record.issuedAt() != null) {
            conditions.set(
                    "WithinBudget", true, "WithinBudget", "The budget had room when it was signed.", record.issuedAt());
        } else {
            conditions.set(
                    "WithinBudget",
                    Condition.Status.Unknown,
                    "NotAsked",
                    "The budget is asked when it is to be signed.",
                    created);
        }
    }

    private void delivered() {
        Instant at =
                record == null ? null : WipeView.deliveredAt(record, in.target().command());
        conditions.set(
                "Delivered",
                at != null,
                at != null ? "Delivered" : decision.reason(),
                at != null ? "It was handed to the device." : decision.message(),
                at == null ? created : at);
    }

    private void confirmed() {
        if (isLate()) {
            conditions.set(
                    "Confirmed", true, "ConfirmedLate", "The device signed after its time that it is done.", lateAt());
        } else {
            boolean completed = decision.phase() == WipePhase.Completed;
            conditions.set(
                    "Confirmed",
                    completed,
                    decision.reason(),
                    decision.message(),
                    completed && end != null ? end.at() : created);
        }
    }

    private void accessRevoked(@Nullable Revocation revocation) {
        Instant issued = record == null || record.issuedAt() == null ? created : record.issuedAt();
        boolean cut = revocation != null && !revocation.before().isBefore(issued);
        conditions.set(
                "AccessRevoked",
                cut,
                cut ? "CertificatesRevoked" : "NotRevoked",
                cut ? "The device's certificates are void." : "The device's certificates stand.",
                cut && revocation != null ? revocation.before() : created);
    }

    private void evidenceWeak() {
        Instant began = record == null ? null : record.acknowledgedAt();
        boolean weak =
                began != null && decision.phase() == WipePhase.Erasing && "ReceiptMissing".equals(decision.reason());
        if (weak && began != null) {
            conditions.set(
                    "EvidenceWeak",
                    true,
                    "ReceiptMissing",
                    decision.message(),
                    began.plus(SignedDecision.EVIDENCE_WAIT));
        } else if (began != null && end != null && end.receipt() == null && record != null && record.late() == null) {
            conditions.set(
                    "EvidenceWeak",
                    true,
                    "NoReceipt",
                    "The device had begun to erase itself, and it ended without a receipt.",
                    end.at());
        } else {
            conditions.set("EvidenceWeak", false, "Signed", "Only a signed receipt confirms.", created);
        }
    }

    private void lateErase() {
        if (isLate()) {
            conditions.set(
                    "LateErase",
                    true,
                    "ReceiptAfterEnd",
                    "The device came back after the request had ended, and signed that it is done.",
                    lateAt());
        } else {
            boolean standing = record != null && record.standing();
            conditions.set(
                    "LateErase",
                    false,
                    standing ? "CommandStands" : "NotErased",
                    standing
                            ? "The command stays signed for a device that comes back."
                            : "Nothing was erased after its time.",
                    created);
        }
    }

    private boolean isLate() {
        return record != null && record.late() != null && record.late().completed();
    }

    private Instant lateAt() {
        return record == null || record.late() == null
                ? created
                : record.late().receipt().receivedAt();
    }
}
