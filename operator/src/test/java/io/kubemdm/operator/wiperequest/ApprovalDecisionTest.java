package io.kubemdm.operator.wiperequest;

import static io.kubemdm.operator.wiperequest.WipeCases.NOW;
import static io.kubemdm.operator.wiperequest.WipeCases.approval;
import static io.kubemdm.operator.wiperequest.WipeCases.bound;
import static io.kubemdm.operator.wiperequest.WipeCases.decide;
import static io.kubemdm.operator.wiperequest.WipeCases.no;
import static io.kubemdm.operator.wiperequest.WipeCases.record;
import static io.kubemdm.operator.wiperequest.WipeCases.spec;
import static io.kubemdm.operator.wiperequest.WipeCases.target;
import static io.kubemdm.operator.wiperequest.WipeCases.yes;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.crds.Decision;
import io.kubemdm.crds.wiperequest.WipePhase;
import io.kubemdm.crds.wiperequest.WipeRequestSpec;
import io.kubemdm.crds.wiperequest.WipeType;
import io.kubemdm.operator.wiperequest.ApprovalDecision.Vote;
import io.kubemdm.operator.wiperequest.WipeDecision.Act;
import io.kubemdm.operator.wiperequest.WipeRecordDecision.Approver;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ApprovalDecisionTest {

    private static final WipeRequestSpec ERASE = spec(WipeType.FullWipe);

    static Stream<Arguments> votes() {
        return Stream.of(
                Arguments.of("nobody", List.of(), 0),
                Arguments.of("one person", List.of(yes("a", "bob")), 1),
                Arguments.of("two people", List.of(yes("a", "bob"), yes("b", "carol")), 2),
                Arguments.of("one person twice", List.of(yes("a", "bob"), yes("b", "bob")), 1),
                Arguments.of("the requester", List.of(yes("a", "alice")), 0),
                Arguments.of("the requester beside another", List.of(yes("a", "alice"), yes("b", "bob")), 1),
                Arguments.of(
                        "an earlier request of this name",
                        List.of(new Vote("a", approval("bob", "another uid", Decision.Approve))),
                        0),
                Arguments.of("nobody knows who", List.of(new Vote("a", approval(null, "uid", Decision.Approve))), 0),
                Arguments.of("an empty name", List.of(new Vote("a", approval(" ", "uid", Decision.Approve))), 0),
                Arguments.of(
                        "a decision of a newer version",
                        List.of(new Vote("a", approval("bob", "uid", Decision.Unrecognised))),
                        0));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("votes")
    void onlyDistinctOthersCount(String who, List<Vote> votes, int counted) {
        assertThat(ApprovalDecision.count(ERASE, "uid", 2, votes).by()).as(who).hasSize(counted);
    }

    @Test
    void aRequestRaisesTheFloorAndNeverLowersIt() {
        assertThat(ApprovalDecision.count(ERASE.withRequiredApprovals(0), "uid", 2, List.of())
                        .required())
                .isEqualTo(2);
        assertThat(ApprovalDecision.count(ERASE.withRequiredApprovals(3), "uid", 2, List.of())
                        .required())
                .isEqualTo(3);
        assertThat(ApprovalDecision.count(spec(WipeType.Lock), "uid", 0, List.of())
                        .enough())
                .isTrue();
    }

    @Test
    void withoutARequesterNothingIsEnough() {
        ApprovalDecision approvals = ApprovalDecision.count(
                ERASE.withRequestedBy(null), "uid", 2, List.of(yes("a", "bob"), yes("b", "carol")));
        assertThat(approvals.enough()).isFalse();
        WipeDecision decision =
                decide(ERASE.withRequestedBy(null), null, target(1, null, 0), NOW, yes("a", "bob"), yes("b", "carol"));
        assertThat(decision.phase()).isEqualTo(WipePhase.PendingApproval);
        assertThat(decision.reason()).isEqualTo("RequesterUnknown");
    }

    @Test
    void anEraseWaitsForTwoOthersAndIsBoundMeanwhile() {
        WipeDecision waiting = decide(ERASE, null, target(1, null, 4), NOW, yes("a", "bob"), yes("b", "alice"));
        assertThat(waiting.phase()).isEqualTo(WipePhase.PendingApproval);
        assertThat(waiting.act()).isEqualTo(Act.REMEMBER);
        assertThat(waiting.message()).startsWith("1 of 2");
        assertThat(record(waiting).approval()).isNull();
        assertThat(decide(ERASE, record(waiting), target(2, null, 4), NOW).phase())
                .as("enrolled again while it waited")
                .isEqualTo(WipePhase.Superseded);
    }

    @Test
    void withTheSecondPersonItIsSignedAndAccessEndsInTheSameMoment() {
        WipeDecision signed =
                decide(ERASE, bound(WipeType.FullWipe), target(1, null, 4), NOW, yes("a", "bob"), yes("b", "carol"));
        assertThat(signed.act()).isEqualTo(Act.SIGN_AND_REVOKE);
        assertThat(record(signed).approval())
                .isEqualTo(new WipeRecordDecision.Approval(
                        NOW, 2, List.of(new Approver("a", "bob", null), new Approver("b", "carol", null))));
    }

    @Test
    void whatWasApprovedStaysApprovedWhenTheApprovalsAreDeleted() {
        WipeDecision signed =
                decide(ERASE, bound(WipeType.FullWipe), target(1, null, 4), NOW, yes("a", "bob"), yes("b", "carol"));
        WipeRecordDecision held = bound(WipeType.FullWipe)
                .approved(java.util.Objects.requireNonNull(record(signed).approval()));
        assertThat(decide(ERASE, held, target(1, null, 4), NOW.plusSeconds(60)).act())
                .isEqualTo(Act.SIGN_AND_REVOKE);
    }

    @Test
    void aRejectionEndsItAndSaysWho() {
        WipeDecision rejected = decide(
                ERASE,
                bound(WipeType.FullWipe),
                target(1, null, 4),
                NOW,
                yes("a", "bob"),
                yes("b", "carol"),
                no("c", "dave"));
        assertThat(rejected.phase()).isEqualTo(WipePhase.Rejected);
        assertThat(rejected.message()).contains("dave").contains("WipeApproval c");
        assertThat(rejected.act()).isEqualTo(Act.REMEMBER);
    }
}
