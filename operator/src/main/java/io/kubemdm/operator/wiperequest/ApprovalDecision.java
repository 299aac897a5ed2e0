package io.kubemdm.operator.wiperequest;

import io.kubemdm.crds.Decision;
import io.kubemdm.crds.wipeapproval.WipeApprovalSpec;
import io.kubemdm.crds.wiperequest.WipeRequestSpec;
import io.kubemdm.operator.wiperequest.WipeRecordDecision.Approver;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who has agreed to a request. One person counts once, whoever asked does not count, and what does not name this very
 * object by uid is about another one. Admission recorded who; here it is counted.
 *
 * @param required how many people have to agree
 * @param by who agreed, one entry per person
 * @param rejectedBy who said no, null when nobody did
 * @param unknownRequester whether approvals are needed and nobody can tell who asked, so that nothing can be counted
 */
record ApprovalDecision(
        int required, List<Approver> by, @Nullable Approver rejectedBy, boolean unknownRequester) {

    /** A WipeApproval as the API server has it at this moment. */
    record Vote(String name, WipeApprovalSpec spec) {}

    /** What a WipeApproval is worth. */
    enum Worth {
        Counted,
        /** It names another object, perhaps an earlier one of the same name. */
        OtherRequest,
        /** Whoever asked cannot approve. */
        RequesterApproves,
        /** Nothing says who decided. */
        ApproverUnknown,
        /** A decision of a newer version. */
        DecisionUnknown
    }

    ApprovalDecision {
        by = List.copyOf(by);
    }

    /** Whether enough people agreed and nobody said no. */
    boolean enough() {
        return rejectedBy == null && !unknownRequester && by.size() >= required;
    }

    /**
     * Counts.
     *
     * @param uid the request's
     * @param floor how many the operator's configuration demands; a request can only raise it
     */
    static ApprovalDecision count(WipeRequestSpec spec, String uid, int floor, List<Vote> votes) {
        int required = Math.max(floor, spec.requiredApprovals() == null ? 0 : spec.requiredApprovals());
        List<Approver> by = new ArrayList<>();
        Approver rejectedBy = null;
        List<Vote> sorted =
                votes.stream().sorted(Comparator.comparing(Vote::name)).toList();
        for (Vote vote : sorted) {
            String person = vote.spec().approvedBy();
            if (worth(spec, uid, vote.spec()) != Worth.Counted || person == null) {
                continue;
            }
            Approver approver = new Approver(vote.name(), person, vote.spec().signature());
            if (vote.spec().decision() == Decision.Reject) {
                rejectedBy = rejectedBy == null ? approver : rejectedBy;
            } else if (by.stream().noneMatch(each -> each.person().equals(person))) {
                by.add(approver);
            }
        }
        return new ApprovalDecision(required, by, rejectedBy, required > 0 && blank(spec.requestedBy()));
    }

    /** What one WipeApproval is worth for the request of this uid. A Reject counts from everybody. */
    static Worth worth(WipeRequestSpec request, String uid, WipeApprovalSpec approval) {
        if (!approval.wipeRef().uid().equals(uid)) {
            return Worth.OtherRequest;
        }
        if (blank(approval.approvedBy())) {
            return Worth.ApproverUnknown;
        }
        return switch (approval.decision()) {
            case Reject -> Worth.Counted;
            case Approve ->
                approval.approvedBy().equals(request.requestedBy()) ? Worth.RequesterApproves : Worth.Counted;
            case Unrecognised -> Worth.DecisionUnknown;
        };
    }

    private static boolean blank(@Nullable String text) {
        return text == null || text.isBlank();
    }
}
