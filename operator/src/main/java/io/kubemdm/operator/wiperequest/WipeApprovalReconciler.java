package io.kubemdm.operator.wiperequest;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Ignore;
import io.kubemdm.crds.Condition;
import io.kubemdm.crds.wipeapproval.WipeApproval;
import io.kubemdm.crds.wipeapproval.WipeApprovalStatus;
import io.kubemdm.crds.wipeapproval.WipeApprovalStatusBuilder;
import io.kubemdm.crds.wiperequest.WipeRequest;
import io.kubemdm.operator.approval.ApprovalReconciler;
import io.kubemdm.operator.approval.Told;
import io.kubemdm.operator.watch.Bell;
import io.kubemdm.operator.watch.Copy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What becomes of an approval of a wipe. */
@Ignore // registered by hand
@ControllerConfiguration(name = "wipeapproval", generationAwareEventProcessing = false)
public final class WipeApprovalReconciler extends ApprovalReconciler<WipeApproval, WipeApprovalStatus> {

    private final Copy<WipeRequest> wipes;
    private final Bell<WipeRequest> wipeBell;

    public WipeApprovalReconciler(Parts<WipeApproval> parts, Copy<WipeRequest> wipes, Bell<WipeRequest> wipeBell) {
        super(parts);
        this.wipes = wipes;
        this.wipeBell = wipeBell;
    }

    @Override
    protected @Nullable WipeRequest target(WipeApproval approval) {
        return wipes.find(
                approval.getMetadata().getNamespace(),
                approval.getSpec().wipeRef().name());
    }

    @Override
    protected boolean names(WipeApproval approval, HasMetadata target) {
        return approval.getSpec().wipeRef().name().equals(target.getMetadata().getName());
    }

    @Override
    protected List<Condition> conditions(WipeApproval approval) {
        return approval.getStatus() == null ? List.of() : approval.getStatus().conditions();
    }

    @Override
    protected WipeApprovalStatus status(WipeApproval approval, List<Condition> conditions) {
        return WipeApprovalStatusBuilder.builder()
                .observedGeneration(approval.getMetadata().getGeneration())
                .conditions(conditions)
                .build();
    }

    @Override
    protected void ring(WipeApproval approval) {
        wipeBell.ring(
                approval.getMetadata().getNamespace(),
                approval.getSpec().wipeRef().name());
    }

    @Override
    protected Told told(@Nullable HasMetadata target, WipeApproval approval, List<Condition> before) {
        if (!(target instanceof WipeRequest request)) {
            return new Told(
                    false, "RequestUnknown", "There is no WipeRequest of this name: correct spec.wipeRef.name.");
        }
        var worth =
                ApprovalDecision.worth(request.getSpec(), request.getMetadata().getUid(), approval.getSpec());
        return switch (worth) {
            case Counted -> Told.counts("request");
            case OtherRequest ->
                Told.not(
                        worth,
                        "spec.wipeRef.uid is not the uid of the WipeRequest of this name: approve the one that is there.");
            case RequesterApproves -> Told.not(worth, "Whoever asked cannot approve: another person has to.");
            case ApproverUnknown -> Told.approverUnknown(worth);
            case DecisionUnknown -> Told.decisionUnknown(worth);
        };
    }
}
