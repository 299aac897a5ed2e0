package io.kubemdm.operator.approval;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.crds.Decision;
import io.kubemdm.crds.changeapproval.ChangeApprovalSpec;
import io.kubemdm.crds.changeapproval.ChangeApprovalSpec.TargetRef;
import io.kubemdm.crds.changeapproval.TargetKind;
import io.kubemdm.operator.approval.ChangeDecision.Target;
import io.kubemdm.operator.approval.ChangeDecision.Vote;
import io.kubemdm.operator.approval.ChangeDecision.Worth;
import io.kubemdm.protocol.approval.BundleProof.Share;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ChangeDecisionTest {

    private static final Target BUNDLE = new Target(TargetKind.PolicyBundle, "base", "u1", null, "ann");
    private static final Target ROLLOUT = new Target(TargetKind.Rollout, "base", "u2", 3L, "ann");

    @Test
    void anotherPersonIsEnough() {
        assertThat(reason(BUNDLE, 1)).isEqualTo("AwaitingApproval");
        assertThat(reason(BUNDLE, 1, vote("bob"))).isNull();
        assertThat(reason(BUNDLE, 0)).isNull();
    }

    @Test
    void theMessageSaysWhatToDo() {
        assertThat(Objects.requireNonNull(
                                ChangeDecision.count(BUNDLE, 1, List.of()).waiting())
                        .message())
                .isEqualTo("0 of 1 people other than ann agree: kubemdm approve bundle base");
    }

    @Test
    void whoMadeItDoesNotCountAndNobodyCountsTwice() {
        assertThat(reason(BUNDLE, 1, vote("ann"))).isEqualTo("AwaitingApproval");
        assertThat(reason(BUNDLE, 2, vote("bob"), vote("bob"))).isEqualTo("AwaitingApproval");
        assertThat(reason(BUNDLE, 2, vote("bob"), vote("cleo"))).isNull();
    }

    @Test
    void aRejectStandsAboveEveryApproval() {
        assertThat(reason(BUNDLE, 1, vote("bob"), spec(BUNDLE, "ann", Decision.Reject, null)))
                .isEqualTo("Rejected");
    }

    @Test
    void withoutAnAuthorNothingCanBeCounted() {
        Target unknown = new Target(TargetKind.PolicyBundle, "base", "u1", null, null);
        assertThat(reason(unknown, 1, vote("bob"))).isEqualTo("RequesterUnknown");
    }

    @Test
    void whatNamesAnotherObjectOrGenerationIsWorthNothing() {
        ChangeApprovalSpec now = spec(ROLLOUT, "bob", Decision.Approve, null);
        Target later = new Target(TargetKind.Rollout, "base", "u2", 4L, "ann");
        Target again = new Target(TargetKind.Rollout, "base", "u3", 3L, "ann");
        assertThat(ChangeDecision.worth(ROLLOUT, now)).isEqualTo(Worth.Counted);
        assertThat(ChangeDecision.worth(later, now)).isEqualTo(Worth.OtherTarget);
        assertThat(ChangeDecision.worth(again, now)).isEqualTo(Worth.OtherTarget);
        assertThat(ChangeDecision.worth(BUNDLE, now)).isEqualTo(Worth.OtherTarget);
        assertThat(ChangeDecision.worth(ROLLOUT, spec(ROLLOUT, "", Decision.Approve, null)))
                .isEqualTo(Worth.ApproverUnknown);
        assertThat(ChangeDecision.worth(ROLLOUT, spec(ROLLOUT, "bob", Decision.Unrecognised, null)))
                .isEqualTo(Worth.DecisionUnknown);
    }

    @Test
    void devicesAreToldTheLargestShareEachHasSigned() {
        ChangeDecision counted = ChangeDecision.count(
                BUNDLE,
                1,
                List.of(
                        new Vote("1", spec(BUNDLE, "bob", Decision.Approve, 100)),
                        new Vote("2", spec(BUNDLE, "bob", Decision.Approve, 10)),
                        new Vote("3", spec(BUNDLE, "ann", Decision.Approve, 100)),
                        new Vote("4", spec(BUNDLE, "cleo", Decision.Approve, 10)),
                        new Vote("5", spec(BUNDLE, "dan", Decision.Approve, null))));

        assertThat(Objects.requireNonNull(counted.proof("sha256:1")).shares())
                .containsExactly(new Share(100, "bob100"), new Share(10, "cleo10"));
    }

    private static @Nullable String reason(Target target, int required, ChangeApprovalSpec... votes) {
        List<Vote> named = java.util.stream.IntStream.range(0, votes.length)
                .mapToObj(i -> new Vote("v" + i, votes[i]))
                .toList();
        ChangeDecision.Waiting waiting =
                ChangeDecision.count(target, required, named).waiting();
        return waiting == null ? null : waiting.reason();
    }

    private static ChangeApprovalSpec vote(String person) {
        return spec(BUNDLE, person, Decision.Approve, null);
    }

    private static ChangeApprovalSpec spec(Target target, String person, Decision decision, @Nullable Integer percent) {
        return new ChangeApprovalSpec(
                new TargetRef(target.kind(), target.name(), target.uid(), target.generation()),
                person,
                decision,
                percent,
                null,
                percent == null ? null : person + percent);
    }
}
