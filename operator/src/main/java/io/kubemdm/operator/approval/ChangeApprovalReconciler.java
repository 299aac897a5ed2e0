package io.kubemdm.operator.approval;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Ignore;
import io.kubemdm.crds.Condition;
import io.kubemdm.crds.changeapproval.ChangeApproval;
import io.kubemdm.crds.changeapproval.ChangeApprovalSpec.TargetRef;
import io.kubemdm.crds.changeapproval.ChangeApprovalStatus;
import io.kubemdm.crds.changeapproval.ChangeApprovalStatusBuilder;
import io.kubemdm.crds.policybundle.PolicyBundle;
import io.kubemdm.crds.rollout.Rollout;
import io.kubemdm.operator.watch.Bell;
import io.kubemdm.operator.watch.Copy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What becomes of an approval of a change. */
@Ignore // registered by hand
@ControllerConfiguration(name = "changeapproval", generationAwareEventProcessing = false)
public final class ChangeApprovalReconciler extends ApprovalReconciler<ChangeApproval, ChangeApprovalStatus> {

    /** What changes are found and rung by. */
    public record Changes(
            Copy<PolicyBundle> bundles,
            Copy<Rollout> rollouts,
            Bell<PolicyBundle> bundleBell,
            Bell<Rollout> rolloutBell) {}

    private final Changes changes;

    public ChangeApprovalReconciler(Parts<ChangeApproval> parts, Changes changes) {
        super(parts);
        this.changes = changes;
    }

    @Override
    protected @Nullable HasMetadata target(ChangeApproval approval) {
        String namespace = approval.getMetadata().getNamespace();
        TargetRef about = approval.getSpec().targetRef();
        return switch (about.kind()) {
            case PolicyBundle -> changes.bundles().find(namespace, about.name());
            case Rollout -> changes.rollouts().find(namespace, about.name());
            case Unrecognised -> null;
        };
    }

    @Override
    protected boolean names(ChangeApproval approval, HasMetadata target) {
        TargetRef about = approval.getSpec().targetRef();
        return about.kind() == ChangeVotes.target(target).kind()
                && about.name().equals(target.getMetadata().getName());
    }

    @Override
    protected List<Condition> conditions(ChangeApproval approval) {
        return approval.getStatus() == null ? List.of() : approval.getStatus().conditions();
    }

    @Override
    protected ChangeApprovalStatus status(ChangeApproval approval, List<Condition> conditions) {
        return ChangeApprovalStatusBuilder.builder()
                .observedGeneration(approval.getMetadata().getGeneration())
                .conditions(conditions)
                .build();
    }

    @Override
    protected void ring(ChangeApproval approval) {
        String namespace = approval.getMetadata().getNamespace();
        TargetRef about = approval.getSpec().targetRef();
        switch (about.kind()) {
            case PolicyBundle -> changes.bundleBell().ring(namespace, about.name());
            case Rollout -> changes.rolloutBell().ring(namespace, about.name());
            case Unrecognised -> {} // nobody to tell
        }
    }

    @Override
    protected Told told(@Nullable HasMetadata target, ChangeApproval approval, List<Condition> before) {
        return verdict(target, approval, before);
    }

    static Told verdict(@Nullable HasMetadata target, ChangeApproval approval, List<Condition> before) {
        if (target == null) {
            return new Told(false, "TargetUnknown", "There is no such object: correct spec.targetRef.");
        }
        ChangeDecision.Target named = ChangeVotes.target(target);
        ChangeDecision.Worth worth = ChangeDecision.worth(named, approval.getSpec());
        if (worth == ChangeDecision.Worth.OtherTarget
                && Told.wasCounted(before)
                && approval.getSpec().targetRef().uid().equals(named.uid())) {
            worth = ChangeDecision.Worth.Counted; // it did, for the generation it names
        }
        return switch (worth) {
            case Counted -> Told.counts("change");
            case OtherTarget ->
                Told.not(worth, "The object of this name has another uid or generation: approve it as it is now.");
            case RequesterApproves ->
                Told.not(worth, "Whoever made the change cannot approve it: another person has to.");
            case ApproverUnknown -> Told.approverUnknown(worth);
            case DecisionUnknown -> Told.decisionUnknown(worth);
        };
    }
}
