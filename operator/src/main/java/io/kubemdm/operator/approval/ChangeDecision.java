package io.kubemdm.operator.approval;

import io.kubemdm.crds.Decision;
import io.kubemdm.crds.changeapproval.ChangeApprovalSpec;
import io.kubemdm.crds.changeapproval.TargetKind;
import io.kubemdm.protocol.approval.BundleProof;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who has agreed to a change. One person counts once, whoever made the change does not count, and what does not name this
 * very object, of a Rollout at this very generation, is about another one. Admission recorded who; here it is counted.
 *
 * @param required how many people have to agree
 * @param counted every vote that counts, by name
 */
public record ChangeDecision(Target target, int required, List<Vote> counted) {

    /**
     * What is to be approved.
     *
     * @param generation of a Rollout, null of a PolicyBundle
     * @param requestedBy who made it as it is, null when nothing says so
     */
    public record Target(
            TargetKind kind,
            String name,
            String uid,
            @Nullable Long generation,
            @Nullable String requestedBy) {}

    /** A ChangeApproval as the API server has it at this moment. */
    public record Vote(String name, ChangeApprovalSpec spec) {}

    /** Why a change waits: a CamelCase constant and a sentence with a remedy. */
    public record Waiting(String reason, String message) {}

    /** What a ChangeApproval is worth. */
    public enum Worth {
        Counted,
        /** It names another object or another generation. */
        OtherTarget,
        /** Whoever made the change cannot approve it. */
        RequesterApproves,
        /** Nothing says who decided. */
        ApproverUnknown,
        /** A decision of a newer version. */
        DecisionUnknown
    }

    public ChangeDecision {
        counted = List.copyOf(counted);
    }

    /** Counts. */
    public static ChangeDecision count(Target target, int required, List<Vote> votes) {
        return new ChangeDecision(
                target,
                required,
                votes.stream()
                        .filter(vote -> worth(target, vote.spec()) == Worth.Counted)
                        .sorted(Comparator.comparing(Vote::name))
                        .toList());
    }

    /** What one ChangeApproval is worth. A Reject counts from everybody. */
    public static Worth worth(Target target, ChangeApprovalSpec approval) {
        ChangeApprovalSpec.TargetRef named = approval.targetRef();
        if (!named.uid().equals(target.uid())
                || named.kind() != target.kind()
                || (target.generation() != null && !target.generation().equals(named.generation()))) {
            return Worth.OtherTarget;
        }
        if (isBlank(approval.approvedBy())) {
            return Worth.ApproverUnknown;
        }
        return switch (approval.decision()) {
            case Reject -> Worth.Counted;
            case Approve ->
                String.valueOf(approval.approvedBy()).equals(target.requestedBy())
                        ? Worth.RequesterApproves
                        : Worth.Counted;
            case Unrecognised -> Worth.DecisionUnknown;
        };
    }

    /** Who agrees, one entry per person. */
    public List<String> approvers() {
        return counted.stream()
                .filter(vote -> vote.spec().decision() == Decision.Approve)
                .map(vote -> String.valueOf(vote.spec().approvedBy()))
                .distinct()
                .toList();
    }

    /** What it waits for, null when enough people agree and nobody has said no. */
    public @Nullable Waiting waiting() {
        String what = target.kind() + " " + target.name();
        for (Vote vote : counted) {
            if (vote.spec().decision() == Decision.Reject) {
                return new Waiting("Rejected", vote.spec().approvedBy() + " rejected " + what + ": make another one.");
            }
        }
        if (required > 0 && isBlank(target.requestedBy())) {
            return new Waiting(
                    "RequesterUnknown",
                    "Nothing says who made " + what + ", so nobody can be told from them: create it again.");
        }
        int have = approvers().size();
        String command = target.kind() == TargetKind.PolicyBundle
                ? "bundle"
                : target.kind().name().toLowerCase(Locale.ROOT);
        return have >= required
                ? null
                : new Waiting(
                        "AwaitingApproval",
                        have + " of " + required + " people other than " + target.requestedBy()
                                + " agree: kubemdm approve " + command + " " + target.name());
    }

    /** What the approvers signed for devices, each person's largest share; null when nobody signed. */
    public @Nullable BundleProof proof(String digest) {
        Map<String, BundleProof.Share> largest = new TreeMap<>();
        for (Vote vote : counted) {
            ChangeApprovalSpec spec = vote.spec();
            if (spec.decision() == Decision.Approve && spec.signature() != null && spec.percent() != null) {
                largest.merge(
                        String.valueOf(spec.approvedBy()),
                        new BundleProof.Share(spec.percent(), spec.signature()),
                        (one, other) -> other.percent() >= one.percent() ? other : one);
            }
        }
        List<BundleProof.Share> shares = new ArrayList<>(largest.values());
        return shares.isEmpty()
                ? null
                : new BundleProof(digest, shares.subList(0, Math.min(shares.size(), BundleProof.MAX_SHARES)));
    }

    private static boolean isBlank(@Nullable String text) {
        return text == null || text.isBlank();
    }
}
