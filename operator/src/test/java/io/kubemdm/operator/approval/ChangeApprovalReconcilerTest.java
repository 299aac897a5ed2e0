package io.kubemdm.operator.approval;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.kubemdm.crds.Api;
import io.kubemdm.crds.Condition;
import io.kubemdm.crds.Decision;
import io.kubemdm.crds.changeapproval.ChangeApproval;
import io.kubemdm.crds.changeapproval.ChangeApprovalSpec;
import io.kubemdm.crds.changeapproval.ChangeApprovalSpecBuilder;
import io.kubemdm.crds.changeapproval.TargetKind;
import io.kubemdm.crds.rollout.Rollout;
import io.kubemdm.operator.status.Conditions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an approver of a Rollout's second generation is told. */
class ChangeApprovalReconcilerTest {

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // the rollout's uid and generation, - for none; who approves; whether it counted before; what is told
                "-, 0, ann, false, TargetUnknown",
                "u, 2, ann, false, Counted",
                "u, 2, ann, true,  Counted",
                "u, 1, ann, false, OtherTarget",
                "u, 3, ann, false, OtherTarget",
                "u, 3, ann, true,  Counted",
                "v, 2, ann, false, OtherTarget",
                "v, 2, ann, true,  OtherTarget",
                "u, 2, bob, false, RequesterApproves",
            })
    void isTold(@Nullable String uid, long generation, String approver, boolean counted, String reason) {
        List<Condition> before = new Conditions(List.of(), 1L)
                .set("Counted", counted, counted ? "Counted" : "TargetUnknown", "x", Instant.EPOCH)
                .list();

        Told told = ChangeApprovalReconciler.verdict(
                uid == null ? null : rollout(uid, generation), approvedBy(approver), before);

        assertThat(told.reason()).isEqualTo(reason);
        assertThat(told.counted()).isEqualTo(reason.equals("Counted"));
    }

    private static Rollout rollout(String uid, long generation) {
        Rollout rollout = new Rollout();
        rollout.setMetadata(new ObjectMetaBuilder()
                .withName("r")
                .withUid(uid)
                .withGeneration(generation)
                .withAnnotations(Map.of(Api.REQUESTED_BY, "bob"))
                .build());
        return rollout;
    }

    private static ChangeApproval approvedBy(String person) {
        ChangeApproval approval = new ChangeApproval();
        approval.setSpec(ChangeApprovalSpecBuilder.builder()
                .targetRef(new ChangeApprovalSpec.TargetRef(TargetKind.Rollout, "r", "u", 2L))
                .approvedBy(person)
                .decision(Decision.Approve)
                .build());
        return approval;
    }
}
